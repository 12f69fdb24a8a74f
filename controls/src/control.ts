// What a control is: a promise with a probe that observes, a judge that is pure, and planted faults that prove it can fail.
import type { Evidence, Observation } from './evidence.ts';
import type { Severity, Vantage } from './verdict.ts';

/** Evidence without which there is no verdict. `min` counts distinct subjects (1 unless told). */
export type Need = {
  readonly kind: string;
  readonly vantage: readonly [Vantage, ...Vantage[]];
  readonly min?: number;
};

/** What a judge found. Without `verdict` it is a failure; `unknown` says that the evidence shows too little, `manual` that a person must look. */
export type Finding = {
  readonly verdict?: 'unknown' | 'manual';
  readonly subject: string;
  /** Where to look; without ports and other things of the run, so that it can be compared. */
  readonly at?: string;
  readonly expected: string;
  readonly observed: string;
  /** `sha256` of the evidence it rests on. */
  readonly evidence: readonly string[];
};

export type Applicability = {
  readonly yes: boolean;
  readonly because: string;
  /** `sha256` of the evidence that says so; needed when `yes` is false. */
  readonly evidence: readonly string[];
};

/** Whether the control concerns the target at all, decided on evidence of its own. */
export type Applies = {
  readonly needs: readonly [Need, ...Need[]];
  readonly decide: (evidence: readonly Evidence[]) => Applicability;
};

/** What a probe is handed beside its target. */
export type ProbeTools = {
  /** Aborts when the probe's time is over; hand it to whatever waits. */
  readonly signal: AbortSignal;
  /** Seals what was seen. Throws EvidenceError. */
  readonly evidence: (observation: Observation) => Evidence;
  /** What stands for a secret in evidence. */
  readonly fingerprint: (text: string) => string;
  readonly unixMs: () => number;
};

/** Observes and judges nothing. May throw: the verdict is then `error`. */
export type Probe<T> = (target: T, tools: ProbeTools) => Promise<readonly Evidence[]>;

export type StartedTwin<T> = AsyncDisposable & { readonly target: T };

/** A target broken on purpose. In every run the probe must see it, and the judge fail it with a finding at `hits`. */
export type Twin<T> = { readonly name: string; readonly hits: string } & (
  | { readonly target: T; readonly start?: never }
  | { readonly start: (tools: ProbeTools) => Promise<StartedTwin<T>>; readonly target?: never }
);

export type Fixture = { readonly name: string; readonly evidence: readonly Evidence[] };
/** A good fixture with one fault put in; it must fail with a finding at `hits`. The gate seals the evidence again. */
export type Mutant = {
  readonly name: string;
  /** Name of a good fixture. */
  readonly from: string;
  readonly apply: (evidence: readonly Evidence[]) => readonly Evidence[];
  readonly hits: string;
};
/** The fact of another fixture or mutant in another notation: the verdict must be the same. */
export type SameFixture = Fixture & { readonly as: string };

export type Fixtures = {
  readonly good: readonly [Fixture, ...Fixture[]];
  readonly mutants: readonly [Mutant, ...Mutant[]];
  readonly notApplicable: readonly Fixture[];
  /** Evidence that shows too little: the verdict must be `unknown` or `error`. */
  readonly blind: readonly Fixture[];
  readonly same: readonly SameFixture[];
};

export const frameworks = [
  'asvs',
  'aisvs',
  'cwe',
  'nist80053',
  'soc2',
  'pci',
  'hipaa',
  'iso27001',
  'llm',
  'asi',
  'cis',
] as const;
/** Ids of requirements in other frameworks. */
export type Maps = { readonly [F in (typeof frameworks)[number]]?: readonly string[] };

export type ControlSpec<T> = {
  /** As in the catalogue: `TR2`. */
  readonly id: string;
  /** Ids it had before; a waiver for one is told the new id. */
  readonly formerIds?: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  readonly waivable: boolean;
  /** What a start does when the control does not pass. */
  readonly boot?: 'refuse' | 'warn';
  readonly needs: readonly [Need, ...Need[]];
  readonly applies?: Applies;
  /** Pure and total: no clock, no input or output; the same evidence always gives the same findings. None means pass. */
  readonly judge: (evidence: readonly Evidence[]) => readonly Finding[];
  /** What to do about a failure. */
  readonly remedy: string;
  readonly maps: Maps;
  readonly probe: Probe<T>;
  readonly twins: readonly [Twin<T>, ...Twin<T>[]];
  readonly fixtures: Fixtures;
};

/** A twin with its control's probe: started, observed and stopped in one call. */
export type BoundTwin = {
  readonly name: string;
  readonly hits: string;
  readonly probe: (tools: ProbeTools) => Promise<readonly Evidence[]>;
};

/** A control that can observe targets of type `T`. One that needs less of a target fits where more is offered. */
export type Control<T> = Omit<ControlSpec<never>, 'probe' | 'twins'> & {
  readonly probe: (target: T, tools: ProbeTools) => Promise<readonly Evidence[]>;
  readonly twins: readonly [BoundTwin, ...BoundTwin[]];
};

/** A control of any target: enough to judge, score, waive and report. */
export type AnyControl = Control<never>;
