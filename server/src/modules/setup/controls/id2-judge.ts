// ID2, judged: no published pair opens an account, nobody was put in beforehand, and the first run is open to its token alone.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import { ATTEMPT } from '#verification/asking.ts';

export const SETUP_ROWS = 'setup.rows';
export const PLACES = {
  published: 'published pair of name and password',
  real: 'password of the probe',
  state: 'state of the first run',
  guess: 'guessed setup token',
  early: 'people before the first run',
  probes: 'people of the probe',
  tokens: 'live setup tokens',
} as const;

/** The owners of the two organizations that are probed, and the account that is. */
const PROBE_PEOPLE = 3;

export function judgeDefaults(evidence: readonly Evidence[]): readonly Finding[] {
  const rows = evidence.filter(({ kind }) => kind === SETUP_ROWS);
  return [...judgeSignIns(evidence), ...judgeFirstRun(evidence, rows), ...rows.flatMap(judgeRows)];
}

function judgeSignIns(evidence: readonly Evidence[]): readonly Finding[] {
  return judgePair({
    good: placed(evidence, PLACES.real).map(attemptOf),
    bad: placed(evidence, PLACES.published).map(attemptOf),
    expected: 'refused',
  });
}

function attemptOf(evidence: Evidence): Attempt {
  const facts = factsOf(evidence);
  const status = facts.number('status');
  const code = facts.findText('code');
  return { evidence, outcome: outcomeOf(evidence, facts), shown: `${status} ${code ?? ''}`.trim() };
}

/** A right password without an organization to enter is a right password. 400 is how a name that is no address is refused. */
function outcomeOf(evidence: Evidence, facts: Facts): Outcome {
  const [status, code] = [facts.number('status'), facts.findText('code')];
  if (facts.flag('opens') || (status >= 200 && status < 300) || code === 'session.no_organization') return 'accepted';
  // Strangers can lock addresses that stand in our source. Whether one of them opens is compared inside, too (`publishedPairs`).
  if (code === 'rate.exceeded' && evidence.at === PLACES.published) return 'refused';
  return status === 401 || status === 400 ? 'refused' : 'other';
}

/** What the pages say must be what the database has, and a token that was guessed must be refused for the right reason. */
function judgeFirstRun(evidence: readonly Evidence[], rows: readonly Evidence[]): readonly Finding[] {
  const [states, guesses] = [placed(evidence, PLACES.state), placed(evidence, PLACES.guess)];
  const [row] = rows;
  if (row === undefined || states.length === 0 || guesses.length === 0) {
    return [
      { verdict: 'unknown', subject: 'the first run', expected: 'all of it seen', observed: 'a part', evidence: [] },
    ];
  }
  const isFounded = factsOf(row).flag('founded');
  return [
    ...states.flatMap((each) => demand(each, `200 ${isFounded ? 'done' : 'not done'}`, shownState)),
    ...guesses.flatMap((each) =>
      demand(each, isFounded ? '409 setup.done' : '403 setup.token_refused', (facts) =>
        `${facts.number('status')} ${facts.findText('code') ?? ''}`.trim(),
      ),
    ),
  ];
}

function shownState(facts: Facts): string {
  return `${facts.number('status')} ${facts.findText('said') ?? 'nothing'}`;
}

function demand(evidence: Evidence, expected: string, show: (facts: Facts) => string): readonly Finding[] {
  const facts = factsOf(evidence);
  const observed = show(facts);
  if (observed === expected) return [];
  const status = facts.number('status');
  const finding = failureOf(evidence, { expected, observed });
  // A server that is busy or broken has not answered the question.
  return [status === 429 || status >= 500 ? { ...finding, verdict: 'unknown' } : finding];
}

function judgeRows(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const tokensMax = facts.flag('founded') ? 0 : 1;
  const limits = [
    { at: PLACES.published, seen: facts.number('publishedPairs'), max: 0 },
    { at: PLACES.early, seen: facts.number('earlyPeople'), max: 0 },
    { at: PLACES.probes, seen: facts.number('probePeople'), max: PROBE_PEOPLE },
    { at: PLACES.tokens, seen: facts.number('liveTokens'), max: tokensMax },
  ];
  return limits
    .filter(({ seen, max }) => !(Number.isInteger(seen) && seen >= 0 && seen <= max))
    .map(({ at, seen, max }) =>
      failureOf(evidence, { at, expected: max === 0 ? 'none' : `at most ${max}`, observed: String(seen) }),
    );
}

function placed(evidence: readonly Evidence[], place: string): readonly Evidence[] {
  return evidence.filter(({ kind, at }) => kind === ATTEMPT && at === place);
}
