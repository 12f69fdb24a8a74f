// Evidence for AK1 as it must be, as it must never be, and as it says too little.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterAt, fixtureEvidence, mutantsFrom } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { attemptFixture } from '#verification/asking.ts';
import type { Try } from '#verification/tries.ts';
import { LIFETIMES, LOOKS, PLACES, SCOPES, STORED_KEY, USES } from './ak1-judge.ts';

type Names = { readonly good: readonly string[]; readonly bad: readonly string[] };

const tried = (names: Names, accepted: number, refused: number, changed: Readonly<Record<string, number>> = {}) => ({
  tries: [
    ...names.good.map((name): Try => ({ name, isGood: true, status: changed[name] ?? accepted })),
    ...names.bad.map((name): Try => ({ name, isGood: false, status: changed[name] ?? refused })),
  ],
});
const looked = (changed: Readonly<Record<string, JsonValue>> = {}) => ({
  looks: LOOKS.map((name, index) => ({
    name,
    status: 200,
    seesKey: true,
    showsSecret: false,
    ...(index === 0 ? changed : {}),
  })),
});
const uses = (changed?: Readonly<Record<string, number>>) => tried(USES, 200, 401, changed);
const scopes = (changed?: Readonly<Record<string, number>>) => tried(SCOPES, 200, 403, changed);
const lifetimes = (changed?: Readonly<Record<string, number>>) => tried(LIFETIMES, 201, 400, changed);

const good: readonly Evidence[] = [
  attemptFixture({
    subject: 'POST /api/v1/api-keys',
    at: PLACES.made,
    facts: { prefix: 'hf_live_', isWellFormed: true, isChangedOneWellFormed: false, lifetimeDays: '90' },
  }),
  attemptFixture({ subject: 'POST /api/v1/api-keys with a lifetime', at: PLACES.lifetime, facts: lifetimes() }),
  attemptFixture({ subject: 'GET /api/v1/api-keys', at: PLACES.shown, facts: looked() }),
  attemptFixture({ subject: 'GET /v1/models', at: PLACES.use, facts: uses() }),
  attemptFixture({ subject: 'GET /api/v1/audit', at: PLACES.scope, facts: scopes() }),
  fixtureEvidence({
    kind: STORED_KEY,
    subject: 'a key of the probe',
    at: PLACES.stored,
    data: { holdsKey: false, hashBytes: 32 },
    vantage: 'inside',
    ttlSeconds: 3_600,
  }),
];

const mutant = mutantsFrom('a key as it must be');
const without = (name: string): Readonly<Record<string, JsonValue>> => ({
  tries: uses().tries.filter((each) => each.name !== name),
});

export const fixtures: Fixtures = {
  good: [{ name: 'a key as it must be', evidence: good }],
  mutants: [
    mutant('no prefix', PLACES.made, { prefix: 'sk-', isWellFormed: false }),
    mutant('a prefix alone', PLACES.made, { isWellFormed: false }),
    mutant('a checksum that checks nothing', PLACES.made, { isChangedOneWellFormed: true }),
    mutant('keys without end', PLACES.made, { lifetimeDays: 'never' }, PLACES.lifetime),
    mutant('91 days', PLACES.made, { lifetimeDays: '91' }, PLACES.lifetime),
    mutant('a little over 90 days', PLACES.made, { lifetimeDays: '90.001' }, PLACES.lifetime),
    mutant('no day at all', PLACES.made, { lifetimeDays: '0' }, PLACES.lifetime),
    mutant('over a year', PLACES.lifetime, lifetimes({ '366 days': 201 })),
    mutant('the text or hash in the list', PLACES.shown, looked({ showsSecret: true })),
    mutant('one character does not matter', PLACES.use, uses({ 'one character changed': 200 })),
    mutant('the id alone is enough', PLACES.use, uses({ 'another secret': 200 })),
    mutant('revoked, and still good', PLACES.use, uses({ 'the key, revoked': 200 })),
    mutant('scopes that bind nothing', PLACES.scope, scopes({ 'a key without audit:read': 200 })),
    mutant('the key beside its hash', PLACES.stored, { holdsKey: true }),
    mutant('a short hash', PLACES.stored, { hashBytes: 4 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no key is accepted', evidence: alterAt(PLACES.use, uses({ 'the key': 401 }))(good) },
    { name: 'not revoked', evidence: alterAt(PLACES.use, without('the key, revoked'))(good) },
    { name: 'too many requests', evidence: alterAt(PLACES.use, uses({ 'another secret': 429 }))(good) },
    { name: 'nobody reads the log', evidence: alterAt(PLACES.scope, scopes({ 'a key with audit:read': 403 }))(good) },
    { name: 'a list without the key', evidence: alterAt(PLACES.shown, looked({ seesKey: false }))(good) },
    { name: 'no list', evidence: alterAt(PLACES.shown, { looks: [] })(good) },
  ],
  same: [
    { name: 'a shorter life', as: 'a key as it must be', evidence: alterAt(PLACES.made, { lifetimeDays: '30' })(good) },
    {
      name: 'refused by another word',
      as: 'a key as it must be',
      evidence: alterAt(PLACES.lifetime, lifetimes({ '366 days': 422 }))(good),
    },
  ],
};
