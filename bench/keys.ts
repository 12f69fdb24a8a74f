// API-key checks a second in one process, beside the plainest look-up of the same row.
import { Pool } from 'pg';
import type { Principal } from '../server/src/kernel/principal.ts';
import { runRoute } from '../server/src/kernel/pipeline.ts';
import { createWorld, makeCall } from '../server/test/world.ts';
import { type Load, runWork } from './lib/load.ts';
import { printMachine } from './lib/machine.ts';
import { median, ms, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions, SECONDS as SECONDS_OPTION } from './lib/options.ts';
import { addOrganizations, KEYS_EACH } from './lib/population.ts';
import { print, printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';

const values = readOptions({
  name: 'keys',
  measures: [
    'Checks of API keys a second in one process, with the product’s own check, beside the plainest look-up of the same row',
    'and beside a whole route with such a key.',
  ],
  needs: ['nothing but the repository: it starts a PostgreSQL of its own and removes it', 'about a minute'],
  options: { passes: PASSES_OPTION, seconds: SECONDS_OPTION },
});
const PASSES = values.passes;
const MEASURED_MS = values.seconds * 1_000;
const CALLERS = [1, 16, 64] as const;
const ORGANIZATIONS = 300;
const KEYS = 20;

await using world = await createWorld();
await addOrganizations(world.admin, ORGANIZATIONS);
const secrets = await makeKeys();
printMachine('API keys', [
  `${secrets.length} keys in turn among ${whole(ORGANIZATIONS * KEYS_EACH)} of ${ORGANIZATIONS} organizations; PostgreSQL over a socket, nothing pinned (no key is cached: every check asks the database, so a revoked key is refused at once)`,
  'check: form and checksum, look-up of key, member and person with their epoch, HMAC compared in constant time; concurrent checks share a trip',
  'route: GET /api/v1/session in process: the check, five limits, a transaction under row security with two reads, the reply by its schema',
  'plain: `select * from api_key where id = $1`, prepared, as superuser, on 4 connections (as many as sign-in has)',
  `${PASSES} interleaved passes of ${MEASURED_MS / 1_000} s, medians`,
]);

const { kernel } = world;
const identify = kernel.registry.credentials.get('api_key')?.identify;
if (identify === undefined) throw new Error('no module identifies API keys');
const pool = new Pool({ ...world.superuser, max: 4 });
pool.on('error', () => undefined);
const ids = (await pool.query<{ id: string }>("select id from holdfast.api_key where name = 'bench'")).rows.map(
  ({ id }) => id,
);
let turn = 0;

const check = async (): Promise<void> => {
  const principal: Principal | undefined = await identify(kernel.tools, secrets[(turn += 1) % secrets.length] ?? '');
  if (principal === undefined) throw new Error('a key was refused');
};
const session = world.route('session.get');
const route = async (): Promise<unknown> => {
  const credential = { kind: 'api_key', secret: secrets[(turn += 1) % secrets.length] ?? '' } as const;
  return runRoute(kernel, session, makeCall({ credential }));
};
const plain = (): Promise<unknown> =>
  pool.query({
    name: 'key',
    text: 'select * from holdfast.api_key where id = $1',
    values: [ids[(turn += 1) % ids.length]],
  });

const works = { plain, check, route } as const;
for (const work of Object.values(works)) await runWork(work, 16, 1_500);
const rows: string[][] = [];
for (const callers of CALLERS) {
  const loads: Record<keyof typeof works, Load[]> = { plain: [], check: [], route: [] };
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const name of ['plain', 'check', 'route'] as const)
      loads[name].push(await runWork(works[name], callers, MEASURED_MS));
  }
  const rate = (name: keyof typeof works): number => median(loads[name].map((load) => load.requestsPerSecond));
  if (callers === 64) reportTarget('keys.checks', rate('check'));
  rows.push([
    String(callers),
    whole(rate('plain')),
    whole(rate('check')),
    ratio(rate('check'), rate('plain')),
    ms(median(loads.check.map((load) => load.p50Ms))),
    whole(rate('route')),
  ]);
}
printTable(
  [
    { title: 'callers' },
    { title: 'plain look-ups/s' },
    { title: 'checks/s' },
    { title: 'check is' },
    { title: 'check p50 ms' },
    { title: 'whole route/s' },
  ],
  rows,
);
print(
  'The default rates (600 calls a minute for a key, 6,000 for an address) are far below: they limit by design, and are raised here.',
);
printReported();
await pool.end();

async function makeKeys(): Promise<readonly string[]> {
  const { credential } = await world.found('bench');
  const body = { name: 'bench', scopes: ['session:read'] };
  const made = Array.from({ length: KEYS }, () => world.call('api_key.create', { credential, body }));
  return (await Promise.all(made)).map((reply) => (reply.body as { readonly key: string }).key);
}
