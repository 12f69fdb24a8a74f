// The record of one run of a probe: which evidence it brought, or why it failed. It is evidence itself, so that whoever takes
// evidence away, or adds some, is noticed, and a stored report can be judged again exactly as it was.
import { formatInstant } from './dates.ts';
import { digestEvidence, makeEvidence, sha256Text, type Evidence } from './evidence.ts';
import { list, nullable, object, readShape, text, type Reading } from './shape.ts';

export const probeRunKind = 'probe.run';

export type ProbeRun = {
  readonly control: string;
  /** Name of the broken twin that was observed; null for the real target. */
  readonly twin: string | null;
  /** Digests of the whole evidence, in the order in which the probe brought it. */
  readonly brought: readonly string[];
  /** Why the probe brought nothing: it threw, or took too long. */
  readonly failure: string | null;
};

const failureTtlSeconds = 60;

const shape = object({
  control: text('a control'),
  twin: nullable(text('a twin')),
  brought: list(sha256Text),
  failure: nullable(text('a reason')),
});

/** Records what a run of a probe brought. */
export function recordProbeRun(run: {
  readonly control: string;
  readonly twin: string | null;
  readonly evidence: readonly Evidence[];
  /** In words of `describeFailure`. */
  readonly failure: string | null;
  readonly unixMs: number;
}): Evidence {
  const brought = [...new Set(run.evidence.map(digestEvidence))];
  const data: ProbeRun = { control: run.control, twin: run.twin, brought, failure: run.failure };
  return makeEvidence({
    kind: probeRunKind,
    subject: `${run.control} ${run.twin === null ? 'target' : `twin: ${run.twin}`}`,
    at: 'probe',
    data,
    vantage: 'host',
    ttlSeconds:
      run.evidence.length === 0 ? failureTtlSeconds : Math.min(...run.evidence.map(({ ttlSeconds }) => ttlSeconds)),
    collectedAt: formatInstant(run.unixMs),
    collector: run.control,
  });
}

/** Reads the record out of a piece of evidence of the kind `probe.run`. */
export function readProbeRun(evidence: Evidence): Reading<ProbeRun> {
  return readShape(shape, evidence.data, 'probe.run');
}
