// Makes roles and database on a PostgreSQL server, once, with a superuser's URL that is asked for and not kept.
import { resolve } from 'node:path';
import { type DatabaseTarget, type Environment, type Fault, readDatabaseCa, readDatabaseUrl } from '#config.ts';
import { createPrivateFile, removeFile } from '#crypto/key-file-access.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import { DatabaseError, sqlStateOf } from '#db/errors.ts';
import type { ConnectionSettings } from '#db/pool.ts';
import { prepareDatabase, prepareRoles, type RolePasswords } from '#db/prepare.ts';
import { connectionOf } from '../start/open-database.ts';
import { type Command, EXIT, type Flags } from './command.ts';
import { readSecretFromStdin, type Terminal } from './terminal.ts';

export const databasePrepare: Command = {
  name: 'database prepare',
  summary: 'Make the roles and the database on a PostgreSQL server, once',
  details:
    'Asks for the URL of a superuser (or reads it from standard input), makes holdfast_migrator, holdfast_runtime and the roles\nthey take, creates the database, and writes an environment file with DATABASE_URL and HOLDFAST_MIGRATOR_DATABASE_URL\n(mode 0600). The file is written first and the passwords never reach the database: it gets their SCRAM-SHA-256 verifiers.\nRunning it again gives both roles new passwords. A server on another machine needs sslmode=verify-full; a private CA goes\ninto HOLDFAST_DATABASE_CA_FILE.',
  flags: {
    database: { type: 'string', describe: 'Name of the database (default: holdfast)', value: 'NAME' },
    out: { type: 'string', describe: 'Environment file to write; must not exist', value: 'PATH' },
    'url-stdin': { type: 'boolean', describe: 'Read the superuser’s URL from standard input' },
  },
  examples: [
    'holdfast database prepare --out holdfast.env',
    'holdfast database prepare --out holdfast.env --url-stdin < superuser-url',
  ],
  exits: {
    [EXIT.done]: 'prepared',
    [EXIT.failed]: 'the server or the file was refused; the text says whether passwords were changed',
    [EXIT.usage]: 'called wrongly, or the URL or the CA file was refused',
  },
  run: async ({ flags, terminal, env }) => {
    const out = flags['out'];
    const name = typeof flags['database'] === 'string' ? flags['database'] : 'holdfast';
    if (typeof out !== 'string' || out === '') {
      return end(terminal, EXIT.usage, 'Say where the environment file goes: holdfast database prepare --out PATH');
    }
    const superuser = await findSuperuser(flags, terminal, env);
    if (!superuser.ok) return end(terminal, EXIT.usage, superuser.text);
    const passwords = {
      migrator: reveal(newToken(), 'database.password'),
      runtime: reveal(newToken(), 'database.password'),
    };
    const path = resolve(out);
    // Before anything changes on the server: a password that is set is also written down.
    const kept = await createPrivateFile(path, environmentFile(passwords, placeOf(superuser.target, name)));
    if (!kept.ok) {
      const fix = kept.reason === 'exists' ? 'It is never overwritten: choose another path.' : kept.fix;
      return end(
        terminal,
        EXIT.failed,
        `${kept.path}: ${kept.reason.replaceAll('_', ' ')}. ${fix} Nothing was changed.`,
      );
    }
    const refusal = await prepare(superuser.settings, { name, passwords, path });
    if (refusal !== undefined) return end(terminal, EXIT.failed, refusal);
    terminal.line(`${terminal.paint('✓', 'green')} The database is prepared; its two URLs are in ${path}.`);
    terminal.line('  Next: load that file into the environment, `holdfast migrate`, `holdfast start`.');
    terminal.result({ ok: true, database: name, environmentFile: path });
    return EXIT.done;
  },
};

function end(terminal: Terminal, status: number, text: string): number {
  terminal.error(text);
  terminal.result({ ok: false, problem: text });
  return status;
}

type Superuser =
  | { readonly ok: true; readonly target: DatabaseTarget; readonly settings: ConnectionSettings }
  | { readonly ok: false; readonly text: string };

