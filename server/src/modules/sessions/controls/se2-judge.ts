// SE2, judged: after how long a session opens nothing any more, what else opens none, and what is configured and stored.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const KINDS = { limits: 'session.limits', rows: 'session.rows', cookie: 'session.cookie' } as const;
export const PLACES = {
  idle: 'an idle session',
  old: 'an old session',
  token: 'token of a session',
  limits: 'configured lengths of sessions',
  rows: 'holdfast.look_at_sessions()',
  cookie: 'Max-Age of the session cookie',
} as const;
/** The longest that anybody may configure. */
export const BAR = { idleMinutes: 60, absoluteMinutes: 7 * 24 * 60 } as const;

const asked = { accepted: 200, refusals: [401], expected: '401' } as const;
export const FAMILIES: Families = {
  [PLACES.idle]: { ...asked, good: ['used a minute before'], bad: ['unused for a minute too long'] },
  [PLACES.old]: { ...asked, good: ['open for a minute less'], bad: ['open for a minute too long'] },
  [PLACES.token]: { ...asked, good: ['the token'], bad: ['another token', 'half of the token', 'an empty token'] },
};

export function judgeExpiry(evidence: readonly Evidence[]): readonly Finding[] {
  const of = (wanted: string): readonly Evidence[] => evidence.filter(({ kind }) => kind === wanted);
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...of(KINDS.limits).flatMap(judgeLimits),
    ...of(KINDS.cookie).flatMap(judgeCookie),
    ...of(KINDS.rows).flatMap(judgeRows),
  ];
}

function judgeLimits(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const names = ['idleMinutes', 'absoluteMinutes'] as const;
  return names
    .filter((name) => !isWithin(facts.number(name), BAR[name]))
    .map((name) => failureOf(each, { expected: `${name} from 1 to ${BAR[name]}`, observed: `${facts.number(name)}` }));
}

function isWithin(value: number, bar: number): boolean {
  return Number.isFinite(value) && value > 0 && value <= bar;
}

/** A browser that forgets it later than the server does no harm, but says that somebody changed it on the way. */
function judgeCookie(each: Evidence): readonly Finding[] {
  const seconds = factsOf(each).number('maxAgeSeconds');
  return isWithin(seconds, BAR.absoluteMinutes * 60)
    ? []
    : [failureOf(each, { expected: `1 to ${BAR.absoluteMinutes * 60} seconds`, observed: `${seconds}` })];
}

function judgeRows(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const faults = ['tooIdle', 'tooLong'].filter((name) => facts.number(name) !== 0);
  if (!(facts.number('alive') > 0))
    return [
      { ...failureOf(each, { expected: 'the session of the probe at least', observed: 'none' }), verdict: 'unknown' },
    ];
  return faults.map((name) => failureOf(each, { expected: `${name}: none`, observed: `${facts.number(name)}` }));
}
