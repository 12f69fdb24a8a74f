// Whether an organization notices how many others there are: lists and authorized reads among 10, 1,000 and 10,000 of them.
import { performance } from 'node:perf_hooks';
import { runRoute } from '../server/src/kernel/pipeline.ts';
import { createWorld, type Founded, makeCall, type World } from '../server/test/world.ts';
import { printMachine } from './lib/machine.ts';
import { median, ms, percentile, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions } from './lib/options.ts';
import { addOrganizations, KEYS_EACH } from './lib/population.ts';
import { print, printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';

const values = readOptions({
  name: 'tenants',
  measures: [
    'Whether an organization notices how many others there are: how long a list and an authorized read take among 10, 1,000',
    'and, with --full, 10,000 organizations.',
  ],
  needs: [
    'nothing but the repository: it starts a PostgreSQL of its own and removes it',
    'about a minute; with --full several',
  ],
  options: {
    full: { kind: 'flag', is: '10,000 organizations too' },
    passes: PASSES_OPTION,
    calls: { kind: 'number', default: 1_000, min: 1, isWhole: true, is: 'calls in each pass' },
  },
});
const SIZES = values.full ? [10, 1_000, 10_000] : [10, 1_000];
const PASSES = values.passes;
const CALLS = values.calls;
/** Founded through the product; the others are written around them. */
const PROBES = 5;

type Probe = { readonly founded: Founded; readonly keyId: string };
type Stage = { readonly organizations: number; readonly world: World; readonly probes: readonly Probe[] };

const stages: Stage[] = [];
await using opened = new AsyncDisposableStack();
for (const organizations of SIZES) stages.push(await openStage(organizations));
printMachine('Tenants', [
  `${KEYS_EACH} keys in each organization, ${PROBES} of them asked in turn; one caller, in process, PostgreSQL over a socket with row security, nothing pinned`,
  'list: the first page of `api_key.list`; authorize: `api_key.get`, which identifies, loads under row security and decides',
  `${PASSES} interleaved passes of ${CALLS} calls, medians of their p95; statistics as autovacuum would keep them (analyze after filling)`,
]);

type Work = 'list' | 'authorize';
type Took = { readonly p50Ms: number; readonly p95Ms: number };
const works: readonly Work[] = ['list', 'authorize'];
for (const stage of stages) for (const work of works) await measure(stage, work);
const results = new Map<string, Took[]>();
for (let pass = 0; pass < PASSES; pass += 1) {
  for (const stage of stages) {
    for (const work of works) {
      const key = `${stage.organizations} ${work}`;
      results.set(key, [...(results.get(key) ?? []), await measure(stage, work)]);
    }
  }
}
const medianOf = (organizations: number, work: Work, pick: (took: Took) => number): number =>
  median((results.get(`${organizations} ${work}`) ?? []).map(pick));
const [smallest = 0] = SIZES;
printTable(
  [
    { title: 'organizations' },
    ...works.flatMap((work) => [
      { title: `${work} p50 ms` },
      { title: `${work} p95 ms` },
      { title: `p95 of ${smallest}` },
    ]),
  ],
  SIZES.map((size) => [
    whole(size),
    ...works.flatMap((work) => {
      const p95Ms = medianOf(size, work, (took) => took.p95Ms);
      return [
        ms(medianOf(size, work, (took) => took.p50Ms)),
        ms(p95Ms),
        ratio(
          p95Ms,
          medianOf(smallest, work, (took) => took.p95Ms),
        ),
      ];
    }),
  ]),
);
print('Flat is 1.00×: what an organization waits for does not depend on how many others there are.');
if (values.full) reportTarget('tenants.flat', Math.max(...works.map(shareOf)));
printReported();

function shareOf(work: Work): number {
  const p95 = (organizations: number): number => medianOf(organizations, work, (took) => took.p95Ms);
  return p95(SIZES.at(-1) ?? Number.NaN) / p95(smallest);
}

async function openStage(organizations: number): Promise<Stage> {
  const world = opened.use(await createWorld());
  const probes: Probe[] = [];
  const addProbe = async (name: string): Promise<void> => {
    const founded = await world.found(name);
    const body = { name: 'bench', scopes: ['models:use'] };
    let keyId = '';
    for (let key = 0; key < KEYS_EACH; key += 1) {
      const made = await world.call('api_key.create', { credential: founded.credential, body });
      keyId = (made.body as { readonly id: string }).id;
    }
    probes.push({ founded, keyId });
  };
  for (let probe = 0; probe < PROBES; probe += 1) {
    await addOrganizations(world.admin, Math.floor((organizations - PROBES) / PROBES));
    await addProbe(`probe-${probe}`);
  }
  await world.admin('analyze');
  return { organizations, world, probes };
}

/** So many calls, one after the other; each organization is asked for its own. */
async function measure({ world, probes }: Stage, work: Work): Promise<Took> {
  const list = world.route('api_key.list');
  const get = world.route('api_key.get');
  const tookMs: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const { founded, keyId } = at(probes, call);
    const { credential } = founded;
    const startMs = performance.now();
    if (work === 'list') await runRoute(world.kernel, list, makeCall({ credential }));
    else await runRoute(world.kernel, get, makeCall({ credential, params: { apiKeyId: keyId } }));
    tookMs.push(performance.now() - startMs);
  }
  return { p50Ms: percentile(tookMs, 0.5), p95Ms: percentile(tookMs, 0.95) };
}

function at(probes: readonly Probe[], index: number): Probe {
  const probe = probes[index % probes.length];
  if (probe === undefined) throw new Error('there is no probe');
  return probe;
}
