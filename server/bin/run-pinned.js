// Runs a program on the pinned Node and ends as it ends; signals reach it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { findPinnedNode, NODE_MAJOR } from './find-node.js';

/** `args` go to Node itself; `from` is a folder inside the clone. */
export function runPinned(args, from) {
  const node = findPinnedNode(from);
  if (node === undefined) {
    process.stderr.write(
      `Node ${NODE_MAJOR} is needed; this is ${process.versions.node}. Run \`npm ci\` in the clone: it brings the right one.\n`,
    );
    process.exit(1);
  }
  // What it starts by the name `node` is the same one.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 9)));
}
