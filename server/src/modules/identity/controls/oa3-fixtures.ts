// Evidence for OA3 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { attemptFixture } from '#verification/asking.ts';
import type { Try } from '#verification/tries.ts';
import { FAMILIES, FAMILY_NAMES, type Family, REAL, SWITCHES, SWITCHES_PLACE } from './oa3-judge.ts';

const tried = (family: Family, changed: Readonly<Record<string, number>> = {}) => ({
  tries: [
    ...REAL.map((name): Try => ({ name, isGood: true, status: changed[name] ?? 200 })),
    ...FAMILIES[family].map((name): Try => ({ name, isGood: false, status: changed[name] ?? 401 })),
  ],
});

const good: readonly Evidence[] = [
  ...FAMILY_NAMES.map((family) => attemptFixture({ subject: family, at: family, facts: tried(family) })),
  fixtureEvidence({
    kind: SWITCHES,
    subject: 'the process',
    at: SWITCHES_PLACE,
    data: { found: [] },
    vantage: 'host',
    ttlSeconds: 300,
  }),
];

const alter =
  (family: Family, changed: Readonly<Record<string, number>>) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, ({ at }) => at === family, tried(family, changed));
const accepted = (family: Family, name: string, status = 200) => ({
  name: `${name} opens it (${status})`,
  from: 'real credentials alone',
  apply: alter(family, { [name]: status }),
  hits: family,
});
const found = (name: string) => ({
  name,
  from: 'real credentials alone',
  apply: (evidence: readonly Evidence[]) => alterFacts(evidence, ({ kind }) => kind === SWITCHES, { found: [name] }),
  hits: SWITCHES_PLACE,
});

export const fixtures: Fixtures = {
  good: [{ name: 'real credentials alone', evidence: good }],
  mutants: [
    accepted('forged identity headers', 'of proxies'),
    accepted('forged identity headers', 'that ask for a mode', 204),
    accepted('tokens that nobody signed', 'alg none'),
    accepted('tokens that nobody signed', 'alg nOnE'),
    accepted('tokens that nobody signed', 'HS256 under a known key'),
    accepted('tokens that nobody signed', 'HS256 under an empty key'),
    accepted('words in place of a credential', 'dev'),
    accepted('words in place of a credential', 'nothing'),
    accepted('other schemes', 'Basic with the right password'),
    accepted('credentials in the query', 'access_token'),
    accepted('secrets of another purpose', 'a key as session'),
    accepted('secrets of another purpose', 'a session as key', 201),
    found('NODE_TLS_REJECT_UNAUTHORIZED'),
    found('NODE_OPTIONS'),
  ],
  notApplicable: [],
  blind: [
    {
      name: 'nobody gets in',
      evidence: FAMILY_NAMES.reduce<readonly Evidence[]>((seen, name) => alter(name, { 'a key': 401 })(seen), good),
    },
    { name: 'too many requests', evidence: alter('other schemes', { Token: 429 })(good) },
    { name: 'a server that breaks', evidence: alter('tokens that nobody signed', { 'alg none': 500 })(good) },
    {
      name: 'a word that was not tried',
      evidence: alterFacts(good, ({ at }) => at === 'words in place of a credential', {
        tries: tried('words in place of a credential').tries.slice(0, -1),
      }),
    },
    { name: 'a family that was not tried', evidence: good.slice(1) },
    { name: 'the process was not looked at', evidence: good.slice(0, -1) },
  ],
  same: [],
};
