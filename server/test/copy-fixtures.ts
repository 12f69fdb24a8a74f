// Copies a folder of fixtures to where they are judged. A fixture that is called like a test lies on disk as
// `x.test.ts.fixture`, so that no test runner ever takes it for one.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listFiles } from '../../tools/lib/list-files.ts';

const MARK = /\.fixture$/;

/** Copies every file below `from` to `to` under its true name, and returns the names. Throws when there is none. */
export function copyFixtures(from: string, to: string): readonly string[] {
  const paths = listFiles(from, '', () => true);
  if (paths.length === 0) throw new Error(`there are no fixtures in ${from}`);
  return paths.map((path) => {
    const name = path.replace(MARK, '');
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(from, path), join(to, name));
    return name;
  });
}
