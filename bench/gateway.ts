// Governed model calls beside a bare Node relay and Portkey: added latency, calls a second on one core, clean event streams.
import { setTimeout as wait } from 'node:timers/promises';
import { type Arena, type Contender, openArena } from './lib/contenders.ts';
import { interleave, type Loads, type Measured, medianOf, shareOf, sumFailures } from './lib/contests.ts';
import { runLoad } from './lib/load.ts';
import { cpuMsOf, isPinning, moveToCore, OTHER_CORE, printMachine, residentMb } from './lib/machine.ts';
import { median, ms, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions, SECONDS as SECONDS_OPTION } from './lib/options.ts';
import { isLevelClean, runStreams, STALL_MS, type StreamLevel } from './lib/streams.ts';
import { print, printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';
import { EVENTS, FRAMES, PACE_MS } from './lib/workload.ts';

const PARTS_ALL = ['latency', 'throughput', 'streams'] as const;
const values = readOptions({
  name: 'gateway',
  measures: [
    'Governed model calls through Holdfast beside a bare Node relay and, when it is installed, the Portkey gateway, all',
    'before the same upstream: what each adds to one call, calls a second on one core, and event streams at once.',
  ],
  needs: [
    'Linux with two cores and taskset for figures of one core; without, they are of the whole machine',
    'the peer, if it shall be compared: npm ci --prefix bench --ignore-scripts',
    'about eight minutes and a machine that does nothing else',
  ],
  options: {
    passes: PASSES_OPTION,
    seconds: SECONDS_OPTION,
    starts: {
      kind: 'number',
      default: 5,
      min: 1,
      isWhole: true,
      is: 'fresh starts of every gateway, over which the ratios of a full core are taken',
    },
    warm: {
      kind: 'number',
      default: 12,
      min: 0,
      isWhole: false,
      is: 'seconds of load on every gateway before anything is measured',
    },
    only: { kind: 'parts', of: PARTS_ALL, is: 'parts to measure' },
    node: { kind: 'texts', is: 'an option for the Node that runs Holdfast, such as --cpu-prof; may be repeated' },
  },
});
const PASSES = values.passes;
const MEASURED_MS = values.seconds * 1_000;
const PARTS = new Set(values.only);
const WARM_UP_MS = values.warm * 1_000;
const FEW_CALLERS = [16, 64] as const;
/** They fill a core whichever gateway runs on it; the targets are held to them. */
const FULL_CALLERS = 256;
const TARGETS = [
  ['Portkey', 'gateway.portkey'],
  ['bare relay', 'gateway.relay'],
] as const;
const STREAMS = [16, 32, 64, 128, 256, 512] as const;

moveToCore(OTHER_CORE, process.pid);
const starts: Loads[] = [];
for (let start = 0; start < (PARTS.has('throughput') ? values.starts : 1); start += 1) {
  await using arena = await openArena(values.node);
  const gateways = [arena.relay, ...(arena.portkey === undefined ? [] : [arena.portkey]), arena.holdfast];
  if (start === 0) describeArena(arena);
  for (const { port, whole: request } of gateways)
    await runLoad({ port, request, callers: 64, measuredMs: WARM_UP_MS });
  if (PARTS.has('throughput')) starts.push(await contest(gateways, FULL_CALLERS));
  if (start > 0) continue;
  if (PARTS.has('latency')) await compareLatency([arena.direct, ...gateways]);
  if (PARTS.has('throughput')) for (const callers of FEW_CALLERS) printLoads(await contest(gateways, callers), callers);
  if (PARTS.has('streams')) await compareStreams([arena.direct, ...gateways]);
  await showRecord(arena, gateways);
}
if (PARTS.has('throughput')) compareStarts();
printReported();

function describeArena({ portkey }: Arena): void {
  printMachine('Gateway', [
    isPinning
      ? 'each gateway alone at a time on core 0; load generator, upstream and PostgreSQL share core 1 (so Holdfast’s database competes with its own load)'
      : 'nothing is pinned (no taskset, or one core): figures of one core are not shown here',
    'Holdfast: `holdfast start`, embedded PostgreSQL with fsync on, one organization, one key; every call is identified, limited, admitted with a durable intent, settled with usage and an audit event, and logged to a file',
    portkey === undefined
      ? 'Portkey: not installed (`npm ci --prefix bench --ignore-scripts`)'
      : 'Portkey: @portkey-ai/gateway 1.15.2, headless, no keys, no database, no audit',
    'bare relay: node:http and undici, parses the body, no keys, no limits, no record',
    `request 1.7 kB, reply 1.1 kB at once; ${PASSES} interleaved passes of ${MEASURED_MS / 1_000} s each, medians; every gateway had ${WARM_UP_MS / 1_000} s of load before, for its code to be compiled`,
  ]);
}

function contest(contenders: readonly Contender[], callers: number): Promise<Loads> {
  return interleave({ contenders, callers, passes: PASSES, measuredMs: MEASURED_MS });
}

async function compareLatency(contenders: readonly Contender[]): Promise<void> {
  print('## One caller: what each adds');
  print();
  const loads = await contest(contenders, 1);
  const added = (name: string, pick: (load: Measured) => number): number =>
    median((loads.get(name) ?? []).map((load, pass) => pick(load) - pick(loads.get('direct')?.[pass] ?? load)));
  printTable(
    [
      { title: 'one caller', left: true },
      { title: 'p50 ms' },
      { title: 'p99 ms' },
      { title: 'added p50 ms' },
      { title: 'added p99 ms' },
      { title: 'failures' },
    ],
    contenders.map(({ name }) => [
      name,
      ms(medianOf(loads, name, (load) => load.p50Ms)),
      ms(medianOf(loads, name, (load) => load.p99Ms)),
      ms(added(name, (load) => load.p50Ms)),
      ms(added(name, (load) => load.p99Ms)),
      String(sumFailures(loads, name)),
    ]),
  );
  reportTarget(
    'gateway.added',
    added('Holdfast', (load) => load.p50Ms),
  );
}

function printLoads(loads: Loads, callers: number): void {
  print(`## ${callers} callers: calls a second on one core`);
  print();
  printTable(
    [
      { title: `${callers} callers`, left: true },
      { title: 'calls/s' },
      { title: 'p50 ms' },
      { title: 'p99 ms' },
      { title: 'CPU µs a call' },
      { title: 'Holdfast is' },
      { title: 'failures' },
    ],
    [...loads.keys()].map((name) => [
      name,
      whole(medianOf(loads, name, (load) => load.requestsPerSecond)),
      ms(medianOf(loads, name, (load) => load.p50Ms)),
      ms(medianOf(loads, name, (load) => load.p99Ms)),
      whole(medianOf(loads, name, (load) => load.cpuUsPerCall)),
      name === 'Holdfast' ? '' : ratio(shareOf(loads, name), 1),
      String(sumFailures(loads, name)),
    ]),
  );
}

/** What V8 makes of a program differs from start to start, ours and the others': no single start says what is usual. */
function compareStarts(): void {
  print(`## ${FULL_CALLERS} callers, a full core: ${starts.length} fresh starts of every gateway`);
  print();
  const names = [...(starts[0]?.keys() ?? [])];
  const others = names.filter((name) => name !== 'Holdfast');
  printTable(
    [
      { title: 'start', left: true },
      ...names.flatMap((name) => [{ title: `${name}, calls/s` }, { title: 'CPU µs' }]),
      ...others.map((name) => ({ title: `of ${name}` })),
      { title: 'failures' },
    ],
    starts.map((loads, start) => [
      String(start + 1),
      ...names.flatMap((name) => [
        whole(medianOf(loads, name, (load) => load.requestsPerSecond)),
        whole(medianOf(loads, name, (load) => load.cpuUsPerCall)),
      ]),
      ...others.map((name) => ratio(shareOf(loads, name), 1)),
      String(names.reduce((sum, name) => sum + sumFailures(loads, name), 0)),
    ]),
  );
  for (const name of others) {
    const shares = starts.map((loads) => shareOf(loads, name));
    const spread = `${ratio(Math.min(...shares), 1)} to ${ratio(Math.max(...shares), 1)}`;
    print(`Holdfast is ${ratio(median(shares), 1)} of ${name}: the median over starts, which were ${spread}.`);
    print();
  }
  if (!isPinning) return;
  for (const [name, target] of TARGETS)
    if (names.includes(name)) reportTarget(target, median(starts.map((loads) => shareOf(loads, name))));
}

async function compareStreams(contenders: readonly Contender[]): Promise<void> {
  print('## Event streams at once');
  print();
  print(
    `Each has ${EVENTS} events, ${FRAMES} of them ${PACE_MS} ms apart. Clean: all arrive, no gap above ${STALL_MS} ms; a level is clean when 99.9 % are. A level that fails is tried once more.`,
  );
  print();
  const rows: string[][] = [];
  for (const contender of contenders) {
    let best = 0;
    for (const streams of STREAMS) {
      const level = await cleanest(contender, streams);
      rows.push([
        contender.name,
        String(streams),
        `${level.clean} of ${level.total}`,
        ms(level.firstEventP99Ms),
        ms(level.gapP99Ms),
        level.cpuShare,
      ]);
      if (!isLevelClean(level)) break;
      best = streams;
    }
    rows.push([contender.name, '', `**${best} clean**`, '', '', '']);
    if (contender.name === 'Holdfast' && isPinning) reportTarget('gateway.streams', best);
  }
  printTable(
    [
      { title: 'way', left: true },
      { title: 'streams' },
      { title: 'clean' },
      { title: 'first event p99 ms' },
      { title: 'gap p99 ms' },
      { title: 'its core busy' },
    ],
    rows,
  );
}

type MeasuredLevel = StreamLevel & { readonly cpuShare: string };

async function cleanest(contender: Contender, streams: number): Promise<MeasuredLevel> {
  const first = await measureStreams(contender, streams);
  if (isLevelClean(first)) return first;
  await wait(500);
  const second = await measureStreams(contender, streams);
  return second.clean >= first.clean ? second : first;
}

async function measureStreams({ pid, port, streamed }: Contender, streams: number): Promise<MeasuredLevel> {
  const [fromMs, cpuMs] = [performance.now(), cpuMsOf(pid)];
  const level = await runStreams(port, streamed, streams);
  const usedMs = (cpuMsOf(pid) ?? Number.NaN) - (cpuMs ?? Number.NaN);
  const share = (100 * usedMs) / (performance.now() - fromMs);
  return { ...level, cpuShare: Number.isNaN(share) ? '-' : `${Math.round(share)} %` };
}

async function showRecord({ server }: Arena, gateways: readonly Contender[]): Promise<void> {
  const calls = await server.countCalls();
  print(
    `Holdfast has ${whole(calls)} of these calls on record. Resident memory after the load: ${gateways.map(({ name, pid }) => `${name} ${residentMb(pid) ?? '-'} MB`).join(', ')}; PostgreSQL apart.`,
  );
  print();
}
