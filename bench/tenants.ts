// Whether an organization of a hundred members notices how many others there are: lists and authorized reads, by role and by grant.
import { performance } from 'node:perf_hooks';
import { runRoute } from '../server/src/kernel/pipeline.ts';
import type { Credential } from '../server/src/kernel/credential.ts';
import { joinOrganization } from '../server/test/people.ts';
import { createWorld, makeCall, type World } from '../server/test/world.ts';
import { printMachine } from './lib/machine.ts';
import { median, ms, percentile, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions } from './lib/options.ts';
import { addPeopled, CUSTOM_ROLES_EACH, fillFounded, KEYS_EACH, MEMBERS_EACH, TEAMS_EACH } from './lib/peopled.ts';
import { print, printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';

const values = readOptions({
  name: 'tenants',
  measures: [
    'Whether an organization notices how many others there are: how long lists and authorized reads take, by role and by',
    'grant, among 10, 1,000 and, with --full, 10,000 organizations of 100 members each.',
  ],
  needs: [
    'nothing but the repository: it starts a PostgreSQL of its own and removes it',
    'about two minutes; with --full ten, and 3 GB of disk for temporary files',
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

type Probe = {
  readonly owner: Credential;
  /** A viewer with a custom role that may read keys. */
  readonly reader: Credential;
  /** A viewer who has what was granted, and no role that reaches a key. */
  readonly guest: Credential;
  /** Granted to the guest. */
  readonly keyId: string;
};
type Stage = { readonly organizations: number; readonly world: World; readonly probes: readonly Probe[] };

type Work = {
  readonly name: string;
  readonly operation: string;
  readonly who: 'owner' | 'reader' | 'guest';
  readonly isOfKey?: true;
};
const works: readonly Work[] = [
  { name: 'members', operation: 'member.list', who: 'owner' },
  { name: 'keys', operation: 'api_key.list', who: 'reader' },
  { name: 'granted keys', operation: 'api_key.list', who: 'guest' },
  { name: 'by role', operation: 'api_key.get', who: 'reader', isOfKey: true },
  { name: 'by grant', operation: 'api_key.get', who: 'guest', isOfKey: true },
];

const stages: Stage[] = [];
await using opened = new AsyncDisposableStack();
for (const organizations of SIZES) stages.push(await openStage(organizations));
printMachine('Tenants', [
  `${MEMBERS_EACH} members in each organization, ${CUSTOM_ROLES_EACH} custom roles, ${TEAMS_EACH} teams, ${KEYS_EACH} keys and a grant for each member, team and project; ${PROBES} of the organizations are asked in turn`,
  'one caller, in process, PostgreSQL over a socket with row security, nothing pinned',
  'members: the first page of `member.list` by the owner; keys: of `api_key.list`, by a member whose custom role reads them; granted keys: the same by one who has grants only',
  'by role, by grant: `api_key.get` by these two, which identifies, loads under row security and decides',
  `${PASSES} passes of ${CALLS} calls, one to each size in turn, medians of their p95; tables as autovacuum would keep them (vacuum analyze after filling)`,
]);

type Took = { readonly p50Ms: number; readonly p95Ms: number };
for (const work of works) await measure(work);
const results = new Map<string, Took[]>();
for (let pass = 0; pass < PASSES; pass += 1) {
  for (const work of works) {
    for (const [organizations, took] of await measure(work)) {
      const key = `${organizations} ${work.name}`;
      results.set(key, [...(results.get(key) ?? []), took]);
    }
  }
}
const medianOf = (organizations: number, { name }: Work, pick: (took: Took) => number): number =>
  median((results.get(`${organizations} ${name}`) ?? []).map(pick));
const [smallest = 0] = SIZES;
printTable(
  [
    { title: 'what', left: true },
    ...SIZES.flatMap((size) => [
      { title: `p50 ms of ${whole(size)}` },
      { title: 'p95 ms' },
      ...(size === smallest ? [] : [{ title: `p95 of ${smallest}` }]),
    ]),
  ],
  works.map((work) => [
    work.name,
    ...SIZES.flatMap((size) => [
      ms(medianOf(size, work, (took) => took.p50Ms)),
      ms(medianOf(size, work, (took) => took.p95Ms)),
      ...(size === smallest ? [] : [ratio(p95Of(size, work), p95Of(smallest, work))]),
    ]),
  ]),
);
print('Flat is 1.00×: what an organization waits for does not depend on how many others there are.');
if (values.full) reportTarget('tenants.flat', Math.max(...works.map(shareOf)));
printReported();

function p95Of(organizations: number, work: Work): number {
  return medianOf(organizations, work, (took) => took.p95Ms);
}

function shareOf(work: Work): number {
  return p95Of(SIZES.at(-1) ?? Number.NaN, work) / p95Of(smallest, work);
}

async function openStage(organizations: number): Promise<Stage> {
  const world = opened.use(await createWorld());
  const probes: Probe[] = [];
  for (let probe = 0; probe < PROBES; probe += 1) {
    await addPeopled(world.admin, Math.floor((organizations - PROBES) / PROBES));
    probes.push(await addProbe(world, `probe-${probe}`));
  }
  await world.admin('vacuum analyze');
  return { organizations, world, probes };
}

async function addProbe(world: World, slug: string): Promise<Probe> {
  const founded = await world.found(slug);
  const organization = { organizationId: founded.organizationId, slug };
  const [reader, guest] = [
    await joinOrganization(world, organization, 'viewer'),
    await joinOrganization(world, organization, 'viewer'),
  ];
  await fillFounded(world.admin, slug);
  const { credential: owner } = founded;
  const made = await world.call('role.create', {
    credential: owner,
    body: { name: 'reads keys', description: '', permissions: ['api_key:read'] },
  });
  const { items } = (await world.call('member.list', { credential: owner, query: { search: reader.email } }))
    .body as Page;
  const memberId = idOf(items);
  await world.call('role.give', { credential: owner, params: { roleId: idOf([made.body as Item]), memberId } });
  const seen = (await world.call('api_key.list', { credential: guest.credential })).body as Page;
  if (seen.items.length >= KEYS_EACH) throw new Error('grants alone show every key');
  return { owner, reader: reader.credential, guest: guest.credential, keyId: idOf(seen.items) };
}

type Item = { readonly id: string };
type Page = { readonly items: readonly Item[] };

function idOf([first]: readonly Item[]): string {
  if (first === undefined) throw new Error('there is nothing to ask for');
  return first.id;
}

/** So many calls on each stage in turn, so that a slow moment hits all alike; each organization is asked for its own. */
async function measure(work: Work): Promise<ReadonlyMap<number, Took>> {
  const tookMs = new Map(stages.map((stage): [Stage, number[]] => [stage, []]));
  for (let call = 0; call < CALLS; call += 1) {
    for (const [stage, all] of tookMs) all.push(await callOnce(stage, work, call));
  }
  return new Map(
    [...tookMs].map(([{ organizations }, all]): [number, Took] => [
      organizations,
      { p50Ms: percentile(all, 0.5), p95Ms: percentile(all, 0.95) },
    ]),
  );
}

async function callOnce({ world, probes }: Stage, { operation, who, isOfKey }: Work, call: number): Promise<number> {
  const probe = at(probes, call);
  const params = isOfKey === true ? { apiKeyId: probe.keyId } : {};
  const made = makeCall({ credential: probe[who], params });
  const startMs = performance.now();
  await runRoute(world.kernel, world.route(operation), made);
  return performance.now() - startMs;
}

function at(probes: readonly Probe[], index: number): Probe {
  const probe = probes[index % probes.length];
  if (probe === undefined) throw new Error('there is no probe');
  return probe;
}
