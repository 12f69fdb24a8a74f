// A throw-away PostgreSQL for tests: a cluster of its own in a temporary folder that is gone when the test process is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { newToken } from '#crypto/random.ts';
import { type Binaries, getBinaries } from '#db/embedded/binaries.ts';
import { type BinariesChoice, findBinariesChoice } from '#db/embedded/candidates.ts';
import { type SuperuserSettings, superuserSettings } from '#db/embedded/credential.ts';
import { fillDraft } from '#db/embedded/initialize.ts';
import { probeServer } from '#db/embedded/probe.ts';
import { cleanEnvironment, switchTo } from '#db/embedded/run-as.ts';
import { PORT, postgresArguments, quoteListItem, type Setting } from '#db/embedded/settings.ts';
import { chooseDatabaseUser, type DatabaseUser } from '#db/embedded/user.ts';

export type TestCluster = AsyncDisposable & {
  /** For making roles and databases; code under test connects as the roles made. */
  readonly superuser: Omit<SuperuserSettings, 'password'> & { readonly password: string };
  readonly version: string;
  readonly major: number;
};

const READY_SECONDS_MAX = 60;

// FOR TESTS ONLY: a crash of the machine loses this cluster, which buys fast commits. The product has no such switch:
// startEmbedded puts fsync = on where nothing overrides it, and stops a server that runs otherwise.
const VOLATILE: readonly Setting[] = [
  ['fsync', 'off'],
  ['full_page_writes', 'off'],
  ['synchronous_commit', 'off'],
];

// Runs the server as the database's uid until it ends or until descriptor 3, our end of a pipe, is closed, however that
// happens; then removes the folder. Repeats the signal because a shell starts background programs deaf to it.
const KEEPER = `
base=$1; shift; exec 3<&0
"$@" </dev/null 3<&- & server=$!
(cat <&3 >/dev/null; while kill -QUIT $server 2>/dev/null; do sleep 0.1; done) & watcher=$!
exec 0</dev/null 3<&-
wait $server; kill $watcher 2>/dev/null
rm -rf -- "$base"`;

/** Which PostgreSQL tests run on: HOLDFAST_TEST_POSTGRES (auto, system, system:15, package or a folder), else auto. */
export function testBinaries(): BinariesChoice {
  const text = process.env['HOLDFAST_TEST_POSTGRES'] ?? 'auto';
  const choice = findBinariesChoice(text);
  if (choice !== undefined) return choice;
  throw new Error(`HOLDFAST_TEST_POSTGRES=${text} is none of auto, system, system:15, package, /folder.`);
}

/** Makes and starts a cluster, in about a second; root or not. Every call gives another cluster: share it in a file. */
export async function startTestCluster(options: { readonly binaries?: BinariesChoice } = {}): Promise<TestCluster> {
  const base = await mkdtemp(join(tmpdir(), 'holdfast-'));
  const copiesFolder = `${base}-binaries`;
  const remove = async (): Promise<void> => {
    for (const folder of [base, copiesFolder]) await rm(folder, { recursive: true, force: true });
  };
  try {
    const euid = process.geteuid?.() ?? 0;
    const user = await chooseDatabaseUser({ euid, egid: process.getegid?.() ?? 0 }, base);
    const choice = options.binaries ?? testBinaries();
    const searchPath = process.env['PATH'] ?? '';
    const binaries = await getBinaries({ choice, dataMajor: undefined, user, searchPath, copiesFolder });
    return await serve({ base, binaries, user, remove });
  } catch (error) {
    await remove();
    throw error;
  }
}

type Parts = {
  readonly base: string;
  readonly binaries: Binaries;
  readonly user: DatabaseUser;
  readonly remove: () => Promise<void>;
};

async function serve({ base, binaries, user, remove }: Parts): Promise<TestCluster> {
  const logPath = join(base, 'server.log');
  const log = await open(logPath, 'w');
  const password = newToken();
  await fillDraft(base, { binaries, user, password, sync: false });
  const settings: readonly Setting[] = [
    ['listen_addresses', ''],
    ['port', String(PORT)],
    ['unix_socket_directories', quoteListItem(base)],
    ['max_connections', '200'],
    ['lc_messages', 'C'],
    ['TimeZone', 'UTC'],
    ...VOLATILE,
  ];
  const command = [join(binaries.folder, 'postgres'), ...postgresArguments(join(base, 'cluster'), settings)];
  const stdio: ['pipe', number, number] = ['pipe', log.fd, log.fd];
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', base, ...command], {
    ...switchTo(user),
    cwd: '/',
    env: cleanEnvironment,
    // A session of its own: a terminal's Ctrl-C must not end the keeper before it has cleaned up.
    detached: true,
    stdio,
  });
  const ended = once(keeper, 'exit');
  await log.close();
  const superuser = superuserSettings(base, password);
  const stop = async (): Promise<void> => {
    keeper.ref();
    keeper.stdin?.end();
    await ended;
    await remove();
  };
  const deadline = AbortSignal.timeout(READY_SECONDS_MAX * 1000);
  while ((await probeServer(superuser, settings)).state !== 'ready') {
    if (deadline.aborted || keeper.exitCode !== null) {
      const text = await readFile(logPath, 'utf8').catch(() => 'its folder is gone');
      await stop();
      throw new Error(`The test cluster did not start: ${text}`);
    }
    await wait(20);
  }
  // A test file that forgets to dispose still ends, and takes the cluster along.
  keeper.unref();
  return {
    superuser: { ...superuser, password: superuser.password() },
    version: binaries.version,
    major: binaries.major,
    [Symbol.asyncDispose]: stop,
  };
}
