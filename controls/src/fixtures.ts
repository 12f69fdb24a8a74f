// Makes evidence for fixtures and mutants, in one line each.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Mutant } from './control.ts';
import { isJsonObject, makeEvidence, resealEvidence, type Evidence, type Observation } from './evidence.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const collectedAt = '2026-01-01T00:00:00.000Z';

/** Evidence as a probe would have brought it, at a fixed time. */
export function fixtureEvidence(observation: Observation): Evidence {
  return makeEvidence({ ...observation, collectedAt, collector: 'fixture' });
}

/** The same evidence with the data changed of what `matches`; for mutants. Throws when nothing matches. */
export function alterData(
  evidence: readonly Evidence[],
  matches: (evidence: Evidence) => boolean,
  change: (data: JsonValue) => JsonValue,
): readonly Evidence[] {
  if (!evidence.some(matches)) throw new Error('no evidence to alter');
  return evidence.map((each) => (matches(each) ? resealEvidence({ ...each, data: change(each.data) }) : each));
}

/** The same evidence with some facts of what `matches` replaced or added; its data must be an object. */
export function alterFacts(
  evidence: readonly Evidence[],
  matches: (evidence: Evidence) => boolean,
  facts: Facts,
): readonly Evidence[] {
  return alterData(evidence, matches, (data) => {
    if (!isJsonObject(data)) throw new Error('the data is no object');
    return { ...data, ...facts };
  });
}

/** The same evidence with some facts of one place replaced or added. */
export function alterAt(at: string, facts: Facts): (evidence: readonly Evidence[]) => readonly Evidence[] {
  return (evidence) => alterFacts(evidence, (each) => each.at === at, facts);
}

/** A maker of mutants of the good evidence of that name: facts of one place are replaced, and it is caught there. */
export function mutantsFrom(from: string): (name: string, at: string, facts: Facts, hits?: string) => Mutant {
  return (name, at, facts, hits = at) => ({ name, from, apply: alterAt(at, facts), hits });
}
