// The temporary folder of a whole test run: whatever is left in it at the end was forgotten by a test, or by the product.
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export type RunFolder = Disposable & {
  readonly path: string;
  /** Names of what is still there. Waits for what is on its way out, `patienceMs` at most. */
  readonly findLeft: (patienceMs: number) => Promise<readonly string[]>;
};

/** Made by Node itself when somebody asks for its compile cache, and meant to stay. */
const NODES_OWN: ReadonlySet<string> = new Set(['node-compile-cache']);
const PAUSE_MS = 50;

/** Makes the folder, open to every user as the system's own is. To be handed on as TMPDIR; gone with the scope that holds it. */
export function makeRunFolder(): RunFolder {
  // A short name: paths of sockets below it must fit into their addresses.
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'hf-'));
  chmodSync(path, 0o1777);
  const look = (): readonly string[] => readdirSync(path).filter((name) => !NODES_OWN.has(name));
  return {
    path,
    findLeft: async (patienceMs) => {
      const deadline = AbortSignal.timeout(patienceMs);
      while (look().length > 0 && !deadline.aborted) await wait(PAUSE_MS);
      return look().toSorted();
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
