// Whether the time of a refused sign-in tells who has an account: known and unknown addresses, interleaved, and the odds.
import { runRoute } from '../server/src/kernel/pipeline.ts';
import { createWorld, makeCall, WIDE_LIMITS } from '../server/test/world.ts';
import { printMachine } from './lib/machine.ts';
import { ms, whole } from './lib/numbers.ts';
import { readOptions } from './lib/options.ts';
import { print, printTable } from './lib/table.ts';
import { compareSamples } from './lib/two-samples.ts';

const values = readOptions({
  name: 'enumeration',
  measures: [
    'How long a sign-in with a wrong password takes to be refused, for addresses with an account and without, one after the',
    'other in random order; and how likely chance alone makes such a difference. Nobody should see one.',
  ],
  needs: ['nothing but the repository: it starts a PostgreSQL of its own and removes it', 'about a minute'],
  options: {
    attempts: {
      kind: 'number',
      default: 300,
      min: 20,
      isWhole: true,
      is: 'of each kind, each with an address of its own',
    },
  },
});

type Kind = 'known' | 'unknown';
type Round = { readonly title: string; readonly expected: string; readonly warm: number };

/** As a guesser sees them: an address for the first time, again, and when it is locked. */
const ROUNDS: readonly Round[] = [
  { title: 'first try', expected: 'session.wrong_credentials', warm: 20 },
  { title: 'second try', expected: 'session.wrong_credentials', warm: 0 },
  { title: 'locked', expected: 'rate.exceeded', warm: 0 },
];

await using world = await createWorld();
await world.found();
await addPeople(values.attempts);
const { tools } = world.kernel;
// The product's own number of failures locks; the budgets of addresses are wide, or the first of them ended the measurement.
const signInFailures = { account: WIDE_LIMITS.sign_in, address: WIDE_LIMITS.sign_in };
const kernel = { ...world.kernel, tools: { ...tools, signInFailures } };
const route = world.route('session.create');

printMachine('Enumeration', [
  `${whole(values.attempts)} addresses with an account and as many without, in random order, one at a time, in process: no network hides anything`,
  'the real Argon2id parameters, the limits in memory, the lock in PostgreSQL over a socket',
  'p: how often chance alone makes such a difference or a greater one (Mann-Whitney U of the order, Welch’s t of the means); small values, such as below 0.01 again and again, would tell',
]);

for (let n = 0; n < (ROUNDS[0]?.warm ?? 0); n += 1) await attempt(`warm${String(n)}@elsewhere.example`);
const rows: (readonly string[])[] = [];
for (const { title, expected } of ROUNDS) {
  if (title === 'locked')
    await world.admin("update holdfast.account_lock set locked_until = now() + interval '1 hour'");
  const taken = await measure(expected);
  const { medians, difference, rankP, welchT, welchP } = compareSamples(taken.known, taken.unknown);
  rows.push([
    title,
    ms(medians[0]),
    ms(medians[1]),
    (difference * 1_000).toFixed(0),
    rankP.toFixed(3),
    welchT.toFixed(2),
    welchP.toFixed(3),
  ]);
}
printTable(
  [
    { title: 'refused', left: true },
    { title: 'known, median ms' },
    { title: 'unknown, median ms' },
    { title: 'difference, µs' },
    { title: 'p (U)' },
    { title: 't' },
    { title: 'p (t)' },
  ],
  rows,
);
if (world.unexpected.length > 0) print(`unexpected: ${String(world.unexpected[0])}`);

/** Every address once, in an order that says nothing. */
async function measure(expected: string): Promise<Readonly<Record<Kind, readonly number[]>>> {
  const taken: Record<Kind, number[]> = { known: [], unknown: [] };
  const attempts = (['known', 'unknown'] as const).flatMap((kind) =>
    Array.from({ length: values.attempts }, (_, n) => ({ kind, email: emailOf(kind, n), at: Math.random() })),
  );
  for (const { kind, email } of attempts.toSorted((one, other) => one.at - other.at)) {
    const startedMs = performance.now();
    const code = await attempt(email);
    taken[kind].push(performance.now() - startedMs);
    if (code !== expected) throw new Error(`${email} was answered ${code}`);
  }
  return taken;
}

async function attempt(email: string): Promise<string> {
  const call = makeCall({ body: { email, password: 'wrong-Horse-battery-7' } });
  const ended: unknown = await runRoute(kernel, route, call).catch((error: unknown) => error);
  return ended instanceof Error && 'code' in ended ? String(ended.code) : 'opened';
}

/** Both kinds are as long as each other and look alike to every index. */
function emailOf(kind: Kind, n: number): string {
  return `${String(n).padStart(6, '0')}.${kind === 'known' ? 'member' : 'nobody'}@acme.example`;
}

async function addPeople(count: number): Promise<void> {
  const emails = Array.from({ length: count }, (_, n) => emailOf('known', n));
  await world.admin(
    `with added as (
       insert into holdfast.person (user_id, email, name, created_at)
       select gen_random_uuid(), email, 'Somebody', now() from unnest($1::text[]) email returning user_id)
     insert into holdfast.password (user_id, hash, changed_at)
     select a.user_id, w.hash, now() from added a, (select hash from holdfast.password limit 1) w`,
    [emails],
  );
  // Rows that nobody has read yet cost their first reader something; those of real accounts have been read.
  for (const table of ['person', 'password']) await world.admin(`vacuum analyze holdfast.${table}`);
}
