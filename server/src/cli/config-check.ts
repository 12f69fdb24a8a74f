// Checks the configuration as a start would, and starts nothing.
import { type Command, EXIT } from './command.ts';
import { loadSettings } from './settings.ts';

export const configCheck: Command = {
  name: 'config check',
  asksForStart: true,
  summary: 'Check the configuration and name every fault with its fix',
  details: 'Judges the environment exactly as `holdfast start` does: same rules, same words, all faults at once.',
  flags: {},
  examples: ['holdfast config check', 'HOLDFAST_LISTEN=0.0.0.0 holdfast config check'],
  exits: { [EXIT.done]: 'a start would go on', [EXIT.configuration]: 'a start would be refused' },
  run: async (invocation) => {
    const { config } = await loadSettings(invocation);
    const { terminal } = invocation;
    terminal.line(`${terminal.paint('✓', 'green')} The configuration is sound.`);
    terminal.line(
      `  ${config.exposed ? 'Exposed: other machines can reach it.' : 'Loopback: only this machine can reach it.'}`,
    );
    terminal.line(
      `  Data: ${config.dataDirectory} · database: ${config.database.kind} · environment: ${config.environment}`,
    );
    terminal.result({
      ok: true,
      exposed: config.exposed,
      dataDirectory: config.dataDirectory,
      database: config.database.kind,
      environment: config.environment,
    });
    return EXIT.done;
  },
};
