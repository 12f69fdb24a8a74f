// `node tools/node.js …` is `node …` on the pinned Node, whatever Node and npm the machine has.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPinned } from '../server/bin/run-pinned.js';

runPinned(process.argv.slice(2), dirname(fileURLToPath(import.meta.url)));
