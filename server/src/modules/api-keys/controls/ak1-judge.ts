// AK1, judged: what a key looks like, how long it lives, where its text is found, and what it still opens once it should not.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { judgeTries } from '#verification/tries.ts';

export const STORED_KEY = 'api_key.row';
export const PLACES = {
  made: 'the key as it is shown',
  lifetime: 'lifetime of a key',
  shown: 'a key shown again',
  use: 'use of a key',
  scope: 'scopes of a key',
  stored: 'row of api_key',
} as const;
export const USES = {
  good: ['the key'],
  bad: ['one character changed', 'another secret', 'the key, revoked'],
} as const;
export const SCOPES = { good: ['a key with audit:read'], bad: ['a key without audit:read'] } as const;
export const LIFETIMES = { good: ['no lifetime given'], bad: ['366 days'] } as const;
export const LOOKS = ['in the list', 'by its id'] as const;
const DAYS_MAX = 90;
const HASH_BYTES = 32;

export function judgeKeys(evidence: readonly Evidence[]): readonly Finding[] {
  const at = (place: string): readonly Evidence[] =>
    evidence.filter((each) => each.kind === ATTEMPT && each.at === place);
  const tries: readonly (readonly [string, Parameters<typeof judgeTries>[1]])[] = [
    [PLACES.lifetime, { ...LIFETIMES, refusals: [400, 422], expected: 'refused' }],
    [PLACES.use, { ...USES, refusals: [401], expected: '401' }],
    [PLACES.scope, { ...SCOPES, refusals: [403], expected: '403' }],
  ];
  const places = [PLACES.made, PLACES.shown, ...tries.map(([place]) => place)];
  return [
    ...places.filter((place) => at(place).length === 0).map(missing),
    ...at(PLACES.made).flatMap(judgeMade),
    ...at(PLACES.shown).flatMap(judgeShown),
    ...tries.flatMap(([place, rule]) => at(place).flatMap((each) => judgeTries(each, rule))),
    ...evidence.filter(({ kind }) => kind === STORED_KEY).flatMap(judgeStored),
  ];
}

function missing(place: string): Finding {
  return { verdict: 'unknown', subject: 'API keys', at: place, expected: 'evidence', observed: 'none', evidence: [] };
}

function judgeMade(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const lifetime = facts.text('lifetimeDays');
  const days = /^\d+(?:\.\d+)?$/.test(lifetime) ? Number(lifetime) : Number.POSITIVE_INFINITY;
  return [
    ...(facts.text('prefix') === 'hf_live_' && facts.flag('isWellFormed')
      ? []
      : [failureOf(evidence, { expected: 'hf_live_… with a checksum', observed: `${facts.text('prefix')}…` })]),
    ...(facts.flag('isChangedOneWellFormed')
      ? [failureOf(evidence, { expected: 'a checksum that notices one character', observed: 'it does not' })]
      : []),
    ...(days > 0 && days <= DAYS_MAX
      ? []
      : [failureOf(evidence, { at: PLACES.lifetime, expected: `at most ${DAYS_MAX} days`, observed: lifetime })]),
  ];
}

/** The key must be seen in the reply, or its secret was looked for in the wrong place. */
function judgeShown(evidence: Evidence): readonly Finding[] {
  const looks = factsOf(evidence)
    .parts('looks')
    .map((each) => ({ name: each.text('name'), sees: each.flag('seesKey'), shows: each.flag('showsSecret') }));
  const blind = LOOKS.filter((name) => !looks.some((look) => look.name === name && look.sees));
  return [
    ...looks
      .filter(({ shows }) => shows)
      .map(({ name }) => failureOf(evidence, { expected: 'never its text or hash', observed: `shown ${name}` })),
    ...blind.map((name): Finding => ({
      ...failureOf(evidence, { expected: `the key seen ${name}`, observed: 'it is not there' }),
      verdict: 'unknown',
    })),
  ];
}

function judgeStored(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const hashBytes = facts.number('hashBytes');
  return [
    ...(facts.flag('holdsKey')
      ? [failureOf(evidence, { expected: 'nothing that gives the key back', observed: 'the key, readable' })]
      : []),
    ...(hashBytes === HASH_BYTES
      ? []
      : [failureOf(evidence, { expected: `a hash of ${HASH_BYTES} bytes`, observed: `${hashBytes} bytes` })]),
  ];
}
