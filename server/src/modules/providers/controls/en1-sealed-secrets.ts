// EN1: every stored secret is sealed: its column is known, its bytes are an envelope, it opens at its place alone and occurs nowhere else.
import type { Finding } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { judgePair } from '@holdfast/controls/paired.ts';
import {
  COLUMNS,
  DATA_KEYS,
  MUST_HOLD_MARKER,
  OPENINGS,
  PLACES,
  ROW,
  SEARCH,
  sealingFixtures,
} from './en1-fixtures.ts';
import { lookAtSealing, type SealingTarget } from './en1-look.ts';
import { sealingTwins } from './en1-twins.ts';

export const sealedSecretsControl = defineControl<SealingTarget>({
  id: 'EN1',
  title: 'Every stored secret is sealed, and opens at its own place alone',
  severity: 'critical',
  waivable: false,
  needs: [
    { kind: COLUMNS, vantage: ['inside'] },
    { kind: ROW, vantage: ['inside'] },
    { kind: OPENINGS, vantage: ['inside'] },
    { kind: DATA_KEYS, vantage: ['inside'] },
    { kind: SEARCH, vantage: ['inside'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => JUDGES[each.kind]?.(each, factsOf(each)) ?? []),
  remedy:
    'Stop the server and go back to a release whose schema and code belong together. A secret that lay open is known: replace it at its provider. A new column is declared in stored-secrets.ts with how it is kept.',
  maps: { asvs: ['13.3.1', '11.3.2'], cwe: ['256', '311', '312', '522'], nist80053: ['SC-28'] },
  probe: lookAtSealing,
  twins: sealingTwins,
  fixtures: sealingFixtures,
});

type Judge = (each: Evidence, facts: Facts) => readonly Finding[];

const JUDGES: Readonly<Record<string, Judge>> = {
  [COLUMNS]: judgeColumns,
  [ROW]: judgeRow,
  [OPENINGS]: judgeOpenings,
  [DATA_KEYS]: judgeDataKeys,
  [SEARCH]: judgeSearch,
};

const KEEPINGS = ['sealed', 'wrapped', 'hashed', 'public'];
const BYTES = new Set(['sealed', 'hashed']);

function judgeColumns(each: Evidence, facts: Facts): readonly Finding[] {
  const columns = facts.parts('columns');
  const faults = columns.flatMap((column) => {
    const [name, type, kept] = [column.text('name'), column.text('type'), column.findText('kept')];
    if (kept === undefined || !KEEPINGS.includes(kept)) return [`${name} is declared nowhere`];
    // A sealed value is bytes; a password's hash is a text that says how it was made.
    return kept === 'sealed' && type !== 'bytea' ? [`${name} is ${kept} and a ${type}`] : [];
  });
  const sealed = columns.filter((column) => BYTES.has(column.findText('kept') ?? ''));
  const expected = 'every column that could hold a secret, with how it is kept';
  return [
    ...faults.map((observed) => failureOf(each, { expected, observed })),
    ...(sealed.length > 0 ? [] : [doubt(each, 'columns that hold secrets', 'none')]),
  ];
}

function judgeRow(each: Evidence, facts: Facts): readonly Finding[] {
  if (!facts.flag('isThere')) {
    return [doubt(each, 'the provider that was made', `none; making it was answered with ${facts.number('status')}`)];
  }
  const isEnvelope =
    facts.findNumber('version') === 1 &&
    facts.findNumber('algorithm') === 1 &&
    facts.findNumber('surplusBytes') === facts.number('wantedSurplus');
  const state = facts.findText('keyState');
  return [
    ...(isEnvelope ? [] : [failureOf(each, { expected: 'an envelope of AES-256-GCM', observed: 'other bytes' })]),
    ...(state === 'active'
      ? []
      : [
          failureOf(each, { at: 'data key', expected: 'an active data key', observed: state ?? 'no data key of ours' }),
        ]),
  ];
}

function judgeOpenings(each: Evidence, facts: Facts): readonly Finding[] {
  const openings = facts.parts('openings');
  const attempts = openings.map((opening) => {
    const name = opening.text('name');
    const opens = opening.flag('opens');
    const outcome = opens ? ('accepted' as const) : ('refused' as const);
    return {
      name,
      isTheSecret: opening.flag('isTheSecret'),
      opens,
      evidence: each,
      outcome,
      shown: `${name}: ${outcome}`,
    };
  });
  const [own, others] = [
    attempts.filter(({ name }) => name === PLACES[0]),
    attempts.filter(({ name }) => name !== PLACES[0]),
  ];
  const missing = PLACES.filter((place) => attempts.filter(({ name }) => name === place).length !== 1);
  return [
    ...judgePair({ good: own, bad: others, expected: 'opened at its own place alone' }),
    ...own
      .filter(({ opens, isTheSecret }) => opens && !isTheSecret)
      .map(() => failureOf(each, { expected: 'the secret that was given', observed: 'another text' })),
    ...missing.map((place) => doubt(each, `an attempt at ${place}`, 'none, or several')),
  ];
}

function judgeDataKeys(each: Evidence, facts: Facts): readonly Finding[] {
  const keys = facts.parts('dataKeys');
  const bad = keys.filter((key) => !key.flag('isWrapped') || key.number('wrappedBytes') !== WRAPPED_BYTES);
  const foreign = keys.filter((key) => !key.flag('isUnderLoadedKey'));
  return [
    ...bad.map(() => failureOf(each, { expected: 'a data key wrapped under a master key', observed: 'other bytes' })),
    ...foreign.map(() => failureOf(each, { expected: 'the master key that is loaded', observed: 'another one' })),
    ...(keys.some((key) => key.text('state') === 'active') ? [] : [doubt(each, 'an active data key', 'none')]),
  ];
}

/** Header, master key id, nonce, 32 bytes of key, tag: kek.ts. */
const WRAPPED_BYTES = 70;

function judgeSearch(each: Evidence, facts: Facts): readonly Finding[] {
  const [found, marked] = [facts.texts('withSecret'), facts.texts('withMarker')];
  const expected = 'the secret in no row, neither plain nor in base64 or hexadecimal';
  return [
    ...found.map((table) => failureOf(each, { expected, observed: `in ${table}` })),
    // What is known to stand there was not found, so that nothing follows from what else was not.
    ...MUST_HOLD_MARKER.filter((table) => !marked.includes(table)).map((table) =>
      doubt(each, `the name of the provider in ${table}`, 'not found there'),
    ),
  ];
}

function doubt(each: Evidence, expected: string, observed: string): Finding {
  return { ...failureOf(each, { expected, observed }), verdict: 'unknown' };
}
