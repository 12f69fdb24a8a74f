// Evidence for the gate of SF1: every attempt answered as it should be, and each of them answered otherwise.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { type Attempt, badAttempts, goodAttempts, liveAttempts } from './sf1-attempts.ts';
import { clientObservation, RULES, TTL_SECONDS } from './sf1-probe.ts';

const answersOf = (attempts: readonly Attempt[]): Readonly<Record<string, string>> =>
  Object.fromEntries(attempts.map(({ name, expected }) => [name, expected[0]]));

const LIVE = 'the running client';
const PAIR = 'a client of the same code';
const liveAnswers = answersOf(liveAttempts);
const pairAnswers = answersOf([...goodAttempts, ...badAttempts]);
const good: readonly Evidence[] = [
  fixtureEvidence(clientObservation(LIVE, liveAnswers, 0)),
  fixtureEvidence(clientObservation(PAIR, pairAnswers, 0)),
  fixtureEvidence({
    kind: RULES,
    subject: "the operator's list and the caps",
    at: 'HOLDFAST_OUTBOUND_ALLOW',
    data: {
      allow: ['ollama.internal:11434'],
      deny: [],
      proxy: null,
      bodyBytesMax: 10_485_760,
      totalMs: 60_000,
      redirectsMax: 3,
    },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  }),
];

const NAME = 'every target answered as it should be';

const isOf =
  (subject: string) =>
  (evidence: Evidence): boolean =>
    evidence.subject === subject;
const isRules = ({ kind }: Evidence): boolean => kind === RULES;

function answered(subject: string, name: string, answer: string): readonly Evidence[] {
  const answers = subject === LIVE ? liveAnswers : pairAnswers;
  return alterFacts(good, isOf(subject), { answers: { ...answers, [name]: answer } });
}

function reaches(subject: string, name: string, answer: string): Mutant {
  return { name: `${name}: ${answer}`, from: NAME, apply: () => answered(subject, name, answer), hits: name };
}

function withRules(name: string, hits: string, facts: Readonly<Record<string, number>>): Mutant {
  return { name, from: NAME, apply: (evidence) => alterFacts(evidence, isRules, facts), hits };
}

export const outboundFixtures: Fixtures = {
  good: [{ name: NAME, evidence: good }],
  mutants: [
    reaches(LIVE, 'a server on loopback', 'accepted 200'),
    ...liveAttempts.slice(1).map(({ name }) => reaches(LIVE, name, 'accepted 200')),
    ...badAttempts.map(({ name }) => reaches(PAIR, name, 'accepted 200')),
    // Whatever went wrong after the policy, the policy let it through.
    reaches(LIVE, 'the metadata service', 'unreachable'),
    reaches(LIVE, 'the metadata service', 'timeout_connect'),
    reaches(LIVE, 'the metadata service', 'address after sending'),
    reaches(LIVE, 'loopback', 'refused'),
    reaches(LIVE, 'loopback in octal', 'tls'),
    reaches(LIVE, 'plain http to a public address', 'timeout_total'),
    // Refused, but for a reason that another target of that kind would not have.
    reaches(LIVE, 'a private network, 10', 'port'),
    reaches(PAIR, 'a redirect to loopback', 'redirect after sending'),
    reaches(PAIR, 'a name of a private address', 'unreachable'),
    {
      name: 'a request that came through to loopback and was then refused',
      from: NAME,
      apply: (evidence) => alterFacts(evidence, isOf(LIVE), { reached: 1 }),
      hits: 'a server on loopback',
    },
    {
      name: 'a redirect that came through to loopback and was then refused',
      from: NAME,
      apply: (evidence) => alterFacts(evidence, isOf(PAIR), { reached: 1 }),
      hits: 'a redirect to loopback',
    },
    withRules('no cap of size', 'cap of size', { bodyBytesMax: 2 ** 40 }),
    withRules('no cap of time', 'cap of time', { totalMs: 0 }),
    withRules('a hundred redirects', 'cap of redirects', { redirectsMax: 100 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'a dead network', evidence: answered(PAIR, 'the listed server', 'unreachable') },
    { name: 'a client that is closed', evidence: answered(LIVE, 'loopback', 'closed') },
    { name: 'a client that was too busy', evidence: answered(LIVE, 'the metadata service', 'busy') },
    { name: 'a name that could not be looked up', evidence: answered(PAIR, 'a name of a private address', 'resolve') },
    { name: 'the running client alone', evidence: [...good.slice(0, 1), ...good.slice(2)] },
    { name: 'no settings', evidence: good.slice(0, 2) },
    {
      name: 'one attempt fewer',
      evidence: alterFacts(good, isOf(LIVE), { answers: { ...liveAnswers, loopback: null } }),
    },
  ],
  same: [
    {
      name: 'a list without addresses, which refuses plain http first',
      as: NAME,
      evidence: answered(LIVE, 'a server on loopback', 'scheme'),
    },
    {
      name: 'another list of the operator',
      as: NAME,
      evidence: alterFacts(good, isRules, { allow: ['10.20.0.0/24:8000'], proxy: 'http://proxy.internal:4750' }),
    },
  ],
};
