#!/usr/bin/env node
// Starts Holdfast on the Node it was made for: this file must run on any Node, so it is plain JavaScript.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough } from './find-node.js';
import { runPinned } from './run-pinned.js';

const main = new URL('../src/main.ts', import.meta.url);

if (isNewEnough()) await import(main.href);
else runPinned([fileURLToPath(main), ...process.argv.slice(2)], dirname(fileURLToPath(import.meta.url)));
