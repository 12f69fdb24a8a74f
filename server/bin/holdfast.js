#!/usr/bin/env node
// Starts Holdfast on the Node it was made for, with the memory a server needs: this file must run on any Node, so it is plain JavaScript.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough } from './find-node.js';
import { runPinned } from './run-pinned.js';

const main = new URL('../src/main.ts', import.meta.url);
const args = process.argv.slice(2);

/** Room for what the calls in flight hold: with less, most of it is copied before it dies (docs/decisions/0014). Read at the start of a process alone. */
const ROOM = '--max-semi-space-size=64';
const options = args[0] === 'start' ? [ROOM] : [];
const program = [...options, fileURLToPath(main), ...args];

if (!isNewEnough()) {
  runPinned(program, dirname(fileURLToPath(import.meta.url)));
} else if (options.every((option) => process.execArgv.includes(option)) || process.execve === undefined) {
  await import(main.href);
} else {
  // The same process goes on with the option: whoever watches it by its id sees one server.
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...program], process.env);
}
