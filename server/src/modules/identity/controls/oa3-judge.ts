// OA3, judged: of everything that is tried on one route, the real credentials alone open it.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { ATTEMPT } from '#verification/asking.ts';
import { judgeTries } from '#verification/tries.ts';

export const SWITCHES = 'process.switches';
export const SWITCHES_PLACE = 'environment and flags of the process';
export const REAL = ['a key', 'a session'] as const;

/** What is tried, by the kind of bypass it would be; each is a place that findings name. */
export const FAMILIES = {
  'forged identity headers': ['of proxies', 'of clouds', 'of our own name', 'that ask for a mode'],
  'tokens that nobody signed': [
    'alg none',
    'alg nOnE',
    'without an algorithm',
    'HS256 under a known key',
    'HS256 under an empty key',
  ],
  'words in place of a credential': ['trust', 'dev', 'test', 'admin', 'anonymous', 'null', 'undefined', 'nothing'],
  'other schemes': ['Basic admin', 'Basic with the right password', 'Token', 'ApiKey', 'no scheme'],
  'credentials in the query': ['access_token', 'token', 'api_key', 'key'],
  'secrets of another purpose': [
    'a key as session',
    'a session as key',
    'a session in the form of a key',
    'a session under another name',
    'the id of the organization as session',
    'the id of the key as key',
  ],
} as const;
export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES: readonly Family[] = [
  'forged identity headers',
  'tokens that nobody signed',
  'words in place of a credential',
  'other schemes',
  'credentials in the query',
  'secrets of another purpose',
];

export function judgeBypasses(evidence: readonly Evidence[]): readonly Finding[] {
  const attempts = evidence.filter(({ kind }) => kind === ATTEMPT);
  return [
    ...FAMILY_NAMES.filter((name) => !attempts.some(({ at }) => at === name)).map((name): Finding => ({
      verdict: 'unknown',
      subject: name,
      at: name,
      expected: 'tried',
      observed: 'it was not',
      evidence: [],
    })),
    ...attempts.flatMap((each) => {
      const family = FAMILY_NAMES.find((name) => name === each.at);
      const bad: readonly string[] = family === undefined ? [] : FAMILIES[family];
      return judgeTries(each, { good: REAL, bad, refusals: [401], expected: '401' });
    }),
    ...evidence.filter(({ kind }) => kind === SWITCHES).flatMap(judgeSwitches),
  ];
}

function judgeSwitches(evidence: Evidence): readonly Finding[] {
  return factsOf(evidence)
    .texts('found')
    .map((found) => failureOf(evidence, { expected: 'none that weakens the process', observed: found }));
}
