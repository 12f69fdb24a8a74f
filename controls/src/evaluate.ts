// From evidence to a verdict. Everything that is missing, foreign, stale or broken on the way ends in `unknown` or `error`.
import type { AnyControl, Applicability, Finding, Need } from './control.ts';
import { parseInstant } from './dates.ts';
import { digestEvidence, parseEvidence, type Evidence } from './evidence.ts';
import { describeFailure } from './failure-text.ts';
import { parseFindings } from './findings.ts';
import { probeRunKind, readProbeRun, type ProbeRun } from './probe-run.ts';
import type { Verdict } from './verdict.ts';

export type Judgement = { readonly verdict: Verdict; readonly findings: readonly Finding[] };

/** Evidence that was read: what there is by its digest, and the records of probes. */
export type EvidencePool = {
  readonly byDigest: ReadonlyMap<string, Evidence>;
  readonly runs: readonly ProbeRun[];
};

/** Clocks of two machines differ; evidence from further ahead is from no clock to be trusted. */
const clockSkewMs = 5_000;

/** Reads evidence strictly: one piece that is none spoils it all. Records of probes that are too old at `at` are left out. */
export function openEvidence(
  evidence: readonly unknown[],
  at: string,
): { readonly ok: true; readonly pool: EvidencePool } | { readonly ok: false; readonly fault: string } {
  const byDigest = new Map<string, Evidence>();
  const runs: ProbeRun[] = [];
  for (const each of evidence) {
    const parsed = parseEvidence(each);
    if (!parsed.ok) return { ok: false, fault: parsed.faults.join('; ') };
    byDigest.set(digestEvidence(parsed.value), parsed.value);
    if (parsed.value.kind !== probeRunKind) continue;
    const run = readProbeRun(parsed.value);
    if (!run.ok) return { ok: false, fault: run.faults.join('; ') };
    if (ageFault(parsed.value, at) === undefined) runs.push(run.value);
  }
  return { ok: true, pool: { byDigest, runs } };
}

/** The verdict on the real target at an instant, from what its probe brought. Never throws for what evidence holds. */
export function evaluate(control: AnyControl, evidence: readonly unknown[], at: string): Judgement {
  const opened = openEvidence(evidence, at);
  return opened.ok
    ? judgeRun(control, opened.pool, null, at)
    : stop(control, 'error', 'evidence that can be read', opened.fault);
}

/** The verdict on the real target (`twin` null) or on a twin. */
export function judgeRun(control: AnyControl, pool: EvidencePool, twin: string | null, at: string): Judgement {
  const runs = pool.runs.filter((run) => run.control === control.id && run.twin === twin);
  const [run, second] = runs;
  if (run === undefined) return stop(control, 'unknown', 'a probe that ran', 'no fresh record of one');
  if (second !== undefined) return stop(control, 'error', 'one run of the probe', `${runs.length} records`);
  if (run.failure !== null) return stop(control, 'error', 'a probe that completes', run.failure);
  const brought = run.brought.map((digest) => pool.byDigest.get(digest));
  const evidence = brought.filter((each) => each !== undefined);
  if (evidence.length < brought.length) {
    return stop(control, 'unknown', `${brought.length} pieces of evidence`, `${evidence.length} are there`);
  }
  return judgeEvidence(control, evidence, at);
}

function judgeEvidence(control: AnyControl, evidence: readonly Evidence[], at: string): Judgement {
  const foreign = findForeign(control, evidence, at);
  if (foreign !== undefined) return stop(control, foreign.verdict, foreign.expected, foreign.observed);
  if (control.applies !== undefined) {
    const decided = decideApplicability(control, control.applies, evidence);
    if (decided !== undefined) return decided;
  }
  const lacking = findLacking(control.needs, evidence);
  if (lacking !== undefined) return stop(control, 'unknown', lacking.expected, lacking.observed);
  let returned: unknown;
  try {
    returned = control.judge(evidence);
    // A judge that makes promises is refused below; that it breaks them must not end the process.
    if (returned instanceof Promise) returned.catch(() => {});
  } catch (thrown) {
    return stop(control, 'error', 'a judge that completes', describeFailure(thrown));
  }
  const findings = parseFindings(returned, hashesOf(evidence));
  if (!findings.ok) return stop(control, 'error', 'findings that rest on the evidence', findings.faults.join('; '));
  return { verdict: worstOf(findings.value), findings: findings.value };
}

