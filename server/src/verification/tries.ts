// Requests that differ in their credential alone, kept in one piece of evidence, so that a refusal never stands without its pair.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { type Attempt, judgePair, outcomeOfStatus } from '@holdfast/controls/paired.ts';

export type Try = {
  readonly name: string;
  /** Whether it has to be accepted. */
  readonly isGood: boolean;
  readonly status: number;
};

type Rule = {
  /** Names of all that must have been tried. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** The statuses that say no to a bad one. */
  readonly refusals: readonly number[];
  readonly expected: string;
};

/** Judges the fact `tries` of one piece: everything that had to be tried was, each good one accepted and each bad one refused. */
export function judgeTries(evidence: Evidence, { good, bad, refusals, expected }: Rule): readonly Finding[] {
  const tries = factsOf(evidence)
    .parts('tries')
    .map((each) => ({ name: each.text('name'), isGood: each.flag('isGood'), status: each.number('status') }));
  const select = (isGood: boolean): readonly Try[] => tries.filter((each) => each.isGood === isGood);
  const lacking = [...lackingIn(select(true), good), ...lackingIn(select(false), bad)];
  const { subject, at, sha256 } = evidence;
  return [
    ...judgePair({
      good: select(true).map((each) => attemptOf(evidence, each, refusals)),
      bad: select(false).map((each) => attemptOf(evidence, each, refusals)),
      expected,
    }),
    ...lacking.map((name): Finding => ({
      verdict: 'unknown',
      subject,
      at,
      expected: `${name} tried`,
      observed: 'it was not',
      evidence: [sha256],
    })),
  ];
}

function attemptOf(evidence: Evidence, { name, status }: Try, refusals: readonly number[]): Attempt {
  return { evidence, outcome: outcomeOfStatus(status, refusals), shown: `${name}: ${status}` };
}

function lackingIn(tries: readonly Try[], names: readonly string[]): readonly string[] {
  return names.filter((name) => !tries.some((each) => each.name === name));
}
