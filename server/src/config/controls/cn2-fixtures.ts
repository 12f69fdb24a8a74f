// Evidence of starts that were asked about: all answered as they should be, and each answered wrong.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { PRESENT, SOUND } from './unsafe-starts.ts';

export const ANSWERS = 'config.answers';
export const TEMPLATE = 'config.template';
/** Five minutes. */
export const TTL_SECONDS = 300;

type Answer = Readonly<Record<string, JsonValue>>;

const SANE = 'starts that must go on';
const UNSAFE = 'starts that must be refused';
const from = 'every unsafe start refused';

const accepted = (name: string): Answer => ({ name, isAccepted: true, faults: [] });
const refused = (name: string, key: string, words: Answer = { problem: 'is missing', fix: 'Set it.' }): Answer => ({
  name,
  isAccepted: false,
  faults: [{ key, ...words }],
});

const shared = { vantage: 'inside', ttlSeconds: TTL_SECONDS } as const;
const answersOf = (subject: string, answers: readonly Answer[]): Evidence =>
  fixtureEvidence({ ...shared, kind: ANSWERS, subject, at: 'start', data: { answers } });
const templateOf = (facts: Answer): Evidence =>
  fixtureEvidence({
    ...shared,
    kind: TEMPLATE,
    subject: 'environment template',
    at: 'a secret',
    data: { settings: 60, active: [], secrets: [], ...facts },
  });

/** `unsafe`: what each start is called, and the setting its refusal must name. */
export function startFixtures(unsafe: ReadonlyMap<string, string>): Fixtures {
  const refusals = [...unsafe].map(([name, key]) => refused(name, key));
  const sane = answersOf(SANE, [accepted(PRESENT), accepted(SOUND)]);
  const good = [sane, answersOf(UNSAFE, refusals), templateOf({})];
  const [first = ['', '']] = unsafe;
  const withAnswer = (name: string, answer: Answer): readonly Answer[] =>
    refusals.map((each) => (each['name'] === name ? answer : each));
  const mutant = (name: string, hits: string, subject: string, answers: readonly Answer[]): Mutant => ({
    name,
    from,
    hits,
    apply: (evidence) => alterFacts(evidence, (each) => each.subject === subject, { answers }),
  });
  const ofFirst = (what: string, answer: Answer): Mutant =>
    mutant(what, first[1], UNSAFE, withAnswer(first[0], answer));
  const ofTemplate = (name: string, hits: string, facts: Answer): Mutant => ({
    name,
    from,
    hits,
    apply: (evidence) => alterFacts(evidence, ({ kind }) => kind === TEMPLATE, facts),
  });
  return {
    good: [{ name: from, evidence: good }],
    mutants: [
      ofFirst('refused for another reason', refused(first[0], 'HOLDFAST_LOG_LEVEL')),
      ...[...unsafe].map(([name, key]) => mutant(`accepted ${name}`, key, UNSAFE, withAnswer(name, accepted(name)))),
      ofFirst('refused without a reason', { name: first[0], isAccepted: false, faults: [] }),
      ofFirst('refused without a fix', refused(first[0], first[1], { problem: 'is missing', fix: ' ' })),
      ofFirst('refused without a problem', refused(first[0], first[1], { problem: '', fix: 'Set it.' })),
      mutant('the present configuration refused', 'start', SANE, [refused(PRESENT, 'HOLDFAST_PORT'), accepted(SOUND)]),
      ofTemplate('a template with a secret', 'a secret', { secrets: ['DATABASE_URL'] }),
      ofTemplate('a template with a setting that holds', 'an active setting', { active: ['HOLDFAST_LISTEN'] }),
      ofTemplate('a template with nothing in it', 'settings', { settings: 0 }),
    ],
    notApplicable: [],
    blind: [
      { name: 'no answer about a sound start', evidence: [answersOf(SANE, [accepted(PRESENT)]), ...good.slice(1)] },
      {
        name: 'a start that refuses everything exposed',
        evidence: [answersOf(SANE, [accepted(PRESENT), refused(SOUND, 'HOLDFAST_PORT')]), ...good.slice(1)],
      },
      { name: 'no answer about the present one', evidence: [answersOf(SANE, [accepted(SOUND)]), ...good.slice(1)] },
      {
        name: 'one unsafe start not asked about',
        evidence: [sane, answersOf(UNSAFE, refusals.slice(1)), templateOf({})],
      },
      { name: 'no template', evidence: good.slice(0, 2) },
    ],
    same: [
      {
        name: 'asked in another order, with more faults',
        as: from,
        evidence: [sane, answersOf(UNSAFE, refusals.toReversed().map(withMore)), templateOf({})],
      },
    ],
  };
}

function withMore(answer: Answer): Answer {
  const { faults } = answer;
  const more = { key: 'HOLDFAST_SECURITY_KEY_URL', problem: 'is no address', fix: 'Give one.' };
  return { ...answer, faults: [more, ...(Array.isArray(faults) ? faults : [])] };
}
