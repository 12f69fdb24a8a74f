// Sign-ins and session checks a second on one core, beside better-auth over the same PostgreSQL.
import { setTimeout as wait } from 'node:timers/promises';
import { type Load, runLoad } from './lib/load.ts';
import { cpuMsOf, isPinning, moveToCore, OTHER_CORE, printMachine } from './lib/machine.ts';
import { median, ms, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions, SECONDS as SECONDS_OPTION } from './lib/options.ts';
import { argon2idText, scryptText, timeHashes } from './lib/password-hashes.ts';
import { type Door, openSignInArena } from './lib/sign-in-arena.ts';
import { arriving, staying } from './lib/sign-in-people.ts';
import { print, printTable } from './lib/table.ts';

const values = readOptions({
  name: 'sign-in',
  measures: [
    'Sign-ins with the right password, each of which opens a session, and checks of sessions, a second on one core: Holdfast',
    'beside better-auth, when it is installed, over the same PostgreSQL, with its own password hash and with ours.',
  ],
  needs: [
    'Linux: every caller has a loopback address of its own, because sign-ins from one are limited',
    'two cores and taskset for figures of one core; without, they are of the whole machine',
    'the peer, if it shall be compared: npm ci --prefix bench --ignore-scripts',
    'about two minutes and a machine that does nothing else',
  ],
  options: {
    passes: PASSES_OPTION,
    seconds: SECONDS_OPTION,
    warm: {
      kind: 'number',
      default: 1.5,
      min: 0,
      isWhole: false,
      is: 'seconds of each kind of load before it is measured',
    },
    node: { kind: 'texts', is: 'an option for the Node that runs Holdfast, such as --cpu-prof; may be repeated' },
  },
});
const PASSES = values.passes;
const MEASURED_MS = values.seconds * 1_000;
const WARM_UP_MS = values.warm * 1_000;
const SIGN_IN_CALLERS = [1, 4, 16] as const;
const CHECK_CALLERS = [1, 16, 64] as const;
/** An answer without a session is shorter, whoever gives it. */
const SESSION_BYTES_MIN = 200;

type Kind = 'sign-in' | 'check';
type Measured = Load & { readonly perSecond: number; readonly cpuUsEach: number };
type Loads = ReadonlyMap<Door, readonly Measured[]>;

moveToCore(OTHER_CORE, process.pid);
const { argon2idMs, scryptMs } = await timeHashes();
await using arena = await openSignInArena(values.node);
const { holdfast, peers } = arena;
let round = 0;

printMachine('Sign-in', [
  isPinning
    ? 'each server alone at a time on core 0 with all its threads, over HTTP on loopback; load generator and PostgreSQL share core 1'
    : 'nothing is pinned (no taskset, or one core): the figures are of the whole machine',
  `one embedded PostgreSQL ${arena.postgresVersion} with fsync on, a database for each; ${arriving.length} people sign in in turn and ${staying.length} others’ sessions are checked, each caller from an address of its own`,
  `Holdfast: \`holdfast start\`, ${argon2idText}; every sign-in is limited, counted, held to ten sessions a person and committed with its audit event; every check reads session, membership and epoch, then person and organization under row security`,
  peers === undefined
    ? 'better-auth: not installed (`npm ci --prefix bench --ignore-scripts`)'
    : `better-auth 1.7.25 behind its Node handler, 14 connections, cookie cache and rate limit off, no audit; with its own ${scryptText}, and told to use the same Argon2id through its \`password\` option`,
  `one hash alone takes ${ms(argon2idMs)} ms of a core (${argon2idText}) or ${ms(scryptMs)} ms (${scryptText})`,
  `${PASSES} interleaved passes of ${MEASURED_MS / 1_000} s each, medians; every server had ${WARM_UP_MS / 1_000} s of each load before, for its code to be compiled`,
]);

const everybody = [holdfast, ...(peers === undefined ? [] : [peers.own, peers.same])];
// A check of a session hashes no password, so one better-auth stands for both.
const checkers = [holdfast, ...(peers === undefined ? [] : [peers.own])];
await compare('sign-in', everybody, SIGN_IN_CALLERS);
await compare('check', checkers, CHECK_CALLERS);
await showRecord();

async function compare(kind: Kind, doors: readonly Door[], levels: readonly number[]): Promise<void> {
  print(kind === 'sign-in' ? '## Sign-ins' : '## Checks of a session');
  print();
  for (const door of doors) await load(door, kind, 16, WARM_UP_MS);
  for (const callers of levels) {
    const loads = await interleave(kind, doors, callers);
    const of = (door: Door, pick: (one: Measured) => number): number => median((loads.get(door) ?? []).map(pick));
    const rate = (door: Door): number => of(door, ({ perSecond }) => perSecond);
    printTable(
      [
        { title: callers === 1 ? '1 caller' : `${callers} callers`, left: true },
        { title: `${kind}s/s` },
        { title: 'p50 ms' },
        { title: 'p99 ms' },
        { title: `CPU µs a ${kind}` },
        { title: 'Holdfast is' },
        { title: 'failures' },
      ],
      doors.map((door) => [
        door.name,
        kind === 'sign-in' ? rate(door).toFixed(1) : whole(rate(door)),
        ms(of(door, ({ p50Ms }) => p50Ms)),
        ms(of(door, ({ p99Ms }) => p99Ms)),
        whole(of(door, ({ cpuUsEach }) => cpuUsEach)),
        door === holdfast ? '' : ratio(rate(holdfast), rate(door)),
        String((loads.get(door) ?? []).reduce((sum, { failures }) => sum + failures, 0)),
      ]),
    );
  }
}

/** One after the other, pass by pass, so that what else the machine does hits all alike. */
async function interleave(kind: Kind, doors: readonly Door[], callers: number): Promise<Loads> {
  const loads = new Map<Door, Measured[]>(doors.map((door) => [door, []]));
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const door of doors) {
      loads.get(door)?.push(await measure(door, kind, callers));
      await wait(150);
    }
  }
  return loads;
}

/** Sign-ins are few, so those that end late count, with the time they took. */
async function measure(door: Door, kind: Kind, callers: number): Promise<Measured> {
  const cpuMs = cpuMsOf(door.pid) ?? Number.NaN;
  const found = await load(door, kind, callers, MEASURED_MS);
  const usedMs = (cpuMsOf(door.pid) ?? Number.NaN) - cpuMs;
  return {
    ...found,
    perSecond: (found.completed * 1_000) / found.elapsedMs,
    cpuUsEach: (usedMs * 1_000) / found.completed,
  };
}

function load({ port, signIns, checks }: Door, kind: Kind, callers: number, measuredMs: number): Promise<Load> {
  // Addresses are new for every round: what is left of a budget is not what is measured.
  const third = (round += 1);
  return runLoad({
    port,
    request: kind === 'sign-in' ? signIns : checks,
    callers,
    measuredMs,
    isGood: ({ status, bodyBytes }) =>
      kind === 'sign-in' ? status === 200 || status === 201 : status === 200 && bodyBytes > SESSION_BYTES_MIN,
    addressOf: (caller) => `127.${1 + (third >> 8)}.${third & 255}.${caller + 1}`,
  });
}

async function showRecord(): Promise<void> {
  const counted = await Promise.all(
    everybody.map(async ({ name, countSignIns }) => `${name} ${whole(await countSignIns())}`),
  );
  print(
    `Sign-ins on record, warm-up included: ${counted.join(', ')} (audit events of Holdfast, sessions of better-auth).`,
  );
}
