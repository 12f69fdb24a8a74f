// The environment that the tested programs get: nothing of ours but the search path, the temporary folder, free ports, and the PostgreSQL under test.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getBinaries } from '#db/embedded/binaries.ts';
import { chooseDatabaseUser } from '#db/embedded/user.ts';
import { testBinaries } from '#test/cluster.ts';

export type Settings = Readonly<Record<string, string>>;

/** A server of its own: free ports, its data directory, the embedded PostgreSQL that the tests run on. */
export async function settingsOf(dataDirectory: string, more: Settings = {}): Promise<Settings> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    // A run of all tests has one of its own, and looks at what stays in it.
    TMPDIR: tmpdir(),
    HOLDFAST_DATA_DIR: dataDirectory,
    HOLDFAST_PORT: '0',
    HOLDFAST_PRIVATE_PORT: '0',
    // Beside DATABASE_URL it would be a contradiction.
    ...('DATABASE_URL' in more ? {} : { HOLDFAST_POSTGRES: await embeddedSource() }),
    ...more,
  };
}

/** Rates that tests of other things do not run into. */
export const WIDE_RATES: Settings = {
  HOLDFAST_RATE_READ_PER_MINUTE: '1000000',
  HOLDFAST_RATE_WRITE_PER_MINUTE: '1000000',
  HOLDFAST_RATE_MODEL_PER_MINUTE: '1000000',
  HOLDFAST_RATE_EXPENSIVE_PER_MINUTE: '100000',
  HOLDFAST_RATE_SIGN_IN_PER_MINUTE: '1000',
  HOLDFAST_RATE_ADDRESS_PER_MINUTE: '1000000',
  HOLDFAST_RATE_API_KEY_PER_MINUTE: '1000000',
  HOLDFAST_RATE_ORGANIZATION_PER_MINUTE: '10000000',
  HOLDFAST_RATE_GLOBAL_PER_MINUTE: '100000000',
};

let source: Promise<string> | undefined;

function embeddedSource(): Promise<string> {
  source ??= findSource();
  return source;
}

/** HOLDFAST_POSTGRES knows no `system:15`: it names the folder instead. */
async function findSource(): Promise<string> {
  const choice = testBinaries();
  if (!choice.startsWith('system:')) return choice;
  const base = await mkdtemp(join(tmpdir(), 'hf-'));
  try {
    const user = await chooseDatabaseUser({ euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0 }, base);
    const searchPath = process.env['PATH'] ?? '';
    return (await getBinaries({ choice, dataMajor: undefined, user, searchPath, copiesFolder: base })).folder;
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** A port that was free on both loopback addresses a moment ago, for servers that must come back on the same one. */
export async function findFreePort(): Promise<string> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const second = createServer().listen(port, '::1');
    const isFree = await once(second, 'listening').then(
      () => true,
      (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'),
    );
    await Promise.all([first, second].map((server) => new Promise((resolve) => void server.close(resolve))));
    if (isFree) return String(port);
  }
}
