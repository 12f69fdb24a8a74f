// Starts the private PostgreSQL of a data directory and hands back the means to use, watch, restart and stop it.
import { type Binaries, getBinaries } from './binaries.ts';
import { bringUp, type Cluster, type EmbeddedProgress } from './bring-up.ts';
import { type BinariesChoice } from './candidates.ts';
import { getCredential, type SuperuserSettings, superuserSettings } from './credential.ts';
import { EmbeddedError } from './errors.ts';
import { ensureDataDir, ensureFolder } from './files.ts';
import { findDataMajor, initializeCluster, removeDrafts } from './initialize.ts';
import { checkDataDirPath, type Layout, layoutOf } from './layout.ts';
import { type DataDirLock, lockDataDir } from './lock.ts';
import { type Postmaster, type PostmasterExit, type StopMode, type StopOutcome, stopPostmaster } from './postmaster.ts';
import { fixedSettings, PORT, writeConfig } from './settings.ts';
import { prepareSocketFolder } from './socket-folder.ts';
import { checkReachable } from './traverse.ts';
import { chooseDatabaseUser, type DatabaseUser, recordDatabaseUser } from './user.ts';

export type EmbeddedOptions = {
  /** Absolute; made when missing. */
  readonly dataDir: string;
  readonly log: (progress: EmbeddedProgress) => void;
  /** Which PostgreSQL to run; by default the system's, else the npm package. Existing data demands its own major. */
  readonly binaries?: BinariesChoice;
  /** The search path (PATH) to look for a system PostgreSQL in, besides the usual places. */
  readonly searchPath?: string;
};

/** `expected` is true after `stop` and `restart`. */
export type EmbeddedExit = PostmasterExit & { readonly expected: boolean };

export type Embedded = AsyncDisposable & {
  readonly socketDir: string;
  readonly port: number;
  readonly superuser: SuperuserSettings;
  readonly version: string;
  readonly major: number;
  /** The postmaster in service now; a restart changes both. */
  readonly pid: number;
  readonly adopted: boolean;
  /** Ends the database (fast by default; immediate if that takes longer than 30 s) and gives the data directory free. */
  readonly stop: (mode?: StopMode) => Promise<StopOutcome>;
  /** Brings the database up again after it died, or stops and starts it. Throws EmbeddedError as a start does. */
  readonly restart: () => Promise<void>;
  /** Calls back each time the postmaster ends; returns a function that ends the subscription. */
  readonly onExit: (callback: (exit: EmbeddedExit) => void) => () => void;
};

/** Starts or adopts the database of a data directory. Throws EmbeddedError with `reason` and `fix`; then nothing is held. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const account = currentAccount();
  const layout = await openDataDir(options.dataDir, account);
  const lock = await lockDataDir(layout.privateFolder);
  try {
    const cluster = await prepareCluster(options, layout, account);
    return serve(cluster, lock, await bringUp(cluster));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

type Account = { readonly euid: number; readonly egid: number };

function currentAccount(): Account {
  const euid = process.geteuid?.();
  const egid = process.getegid?.();
  if (euid !== undefined && egid !== undefined && process.platform !== 'win32') return { euid, egid };
  throw new EmbeddedError(
    'platform_unsupported',
    'The embedded database runs on Linux and macOS only.',
    'Set DATABASE_URL to a PostgreSQL server.',
  );
}

// Several starters may be here at once: every step is the same for each, and none touches data.
async function openDataDir(dataDir: string, account: Account): Promise<Layout> {
  checkDataDirPath(dataDir);
  const separate = account.euid === 0;
  await ensureDataDir(dataDir, account.euid, separate);
  const layout = await layoutOf(dataDir);
  const ours = { uid: account.euid, gid: account.egid };
  await ensureFolder(layout.root, { ...ours, mode: separate ? 0o711 : 0o700 }, account.euid);
  await ensureFolder(layout.privateFolder, { ...ours, mode: 0o700 }, account.euid);
  return layout;
}

async function prepareCluster(options: EmbeddedOptions, layout: Layout, account: Account): Promise<Cluster> {
  const { euid } = account;
  const user = await chooseDatabaseUser(account, layout.privateFolder);
  await checkReachable(layout.root, user);
  await recordDatabaseUser(user, layout.privateFolder);
  const ours = { uid: euid, gid: account.egid, mode: 0o755 };
  await ensureFolder(layout.configFolder, ours, euid);
  await ensureFolder(layout.binariesFolder, ours, euid);
  await ensureFolder(layout.logFolder, { uid: user.uid, gid: user.gid, mode: 0o700 }, euid);
  await removeDrafts(layout, user);
  const binaries = await findOrInitialize(options, layout, user, euid);
  const socketFolder = await prepareSocketFolder({ preferred: layout.runFolder, dataDir: layout.dataDir, user, euid });
  await writeConfig(layout);
  const superuser = superuserSettings(socketFolder, await getCredential(layout));
  return {
    layout,
    user,
    binaries,
    socketFolder,
    superuser,
    settings: fixedSettings(layout, socketFolder),
    log: options.log,
  };
}

async function findOrInitialize(
  options: EmbeddedOptions,
  layout: Layout,
  user: DatabaseUser,
  euid: number,
): Promise<Binaries> {
  const dataMajor = await findDataMajor(layout);
  const binaries = await getBinaries({
    choice: options.binaries ?? 'auto',
    dataMajor,
    user,
    searchPath: options.searchPath ?? '',
    copiesFolder: layout.binariesFolder,
  });
  if (dataMajor === undefined) {
    options.log({ stage: 'initializing', version: binaries.version, source: binaries.source });
    await initializeCluster(layout, binaries, user);
  }
  await ensureFolder(layout.clusterFolder, { uid: user.uid, gid: user.gid, mode: 0o700 }, euid);
  return binaries;
}

function serve(cluster: Cluster, lock: DataDirLock, first: Postmaster): Embedded {
  const listeners = new Set<(exit: EmbeddedExit) => void>();
  let current = first;
  let isStopped = false;
  let ending: Postmaster | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const watch = (postmaster: Postmaster): void => {
    void (async () => {
      const exit = await postmaster.exited;
      for (const listener of listeners) listener({ ...exit, expected: ending === postmaster });
    })();
  };
  // Stops and restarts come from signals and callbacks at any time; they are carried out one after the other.
  const inTurn = async <T>(step: () => Promise<T>): Promise<T> => {
    const turn = queue.then(step);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const end = async (mode: StopMode): Promise<StopOutcome> => {
    if (current.isRunning()) ending = current;
    return stopPostmaster(current, cluster.layout.clusterFolder, mode);
  };
  const stop = (mode: StopMode = 'fast'): Promise<StopOutcome> =>
    inTurn(async () => {
      if (isStopped) return 'already_stopped';
      const outcome = await end(mode);
      isStopped = true;
      await lock.release();
      return outcome;
    });
  const restart = (): Promise<void> =>
    inTurn(async () => {
      if (isStopped) throw new EmbeddedError('stopped', 'The embedded database was stopped.', 'Start it anew.');
      await end('fast');
      current = await bringUp(cluster);
      watch(current);
    });

  watch(first);
  return {
    socketDir: cluster.socketFolder,
    port: PORT,
    superuser: cluster.superuser,
    version: cluster.binaries.version,
    major: cluster.binaries.major,
    get pid() {
      return current.pid;
    },
    get adopted() {
      return current.adopted;
    },
    stop,
    restart,
    onExit: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