/** Undefined when the control applies and has to be judged. */
function decideApplicability(
  control: AnyControl,
  { needs, decide }: NonNullable<AnyControl['applies']>,
  evidence: readonly Evidence[],
): Judgement | undefined {
  const lacking = findLacking(needs, evidence);
  if (lacking !== undefined) return stop(control, 'unknown', lacking.expected, lacking.observed);
  const own = evidence.filter((each) => needs.some((need) => meets(each, need)));
  try {
    const decided: Omit<Applicability, 'yes'> & { readonly yes: unknown } = decide(own);
    const { yes, because, evidence: cited } = decided;
    // Whatever is not a plain no means that it has to be judged.
    if (yes !== false) return undefined;
    const finding = { subject: control.id, expected: 'something it applies to', observed: because, evidence: cited };
    const parsed = parseFindings([finding], hashesOf(own));
    if (parsed.ok) return { verdict: 'not_applicable', findings: parsed.value };
    return stop(control, 'error', 'evidence that it does not apply', parsed.faults.join('; '));
  } catch (thrown) {
    return stop(control, 'error', 'a decision whether it applies', describeFailure(thrown));
  }
}

type Stop = { readonly verdict: 'unknown' | 'error'; readonly expected: string; readonly observed: string };

/** Evidence that may not be judged, whatever it says. */
function findForeign(control: AnyControl, evidence: readonly Evidence[], at: string): Stop | undefined {
  const needs = [...control.needs, ...(control.applies?.needs ?? [])];
  for (const each of evidence) {
    const asked = needs.filter(({ kind }) => kind === each.kind);
    const what = `${each.kind} of ${each.subject}`;
    if (asked.length === 0) return { verdict: 'error', expected: kindsOf(needs), observed: what };
    if (!asked.some((need) => meets(each, need))) {
      const from = asked.flatMap(({ vantage }) => vantage).join(' or ');
      return { verdict: 'unknown', expected: `${each.kind} seen from ${from}`, observed: `seen from ${each.vantage}` };
    }
    if (each.truncated === true) return { verdict: 'unknown', expected: `all of ${what}`, observed: 'a part of it' };
    const age = ageFault(each, at);
    if (age !== undefined) return { verdict: 'unknown', expected: `fresh ${what}`, observed: age };
  }
  return undefined;
}

function findLacking(needs: readonly Need[], evidence: readonly Evidence[]): Omit<Stop, 'verdict'> | undefined {
  for (const need of needs) {
    const subjects = new Set(evidence.filter((each) => meets(each, need)).map(({ subject }) => subject));
    const minimum = need.min ?? 1;
    if (subjects.size < minimum) {
      const from = need.vantage.join(' or ');
      return {
        expected: `${need.kind} of at least ${minimum} subject${minimum === 1 ? '' : 's'}, seen from ${from}`,
        observed: subjects.size === 0 ? 'none' : `${subjects.size}`,
      };
    }
  }
  return undefined;
}

function meets(evidence: Evidence, need: Need): boolean {
  return evidence.kind === need.kind && need.vantage.includes(evidence.vantage);
}

function kindsOf(needs: readonly Need[]): string {
  return [...new Set(needs.map(({ kind }) => kind))].join(' or ');
}

function ageFault({ collectedAt, ttlSeconds }: Evidence, at: string): string | undefined {
  const collectedMs = parseInstant(collectedAt);
  const atMs = parseInstant(at);
  if (collectedMs === undefined || atMs === undefined) return 'at no instant';
  if (collectedMs > atMs + clockSkewMs) return `from the future, ${collectedAt}`;
  return atMs > collectedMs + ttlSeconds * 1_000 ? `from ${collectedAt}, good for ${ttlSeconds} s` : undefined;
}

function hashesOf(evidence: readonly Evidence[]): ReadonlySet<string> {
  return new Set(evidence.map(({ sha256 }) => sha256));
}

function worstOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ verdict }) => verdict === undefined)) return 'fail';
  if (findings.some(({ verdict }) => verdict === 'unknown')) return 'unknown';
  return findings.length === 0 ? 'pass' : 'manual';
}

function stop(control: AnyControl, verdict: 'unknown' | 'error', expected: string, observed: string): Judgement {
  return { verdict, findings: [{ verdict: 'unknown', subject: control.id, expected, observed, evidence: [] }] };
}
