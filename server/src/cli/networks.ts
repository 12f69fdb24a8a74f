// The way back in for an organization whose network rules shut everybody out, at the host alone.
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT } from './command.ts';
import { loadSettings } from './settings.ts';

export const networksClear: Command = {
  name: 'networks clear',
  summary: 'Take the network rules of an organization away that shut itself out',
  details:
    'The lists of the organization and of each of its keys are emptied: people and keys are let in from everywhere, at once.\nIts owners are told by mail, and it is an event of the audit log.',
  positional: { name: 'ORGANIZATION', describe: 'Slug of the organization' },
  flags: {},
  examples: ['holdfast networks clear acme'],
  exits: {
    [EXIT.done]: 'done, also where there were none',
    [EXIT.failed]: 'there is no such organization, or the server refused; the reason is printed',
    [EXIT.usage]: 'no ORGANIZATION',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const { terminal } = invocation;
    const [organization] = invocation.positionals;
    if (organization === undefined) {
      terminal.error('Say of which organization: its slug.');
      return EXIT.usage;
    }
    const { config } = await loadSettings(invocation);
    try {
      const { status, body } = await callAdmin(config.dataDirectory, 'POST', '/api/v1/networks/clear', {
        organization,
      });
      terminal.result(body as object);
      if (status === 200) {
        const { removed } = body as { readonly removed: number };
        terminal.line(
          removed === 0
            ? `${organization} had no network rules.`
            : `Took ${String(removed)} block${removed === 1 ? '' : 's'} of ${organization} away. Its owners are told.`,
        );
        return EXIT.done;
      }
      const { title } = body as { readonly title?: string };
      terminal.error(status === 404 ? `There is no organization ${organization}.` : (title ?? 'The server refused.'));
      return EXIT.failed;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};
