#!/usr/bin/env node
// Starts Holdfast on the Node it was made for: this file must run on any Node, so it is plain JavaScript without imports of ours.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 26;
const main = new URL('../src/main.ts', import.meta.url);

if (Number(process.versions.node.split('.', 1)[0]) >= NODE_MAJOR) {
  await import(main.href);
} else {
  // npm puts the pinned Node beside this program; the `node` on the PATH is whatever the machine has.
  const found = foldersUp(dirname(fileURLToPath(import.meta.url)))
    .map((folder) => join(folder, 'node_modules', '.bin', 'node'))
    .find(existsSync);
  if (found === undefined) {
    process.stderr.write(
      `Holdfast needs Node ${NODE_MAJOR}; this is ${process.versions.node}. Run \`npm ci\` in the clone: it brings the right one.\n`,
    );
    process.exit(1);
  }
  const child = spawn(found, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 9)));
}

function foldersUp(folder) {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}
