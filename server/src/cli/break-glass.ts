// The last resort of an organization that nobody gets into, at the host alone; everybody is told of it.
import { readFile } from 'node:fs/promises';
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT, type Invocation } from './command.ts';
import { loadSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

const PATH = '/api/v1/emergency/break-glass';

export const breakGlass: Command = {
  name: 'break-glass',
  summary: 'Open an organization that nobody gets into: a link to an emergency session',
  details:
    'The link works once, for ten minutes, and opens a session with an owner\u2019s rights for an hour. No sign-in policy, network rule\nor identity provider keeps it out. Every owner is told by mail at once, everything is an event of the audit log, and a review and\na new sealed credential are demanded afterwards. The server must be running.',
  positional: { name: 'ORGANIZATION', describe: 'Slug of the organization' },
  flags: {
    reason: { type: 'string', describe: 'Why, in 10 to 500 characters: told to every owner, and kept', value: 'TEXT' },
    'reason-file': { type: 'string', describe: 'A file that holds the reason on one line', value: 'PATH' },
  },
  examples: [
    'holdfast break-glass acme --reason "the identity provider is down, ticket 4711"',
    'holdfast break-glass acme --reason-file /run/reason.txt',
  ],
  exits: {
    [EXIT.done]: 'the link is printed',
    [EXIT.failed]: 'there is no such organization, or the server refused; the reason is printed',
    [EXIT.usage]: 'no ORGANIZATION, or not one reason',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const { terminal } = invocation;
    const [organization] = invocation.positionals;
    const reason = await findReason(invocation);
    if (organization === undefined || reason === undefined) {
      terminal.error('Say which organization by its slug, and why: --reason TEXT or --reason-file PATH.');
      return EXIT.usage;
    }
    const { config } = await loadSettings(invocation);
    try {
      const { status, body } = await callAdmin(config.dataDirectory, 'POST', PATH, { organization, reason });
      terminal.result(body as object);
      return status === 201 ? tell(terminal, body) : refuse(terminal, organization, status, body);
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};

/** Undefined when there is none, or when there are two. */
async function findReason({ flags }: Invocation): Promise<string | undefined> {
  const { reason, 'reason-file': file } = flags;
  if (typeof reason === 'string') return file === undefined ? reason : undefined;
  return typeof file === 'string' ? (await readFile(file, 'utf8')).trim() : undefined;
}

function tell(terminal: Terminal, body: unknown): number {
  const { link, endsAt } = body as { readonly link: string; readonly endsAt: string };
  terminal.line('Every owner is told. This link works once:');
  terminal.line();
  terminal.line(`  ${link}`);
  terminal.line();
  terminal.line(`Open it before ${endsAt}. The session ends an hour later, whatever happens.`);
  return EXIT.done;
}

function refuse(terminal: Terminal, organization: string, status: number, body: unknown): number {
  const { title, errors = [] } = body as {
    readonly title?: string;
    readonly errors?: readonly { readonly message: string }[];
  };
  terminal.error(status === 404 ? `There is no organization ${organization}.` : (title ?? 'The server refused.'));
  for (const { message } of errors) terminal.error(message);
  return EXIT.failed;
}
