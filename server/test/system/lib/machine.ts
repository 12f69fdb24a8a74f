// What the machine of a test offers: programs outside our node_modules, an older Node, whether others may read the clone.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const CLONE = fileURLToPath(new URL('../../../..', import.meta.url));
/** The program that npm links as `holdfast`. */
export const LAUNCHER = join(CLONE, 'server', 'bin', 'holdfast.js');
/** `nobody`, who owns nothing. */
export const ORDINARY_UID = 65_534;

/** A program on the search path, our own node_modules aside. */
export function findProgram(name: string, isWanted: (path: string) => boolean = () => true): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path) && isWanted(path));
}

/** The machine's own Node when it is older than ours but new enough for the launcher. */
export function findOldNode(): string | undefined {
  return findProgram('node', (path) => {
    const major = Number(/^v(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]);
    return major >= 20 && major < 26;
  });
}

/** Whether that uid can run our Node on our source. */
export function isOpenTo(uid: number): boolean {
  try {
    execFileSync(process.execPath, ['--check', LAUNCHER], { uid, gid: uid, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
