// How long a start takes until the server says it is ready: the first one on an empty directory, and later ones on its data.
import { performance } from 'node:perf_hooks';
import { makeDataDirectory } from './lib/data-directory.ts';
import { readDatabasePid, startServer } from './lib/holdfast.ts';
import { isPinning, OTHER_CORE, printMachine } from './lib/machine.ts';
import { median, ms, percentile, ratio } from './lib/numbers.ts';
import { readOptions } from './lib/options.ts';
import { printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';
import { startNode } from './lib/child.ts';

const values = readOptions({
  name: 'start',
  measures: [
    'How long `holdfast start` takes until it says that it is ready: on an empty directory, on existing data, and after a',
    'crash, beside a Node process that does nothing but load the same libraries.',
  ],
  needs: ['nothing but the repository: the server brings its PostgreSQL', 'half a minute'],
  options: {
    runs: {
      kind: 'number',
      default: 5,
      min: 2,
      isWhole: true,
      is: 'starts on existing data; every second one ends in a crash',
    },
  },
});
const RUNS = values.runs;

printMachine('Start', [
  'from the command to the answer of /health/ready; embedded PostgreSQL; the first start makes cluster, schema and master key',
  'after a crash: the server and its PostgreSQL were killed with SIGKILL in the run before, so the database recovers',
  `yardstick: a Node process that loads the same framework, driver and schema library and prints a line; ${RUNS} interleaved runs, medians`,
  isPinning ? 'not pinned' : 'nothing can be pinned here',
]);

const IMPORTS =
  "await Promise.all(['fastify', 'pg', 'kysely', 'zod', 'pino', 'undici'].map((name) => import(name))); console.log('ready')";
await using data = await makeDataDirectory();
const firstMs = await timeStart('orderly');
const later: number[] = [];
const crashed: number[] = [];
const bare: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  later.push(await timeStart(run % 2 === 0 ? 'orderly' : 'crash'));
  if (run % 2 === 1) crashed.push(await timeStart('orderly'));
  bare.push(await timeBareNode());
}
const bareMs = median(bare);
const row = (name: string, tookMs: readonly number[]): string[] => [
  name,
  ms(median(tookMs)),
  ms(percentile(tookMs, 1)),
  ratio(median(tookMs), bareMs),
];
printTable(
  [{ title: 'start', left: true }, { title: 'median ms' }, { title: 'slowest ms' }, { title: 'of bare Node' }],
  [
    row('first, empty directory', [firstMs]),
    row('on existing data', later),
    row('after a crash', crashed),
    row('bare Node with its libraries', bare),
  ],
);
reportTarget('start.ready', median(later));
printReported();

async function timeStart(ending: 'orderly' | 'crash'): Promise<number> {
  const startMs = performance.now();
  await using opened = new AsyncDisposableStack();
  const { child, port } = await startServer({ data, core: undefined });
  opened.use(child);
  const reply = await fetch(`http://127.0.0.1:${port}/health/ready`);
  const tookMs = performance.now() - startMs;
  if (!reply.ok) throw new Error(`/health/ready says ${reply.status}`);
  if (ending === 'crash') {
    const databasePid = await readDatabasePid(data.path);
    process.kill(child.pid, 'SIGKILL');
    process.kill(databasePid, 'SIGKILL');
  }
  return tookMs;
}

async function timeBareNode(): Promise<number> {
  const startMs = performance.now();
  await using child = await startNode({ core: OTHER_CORE, args: ['--input-type=module', '-e', IMPORTS] });
  void child;
  return performance.now() - startMs;
}
