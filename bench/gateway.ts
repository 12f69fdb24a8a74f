// Governed model calls beside a bare Node relay and Portkey: added latency, calls a second on one core, clean event streams.
import { setTimeout as wait } from 'node:timers/promises';
import { type Arena, type Contender, openArena } from './lib/contenders.ts';
import { type Load, runLoad } from './lib/load.ts';
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
    'about three minutes and a machine that does nothing else',
  ],
  options: {
    passes: PASSES_OPTION,
    seconds: SECONDS_OPTION,
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
/** The last fills a core whichever gateway runs on it, and is what the targets are held to. */
const CALLERS = [16, 64, 256] as const;
const STREAMS = [16, 32, 64, 128, 256, 512] as const;

moveToCore(OTHER_CORE, process.pid);
await using arena = await openArena(values.node);
const gateways = [arena.relay, ...(arena.portkey === undefined ? [] : [arena.portkey]), arena.holdfast];

printMachine('Gateway', [
  isPinning
    ? 'each gateway alone at a time on core 0; load generator, upstream and PostgreSQL share core 1 (so Holdfast’s database competes with its own load)'
    : 'nothing is pinned (no taskset, or one core): figures of one core are not shown here',
  'Holdfast: `holdfast start`, embedded PostgreSQL with fsync on, one organization, one key; every call is identified, limited, admitted with a durable intent, settled with usage and an audit event, and logged to a file',
  arena.portkey === undefined
    ? 'Portkey: not installed (`npm ci --prefix bench --ignore-scripts`)'
    : 'Portkey: @portkey-ai/gateway 1.15.2, headless, no keys, no database, no audit',
  'bare relay: node:http and undici, parses the body, no keys, no limits, no record',
  `request 1.7 kB, reply 1.1 kB at once; ${PASSES} interleaved passes of ${MEASURED_MS / 1_000} s each, medians; every gateway had ${WARM_UP_MS / 1_000} s of load before, for its code to be compiled`,
]);

for (const { port, whole: request } of gateways) await runLoad({ port, request, callers: 64, measuredMs: WARM_UP_MS });
if (PARTS.has('latency')) await compareLatency();
if (PARTS.has('throughput')) await compareThroughput();
if (PARTS.has('streams')) await compareStreams();
await showRecord(arena);
printReported();

async function compareLatency(): Promise<void> {
  print('## One caller: what each adds');
  print();
  const contenders = [arena.direct, ...gateways];
  const loads = await interleave(contenders, 1);
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

async function compareThroughput(): Promise<void> {
  print('## Many callers: calls a second on one core');
  print();
  const shares = { 'bare relay': 0, Portkey: 0 };
  for (const callers of CALLERS) {
    const loads = await interleave(gateways, callers);
    const rate = (name: string): number => medianOf(loads, name, (load) => load.requestsPerSecond);
    shares['bare relay'] = shareOf(loads, 'bare relay');
    shares.Portkey = shareOf(loads, 'Portkey');
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
      gateways.map(({ name }) => [
        name,
        whole(rate(name)),
        ms(medianOf(loads, name, (load) => load.p50Ms)),
        ms(medianOf(loads, name, (load) => load.p99Ms)),
        whole(medianOf(loads, name, (load) => load.cpuUsPerCall)),
        name === 'Holdfast' ? '' : ratio(shareOf(loads, name), 1),
        String(sumFailures(loads, name)),
      ]),
    );
  }
  if (!isPinning) return;
  reportTarget('gateway.portkey', shares.Portkey);
  reportTarget('gateway.relay', shares['bare relay']);
}

/** The median over passes of what we do of another's calls in the same pass: what else the machine does then, it does to both. */
function shareOf(loads: Loads, name: string): number {
  const others = loads.get(name) ?? [];
  const shares = (loads.get('Holdfast') ?? []).flatMap(({ requestsPerSecond }, pass) => {
    const other = others[pass];
    return other === undefined ? [] : [requestsPerSecond / other.requestsPerSecond];
  });
  return median(shares);
}

async function compareStreams(): Promise<void> {
  print('## Event streams at once');
  print();
  print(
    `Each has ${EVENTS} events, ${FRAMES} of them ${PACE_MS} ms apart. Clean: all arrive, no gap above ${STALL_MS} ms; a level is clean when 99.9 % are. A level that fails is tried once more.`,
  );
  print();
  const rows: string[][] = [];
  for (const contender of [arena.direct, ...gateways]) {
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

async function showRecord({ server }: Arena): Promise<void> {
  const calls = await server.countCalls();
  print(
    `Holdfast has ${whole(calls)} of these calls on record. Resident memory after the load: ${gateways.map(({ name, pid }) => `${name} ${residentMb(pid) ?? '-'} MB`).join(', ')}; PostgreSQL apart.`,
  );
}

type Measured = Load & { /** Processor time of the process, all threads. */ readonly cpuUsPerCall: number };
type Loads = ReadonlyMap<string, readonly Measured[]>;

/** One after the other, pass by pass, so that what else the machine does hits all alike. */
async function interleave(contenders: readonly Contender[], callers: number): Promise<Loads> {
  const loads = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const contender of contenders) {
      loads.get(contender.name)?.push(await measure(contender, callers));
      await wait(150);
    }
  }
  return loads;
}

async function measure({ pid, port, whole: request }: Contender, callers: number): Promise<Measured> {
  await runLoad({ port, request, callers, measuredMs: 500 });
  const cpuMs = cpuMsOf(pid) ?? Number.NaN;
  const load = await runLoad({ port, request, callers, measuredMs: MEASURED_MS });
  const usedMs = (cpuMsOf(pid) ?? Number.NaN) - cpuMs;
  return { ...load, cpuUsPerCall: (usedMs * 1_000_000) / (load.requestsPerSecond * MEASURED_MS) };
}

function medianOf(loads: Loads, name: string, pick: (load: Measured) => number): number {
  return median((loads.get(name) ?? []).map(pick));
}

function sumFailures(loads: Loads, name: string): number {
  return (loads.get(name) ?? []).reduce((sum, { failures }) => sum + failures, 0);
}
