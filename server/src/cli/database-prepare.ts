// Makes roles and database on a PostgreSQL server, once, with a superuser's URL that is asked for and not kept.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '#config.ts';
import { readDatabaseUrl } from '#config.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import { prepareDatabase, prepareRoles } from '#db/prepare.ts';
import { connectionOf } from '../start/open-database.ts';
import { type Command, EXIT } from './command.ts';
import { readSecretFromStdin } from './terminal.ts';

export const databasePrepare: Command = {
  name: 'database prepare',
  summary: 'Make the roles and the database on a PostgreSQL server, once',
  details:
    'Asks for the URL of a superuser (or reads it from standard input), makes holdfast_migrator, holdfast_runtime and the roles\nthey take, creates the database, and writes an environment file with DATABASE_URL and HOLDFAST_MIGRATOR_DATABASE_URL\n(mode 0600). Running it again gives both roles new passwords.',
  flags: {
    database: { type: 'string', describe: 'Name of the database (default: holdfast)', value: 'NAME' },
    out: { type: 'string', describe: 'Environment file to write; must not exist', value: 'PATH' },
    'url-stdin': { type: 'boolean', describe: 'Read the superuser’s URL from standard input' },
  },
  examples: [
    'holdfast database prepare --out holdfast.env',
    'holdfast database prepare --out holdfast.env --url-stdin < superuser-url',
  ],
  exits: { [EXIT.done]: 'prepared', [EXIT.usage]: 'called wrongly', [EXIT.failed]: 'the server refused' },
  run: async ({ flags, terminal }) => {
    const out = flags['out'];
    const name = typeof flags['database'] === 'string' ? flags['database'] : 'holdfast';
    if (typeof out !== 'string' || out === '') {
      terminal.error('Say where the environment file goes: holdfast database prepare --out PATH');
      return EXIT.usage;
    }
    const url =
      flags['url-stdin'] === true
        ? await readSecretFromStdin()
        : await terminal.askSecret('URL of a superuser, for example postgresql://postgres:…@host/postgres:');
    const target = url === undefined ? undefined : readTarget(url);
    if (target === undefined) {
      terminal.error('That is not a PostgreSQL URL (postgresql://user:password@host:5432/postgres).');
      return EXIT.usage;
    }
    const passwords = {
      migrator: reveal(newToken(), 'database.password'),
      runtime: reveal(newToken(), 'database.password'),
    };
    const superuser = connectionOf(target, undefined);
    await prepareRoles(superuser, passwords);
    await prepareDatabase(superuser, name);
    const place = placeOf(target, name);
    const text = [
      `DATABASE_URL=postgresql://holdfast_runtime:${passwords.runtime}@${place}`,
      `HOLDFAST_MIGRATOR_DATABASE_URL=postgresql://holdfast_migrator:${passwords.migrator}@${place}`,
      '',
    ].join('\n');
    await writeFile(resolve(out), text, { flag: 'wx', mode: 0o600 });
    terminal.line(`${terminal.paint('✓', 'green')} The database is prepared; its two URLs are in ${resolve(out)}.`);
    terminal.line('  Next: load that file into the environment, `holdfast migrate`, `holdfast start`.');
    terminal.result({ ok: true, database: name, environmentFile: resolve(out) });
    return EXIT.done;
  },
};

type Target = Extract<Config['database'], { kind: 'external' }>['target'];
type Place = Pick<Target, 'host' | 'port' | 'tls'>;

function readTarget(url: Secret<string>): Target | undefined {
  const read = readDatabaseUrl(reveal(url, 'database.prepare'));
  return read.ok ? read.value : undefined;
}

/** Everything of the new URLs behind user and password, in a form that every reader of URLs takes. */
export function placeOf({ host, port, tls }: Place, database: string): string {
  const authority = host.includes('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host;
  return `${authority}:${port}/${encodeURIComponent(database)}?sslmode=${tls === 'off' ? 'disable' : tls}`;
}
