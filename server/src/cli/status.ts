// Asks the running server how it is.
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT } from './command.ts';
import { loadSettings } from './settings.ts';

type Report = {
  readonly status?: string;
  readonly checks?: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
};

const MARKS = { pass: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'] } as const;

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show how the running server and everything it depends on are',
  details: 'Asks over the admin socket of the data directory, with reasons that the public health page does not tell.',
  flags: {},
  examples: ['holdfast status', 'holdfast status --json'],
  exits: {
    [EXIT.done]: 'all well',
    [EXIT.failed]: 'something is wrong',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const { config } = await loadSettings(invocation);
    const { terminal } = invocation;
    try {
      const { body } = await callAdmin(config.dataDirectory, 'GET', '/health/status');
      const report = (body ?? {}) as Report;
      for (const [id, check] of Object.entries(report.checks ?? {})) {
        const [mark, style] = MARKS[check.status as keyof typeof MARKS] ?? MARKS.fail;
        terminal.line(
          `${terminal.paint(mark, style)} ${id}${check.reason === undefined ? '' : `: ${check.reason.replaceAll('_', ' ')}`}`,
        );
      }
      terminal.result(report);
      return report.status === 'pass' ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};
