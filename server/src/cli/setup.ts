// The first run in the terminal: the same route as the setup page, with a token made on the spot over the admin socket.
import { readFile } from 'node:fs/promises';
import { reveal, type Secret, toSecret } from '#crypto/secret.ts';
import { callAdmin, NotRunning } from './admin-client.ts';
import { type Command, EXIT, type Flags } from './command.ts';
import { loadSettings } from './settings.ts';
import { readSecretFromStdin, type Terminal } from './terminal.ts';

type Answers = {
  readonly organization: string;
  readonly slug: string;
  readonly name: string;
  readonly email: string;
  readonly password: Secret<string>;
};
type ProblemBody = {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

export const setupCommand: Command = {
  name: 'setup',
  summary: 'Found the first organization and its owner on the running server',
  details:
    'Does in the terminal what the setup link does in the browser. Asks for what no flag gave. The password is asked for,\nread from standard input, or read from a file; it is never a flag.',
  flags: {
    organization: { type: 'string', describe: 'Name of the organization', value: 'NAME' },
    slug: { type: 'string', describe: 'Its short name for addresses', value: 'SLUG' },
    name: { type: 'string', describe: 'Name of the owner', value: 'NAME' },
    email: { type: 'string', describe: 'E-mail address of the owner', value: 'ADDRESS' },
    'password-stdin': { type: 'boolean', describe: 'Read the password from standard input' },
    'password-file': { type: 'string', describe: 'Read the password from a file', value: 'PATH' },
  },
  examples: [
    'holdfast setup',
    'holdfast setup --organization "Acme" --slug acme --name "Olga" --email olga@acme.example --password-file ./owner-password',
  ],
  exits: {
    [EXIT.done]: 'set up',
    [EXIT.failed]: 'refused; the reason is printed',
    [EXIT.usage]: 'something was not answered',
    [EXIT.unavailable]: 'no server runs on this data directory',
  },
  run: async (invocation) => {
    const { config } = await loadSettings(invocation);
    const { terminal, flags } = invocation;
    try {
      const issued = await callAdmin(config.dataDirectory, 'POST', '/api/v1/setup/token', {});
      if (issued.status !== 201) return refuse(terminal, issued.body);
      const answers = await collect(flags, terminal);
      if (answers === undefined) {
        terminal.error(
          'Nobody is at the terminal: give --organization, --slug, --name, --email and a password file. See `holdfast setup --help`.',
        );
        return EXIT.usage;
      }
      const { token } = issued.body as { readonly token: string };
      const done = await callAdmin(config.dataDirectory, 'POST', '/api/v1/setup', requestOf(answers, token));
      if (done.status !== 201) return refuse(terminal, done.body);
      terminal.line(
        `${terminal.paint('✓', 'green')} ${answers.organization} is founded; ${answers.email} is its owner.`,
      );
      terminal.line('  Next: sign in, connect a model provider, make an API key. The README has the calls.');
      terminal.result(done.body as object);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      terminal.error(error.message);
      return EXIT.unavailable;
    }
  },
};

function requestOf(answers: Answers, token: string): object {
  const password = reveal(answers.password, 'setup.send');
  return {
    token,
    organization: { name: answers.organization, slug: answers.slug },
    owner: { name: answers.name, email: answers.email, password },
  };
}

async function collect(flags: Flags, terminal: Terminal): Promise<Answers | undefined> {
  const answer = (flag: string, question: string): Promise<string | undefined> => {
    const given = flags[flag];
    return typeof given === 'string' ? Promise.resolve(given) : terminal.ask(question);
  };
  const organization = await answer('organization', 'Name of the organization:');
  const slug = await answer('slug', 'Short name for addresses (lower-case letters, digits, hyphens):');
  const name = await answer('name', 'Your name:');
  const email = await answer('email', 'Your e-mail address:');
  const password = await passwordFrom(flags, terminal);
  if (
    organization === undefined ||
    slug === undefined ||
    name === undefined ||
    email === undefined ||
    password === undefined
  )
    return undefined;
  return { organization, slug, name, email, password };
}

async function passwordFrom(flags: Flags, terminal: Terminal): Promise<Secret<string> | undefined> {
  const file = flags['password-file'];
  if (typeof file === 'string') return toSecret((await readFile(file, 'utf8')).replace(/\r?\n$/, ''));
  if (flags['password-stdin'] === true) return readSecretFromStdin();
  return terminal.askSecret(
    'Password (12 characters or more, with lower and upper case, digits and signs, or hard to guess; not shown):',
  );
}

function refuse(terminal: Terminal, body: unknown): number {
  const problem = (body ?? {}) as ProblemBody;
  terminal.error(problem.title ?? 'The server refused.');
  for (const field of problem.errors ?? []) terminal.error(`  ${field.pointer.replace('/body/', '')} ${field.message}`);
  terminal.result(problem);
  return EXIT.failed;
}
