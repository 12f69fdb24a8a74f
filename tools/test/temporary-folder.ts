// A folder that exists for one test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type TemporaryFolder = Disposable & {
  readonly path: string;
  /** Writes files given as path → text; anything that is no text is written as JSON. */
  readonly write: (files: Readonly<Record<string, unknown>>) => void;
};

/** Those that are there. Hooks that remove theirs do not run when all tests beside them are filtered out, or one hangs. */
const present = new Set<string>();
process.on('exit', () => {
  for (const path of present) rmSync(path, { recursive: true, force: true });
});

/** Makes an empty folder, gone with the scope that holds it, and at the latest with the process. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-tools-'));
  present.add(path);
  return {
    path,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
      }
    },
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
      present.delete(path);
    },
  };
}
