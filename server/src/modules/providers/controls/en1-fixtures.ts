// Evidence of secrets sealed as they should be, and of every way in which they are not.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';

export const COLUMNS = 'secret.columns';
export const ROW = 'secret.row';
export const OPENINGS = 'secret.openings';
export const DATA_KEYS = 'secret.data_keys';
export const SEARCH = 'secret.search';
/** An hour: a provider is made for it. */
export const TTL_SECONDS = 3_600;

/** Where opening is tried; at the first alone it may succeed. */
export const PLACES = [
  'its own place',
  'another row',
  'another column',
  'another table',
  'another purpose',
  'another organization',
  'a changed byte',
] as const;
/** What is made leaves its name here: the row, the reply that is kept for a repeated request, the record of it. */
export const MUST_HOLD_MARKER = ['provider', 'idempotency', 'audit_entry'] as const;

type Facts = Readonly<Record<string, JsonValue>>;

const openings = (changed: Facts = {}): readonly Facts[] =>
  PLACES.map((name, index) => {
    const opens = changed[name] ?? index === 0;
    return { name, opens, isTheSecret: opens };
  });
const dataKey = (facts: Facts = {}): Facts => ({
  state: 'active',
  wrappedBytes: 70,
  isWrapped: true,
  isUnderLoadedKey: true,
  ...facts,
});

const columns: readonly Facts[] = [
  { name: 'provider.secret', type: 'bytea', kept: 'sealed' },
  { name: 'data_key.wrapped', type: 'bytea', kept: 'wrapped' },
  { name: 'password.hash', type: 'text', kept: 'hashed' },
  { name: 'audit_entry.salt', type: 'bytea', kept: 'public' },
];
const SOUND: Readonly<Record<string, Facts>> = {
  [COLUMNS]: { columns },
  [ROW]: {
    status: 201,
    isThere: true,
    surplusBytes: 98,
    wantedSurplus: 98,
    version: 1,
    algorithm: 1,
    keyState: 'active',
  },
  [OPENINGS]: { openings: openings() },
  [DATA_KEYS]: { dataKeys: [dataKey(), dataKey({ state: 'decrypt-only' })] },
  [SEARCH]: {
    searched: ['audit_entry', 'idempotency', 'provider'],
    closed: ['audit_pending'],
    withMarker: ['audit_entry', 'idempotency', 'provider'],
    withSecret: [],
  },
};
const AT: Readonly<Record<string, string>> = {
  [COLUMNS]: 'catalog',
  [ROW]: 'envelope',
  [OPENINGS]: 'place',
  [DATA_KEYS]: 'data key',
  [SEARCH]: 'search',
};
const piece = (kind: string, facts: Facts = {}): Evidence =>
  fixtureEvidence({
    kind,
    subject: kind,
    at: AT[kind] ?? kind,
    data: { ...SOUND[kind], ...facts },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  });
const good = Object.keys(SOUND).map((kind) => piece(kind));
const from = 'a sealed secret';

const mutant = (kind: string, name: string, facts: Facts, hits = AT[kind] ?? kind): Mutant => ({
  name,
  from,
  hits,
  apply: (evidence) => alterFacts(evidence, (each) => each.kind === kind, facts),
});
const column = (facts: Facts): Facts => ({ columns: [...columns, facts] });
const instead = (kind: string, facts: Facts): readonly Evidence[] =>
  good.map((each) => (each.kind === kind ? piece(kind, facts) : each));

export const sealingFixtures: Fixtures = {
  good: [{ name: from, evidence: good }],
  mutants: [
    mutant(
      COLUMNS,
      'a column of bytes that nobody declared',
      column({ name: 'provider.key', type: 'bytea', kept: null }),
    ),
    mutant(
      COLUMNS,
      'a column kept in a way nobody knows',
      column({ name: 'provider.key', type: 'bytea', kept: 'plain' }),
    ),
    mutant(COLUMNS, 'a sealed column of text', column({ name: 'provider.key', type: 'text', kept: 'sealed' })),
    mutant(ROW, 'the secret as it came', { surplusBytes: 0, version: 115, algorithm: 107, keyState: null }),
    mutant(ROW, 'bytes that are as long as a sealed value', { version: 0 }),
    mutant(ROW, 'another algorithm', { algorithm: 2 }),
    mutant(ROW, 'an envelope without its tag', { surplusBytes: 82 }),
    mutant(ROW, 'an envelope for another text', { surplusBytes: 99 }),
    mutant(ROW, 'an envelope under no key of the organization', { keyState: null }, 'data key'),
    mutant(ROW, 'an envelope under a retired key', { keyState: 'retired' }, 'data key'),
    ...PLACES.slice(1).map((place) =>
      mutant(OPENINGS, `opened at ${place}`, { openings: openings({ [place]: true }) }),
    ),
    mutant(OPENINGS, 'another text inside', {
      openings: openings().map((each, index) => (index === 0 ? { ...each, isTheSecret: false } : each)),
    }),
    mutant(DATA_KEYS, 'a data key in the open', { dataKeys: [dataKey({ wrappedBytes: 32, isWrapped: false })] }),
    mutant(DATA_KEYS, 'a data key with something beside it', { dataKeys: [dataKey({ wrappedBytes: 102 })] }),
    mutant(DATA_KEYS, 'a data key under a master key that is not loaded', {
      dataKeys: [dataKey({ isUnderLoadedKey: false })],
    }),
    mutant(SEARCH, 'the secret in the row of the provider', { withSecret: ['provider'] }),
    mutant(SEARCH, 'the secret in the audit log', { withSecret: ['audit_entry'] }),
    mutant(SEARCH, 'the secret in a reply that is kept', { withSecret: ['idempotency'] }),
  ],
  notApplicable: [],
  blind: [
    { name: 'the catalog alone', evidence: good.slice(0, 1) },
    { name: 'a provider that could not be made', evidence: instead(ROW, { status: 503, isThere: false }) },
    { name: 'nothing tried to open', evidence: instead(OPENINGS, { openings: [] }) },
    { name: 'a value that opens nowhere', evidence: instead(OPENINGS, { openings: openings({ [PLACES[0]]: false }) }) },
    { name: 'one place not tried', evidence: instead(OPENINGS, { openings: openings().slice(0, 6) }) },
    { name: 'no data key', evidence: instead(DATA_KEYS, { dataKeys: [] }) },
    { name: 'a search that sees nothing', evidence: instead(SEARCH, { withMarker: [] }) },
    {
      name: 'a search that does not see the log',
      evidence: instead(SEARCH, { withMarker: ['provider', 'idempotency'] }),
    },
    { name: 'no column found', evidence: instead(COLUMNS, { columns: [] }) },
  ],
  same: [
    {
      name: 'more tables, and the columns in another order',
      as: from,
      evidence: instead(COLUMNS, { columns: columns.toReversed() }).map((each) =>
        each.kind === SEARCH ? piece(SEARCH, { searched: ['a', 'b'], withMarker: ['x', ...MUST_HOLD_MARKER] }) : each,
      ),
    },
  ],
};
