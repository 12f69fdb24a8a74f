// Declares a control, and refuses one that could not be trusted: without an id, a reason to believe it, or names to tell its fixtures apart.
import type { BoundTwin, Control, ControlSpec, Twin } from './control.ts';
import { probeRunKind } from './probe-run.ts';
import { untilAborted } from './deadline.ts';

/** The declaration of a control is wrong; the message names every fault. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** Declares a control. Throws ControlError with all faults of the declaration. */
export function defineControl<T>(spec: ControlSpec<T>): Control<T> {
  const faults = [...faultsOfWords(spec), ...faultsOfNeeds(spec), ...faultsOfNames(spec)];
  if (faults.length > 0) throw new ControlError(`control ${spec.id}: ${faults.join('; ')}`);
  const [first, ...others] = spec.twins;
  const bind = (twin: Twin<T>): BoundTwin => bindTwin(spec.probe, twin);
  return Object.freeze({ ...spec, twins: [bind(first), ...others.map(bind)] as const });
}

const idPattern = /^[A-Z]{2}[1-9][0-9]?$/;

type Faults = readonly (string | false)[];

function faultsOfWords<T>({ id, formerIds = [], title, remedy }: ControlSpec<T>): readonly string[] {
  return keepFaults([
    [id, ...formerIds].some((each) => !idPattern.test(each)) && 'an id is two capital letters and a number',
    formerIds.includes(id) && 'a former id is the present one',
    title.trim() === '' && 'the title is empty',
    remedy.trim() === '' && 'the remedy is empty',
  ]);
}

function faultsOfNeeds<T>({ needs, applies }: ControlSpec<T>): readonly string[] {
  const all = [...needs, ...(applies?.needs ?? [])];
  return keepFaults([
    needs.length === 0 && 'it needs no evidence',
    all.some(({ kind }) => kind === probeRunKind) && `${probeRunKind} is made by the run, not by a probe`,
    all.some(({ vantage }) => vantage.length === 0) && 'a need names no vantage',
    all.some(({ min = 1 }) => !Number.isInteger(min) || min < 1) && 'a need wants no subject',
  ]);
}

function faultsOfNames<T>({ twins, fixtures, applies }: ControlSpec<T>): readonly string[] {
  const { good, mutants, notApplicable, blind, same } = fixtures;
  const named = [...good, ...mutants, ...notApplicable, ...blind, ...same].map(({ name }) => name);
  return keepFaults([
    twins.length === 0 && 'it has no broken twin',
    good.length === 0 && 'it has no good fixture',
    mutants.length === 0 && 'it has no mutant',
    hasRepeats(twins.map(({ name }) => name)) && 'two twins have one name',
    hasRepeats(named) && 'two fixtures have one name',
    (applies === undefined) !== (notApplicable.length === 0) &&
      'fixtures where it does not apply, and `applies`, come together',
  ]);
}

function hasRepeats(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}

function keepFaults(faults: Faults): readonly string[] {
  return faults.filter((fault) => fault !== false);
}

function bindTwin<T>(probe: ControlSpec<T>['probe'], twin: Twin<T>): BoundTwin {
  const { name, hits } = twin;
  if (twin.start === undefined) return { name, hits, probe: (tools) => probe(twin.target, tools) };
  const { start } = twin;
  return {
    name,
    hits,
    probe: async (tools) => {
      await using started = await start(tools);
      // A probe that ignores its signal must not keep the twin alive.
      return await untilAborted(probe(started.target, tools), tools.signal);
    },
  };
}
