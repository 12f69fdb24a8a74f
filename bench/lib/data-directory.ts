// A throw-away data directory in the temporary folder.
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type DataDirectory = AsyncDisposable & { readonly path: string; readonly logFile: string };

export async function makeDataDirectory(): Promise<DataDirectory> {
  const base = await mkdtemp(join(await realpath(tmpdir()), 'holdfast-bench-'));
  // Started by root, PostgreSQL runs as another uid and must be able to pass through.
  await chmod(base, 0o711);
  return {
    path: join(base, 'data'),
    logFile: join(base, 'server.log'),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}
