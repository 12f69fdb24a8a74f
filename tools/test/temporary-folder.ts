// A folder that exists for one test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type TemporaryFolder = Disposable & {
  readonly path: string;
  /** Writes files given as path → text; anything that is no text is written as JSON. */
  readonly write: (files: Readonly<Record<string, unknown>>) => void;
};

/** Makes an empty folder, gone with the scope that holds it. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-tools-'));
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
    },
  };
}