async function findSuperuser(flags: Flags, terminal: Terminal, env: Environment): Promise<Superuser> {
  const url =
    flags['url-stdin'] === true
      ? await readSecretFromStdin()
      : await terminal.askSecret('URL of a superuser, for example postgresql://postgres:…@host/postgres:');
  if (url === undefined) return { ok: false, text: 'Nobody is at the terminal: give the URL with --url-stdin.' };
  return judgeSuperuser(url, env['HOLDFAST_DATABASE_CA_FILE']);
}

function judgeSuperuser(url: Secret<string>, caFile: string | undefined): Superuser {
  const read = readDatabaseUrl(reveal(url, 'database.prepare'));
  if (!read.ok) {
    const fix = read.fix ?? 'Its form is postgresql://user:password@host:5432/postgres.';
    return { ok: false, text: `The URL ${read.problem}. ${fix}` };
  }
  const target = read.value;
  if (target.locality === 'remote' && target.tls === 'off') {
    const fix = 'Add sslmode=verify-full, and name the CA in HOLDFAST_DATABASE_CA_FILE if it is a private one.';
    return { ok: false, text: `The URL names another machine and does not check who answers there. ${fix}` };
  }
  const ca = target.tls === 'off' ? undefined : readDatabaseCa(caFile);
  if (ca?.ok === false) return { ok: false, text: textOf(ca.fault) };
  return { ok: true, target, settings: connectionOf(target, ca?.pem) };
}

function textOf({ key, problem, fix }: Fault): string {
  return `${key}: ${problem}. ${fix}`;
}

type Wish = { readonly name: string; readonly passwords: RolePasswords; readonly path: string };

/** What went wrong, in words that say which passwords hold now; undefined when all went well. */
async function prepare(superuser: ConnectionSettings, wish: Wish): Promise<string | undefined> {
  try {
    await prepareRoles(superuser, wish.passwords);
  } catch (error) {
    if (error instanceof DatabaseError && error.fault === 'unknown_outcome') {
      return `The connection broke while the roles were made, and nobody can say whether the new passwords hold. They are in ${wish.path}: try them, or run this again with another --out.`;
    }
    await removeFile(wish.path);
    return `${explainRefusal(error)} Nothing was changed, and no file was left.`;
  }
  try {
    await prepareDatabase(superuser, wish.name);
    return undefined;
  } catch (error) {
    return `${explainRefusal(error)} The roles have their new passwords, which are in ${wish.path}; the database is not prepared. Mend the cause and run this again with another --out.`;
  }
}

/** Never quotes a URL: what the server and the operating system say holds no password. */
function explainRefusal(error: unknown): string {
  if (error instanceof DatabaseError) return error.message;
  const { message, code } = describe(error);
  const state = sqlStateOf(error);
  if (state === undefined) return `The database cannot be reached: ${message === '' ? String(code) : message}.`;
  if (state.startsWith('28')) return `The server does not let this user in: ${message} (${state}).`;
  if (state === '42501') return `This user is not a superuser of the server: ${message} (${state}).`;
  return `The server refused: ${message} (${state}).`;
}

function describe(error: unknown): { readonly message: string; readonly code: unknown } {
  if (!(error instanceof Error)) return { message: String(error), code: undefined };
  return { message: error.message, code: 'code' in error ? error.code : 'no answer' };
}

function environmentFile({ runtime, migrator }: RolePasswords, place: string): Buffer {
  return Buffer.from(
    [
      `DATABASE_URL=postgresql://holdfast_runtime:${runtime}@${place}`,
      `HOLDFAST_MIGRATOR_DATABASE_URL=postgresql://holdfast_migrator:${migrator}@${place}`,
      '',
    ].join('\n'),
  );
}

type Place = Pick<DatabaseTarget, 'host' | 'port' | 'tls'>;

/** Everything of the new URLs behind user and password, in a form that every reader of URLs takes. */
export function placeOf({ host, port, tls }: Place, database: string): string {
  const authority = host.includes('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host;
  return `${authority}:${port}/${encodeURIComponent(database)}?sslmode=${tls === 'off' ? 'disable' : tls}`;
}
