// Judges what limits are set, what class each operation has, and what came of too many calls. Pure.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';

export const KINDS = { limits: 'rate.limits', classes: 'rate.classes', call: 'rate.call' } as const;

export const SUBJECTS = {
  first: 'the first wrong credential',
  over: 'one wrong credential too many',
  disguised: 'one more, said to be from another address',
  elsewhere: 'a wrong credential from another address',
  bystander: 'an open page from the first address',
} as const;

/** What each limit may be at the most: none is off, and none so wide that it is none. */
export const LIMITS_MAX: Readonly<Record<string, number>> = {
  read: 1_000_000,
  write: 1_000_000,
  model: 1_000_000,
  expensive: 100_000,
  sign_in: 1_000,
  apiKey: 1_000_000,
  address: 1_000_000,
  organization: 10_000_000,
  global: 100_000_000,
  failuresPerAccount: 5,
  failuresPerAddress: 20,
};
const CLASSES: ReadonlySet<string> = new Set(['read', 'write', 'sign_in', 'model', 'expensive']);

export function judgeLimits(evidence: readonly Evidence[]): readonly Finding[] {
  const rules = new Map<string, (each: Evidence) => readonly Finding[]>([
    [KINDS.limits, judgeNumbers],
    [KINDS.classes, judgeClasses],
    [KINDS.call, judgeCall],
  ]);
  return evidence.flatMap((each) => rules.get(each.kind)?.(each) ?? []);
}

function judgeNumbers(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  return Object.entries(LIMITS_MAX).flatMap(([name, most]) => {
    const value = facts.number(name);
    if (Number.isInteger(value) && value >= 1 && value <= most) return [];
    return [failureOf(each, { at: `limit ${name}`, expected: `1 to ${most} a minute`, observed: `${value}` })];
  });
}

/** Work that costs much has a class of its own. */
function judgeClasses(each: Evidence): readonly Finding[] {
  const byClass = factsOf(each).part('operations');
  const odd = byClass.names().filter((name) => !CLASSES.has(name));
  const missing = ['expensive', 'model', 'sign_in', 'read', 'write'].filter((name) => !byClass.names().includes(name));
  return [...odd.map((name) => `${name} is no class`), ...missing.map((name) => `no operation is ${name}`)].map(
    (observed) => failureOf(each, { at: 'rate class', expected: 'a known class for each operation', observed }),
  );
}

type Rule = {
  readonly at: string;
  /** The first is what is expected. */
  readonly statuses: readonly number[];
  /** Statuses that are a failure; any other than the expected ones is a doubt. All are below 500, where none is named: a server that is broken limits nobody. */
  readonly failures?: readonly number[];
  /** What has to stand in the headers. */
  readonly told?: { readonly at: string; readonly expected: string };
};

const CALLS: ReadonlyMap<string, Rule> = new Map([
  // What is refused at once would be refused for another reason.
  [SUBJECTS.first, { at: 'first call', statuses: [401], failures: [] }],
  [
    SUBJECTS.over,
    {
      at: 'over the limit',
      statuses: [429],
      told: { at: 'Retry-After', expected: 'Retry-After, RateLimit and RateLimit-Policy' },
    },
  ],
  [SUBJECTS.disguised, { at: 'over the limit', statuses: [429, 421] }],
  [SUBJECTS.elsewhere, { at: 'another address', statuses: [401], failures: [429] }],
  [
    SUBJECTS.bystander,
    {
      at: 'first address',
      statuses: [200],
      failures: [],
      told: { at: 'RateLimit', expected: 'RateLimit and RateLimit-Policy, this call counted' },
    },
  ],
]);

function judgeCall(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [status, tells] = [facts.number('status'), facts.flag('tells')];
  const rule = CALLS.get(each.subject);
  if (rule === undefined) return [doubt(failureOf(each, { expected: 'a known call', observed: each.subject }))];
  const { at, statuses, failures, told } = rule;
  const found = failureOf(each, { at, expected: statuses.join(' or '), observed: `${status}` });
  const isFailure = failures === undefined ? status < 500 : failures.includes(status);
  if (!statuses.includes(status)) return [isFailure ? found : doubt(found)];
  return told === undefined || tells ? [] : [failureOf(each, { ...told, observed: 'something else' })];
}

function doubt(found: Finding): Finding {
  return { ...found, verdict: 'unknown' };
}
