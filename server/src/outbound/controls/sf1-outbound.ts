// SF1: no request of the server reaches a place that an attacker could not reach without it.
import type { Finding } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, badAttempts, goodAttempts, liveAttempts } from './sf1-attempts.ts';
import { outboundFixtures } from './sf1-fixtures.ts';
import { CLIENT, type OutboundTarget, probeOutbound, RULES } from './sf1-probe.ts';
import { outboundTwins } from './sf1-twins.ts';

/** Answers that say nothing of the policy. Every other one than the expected means that it let the request through. */
const DOUBTFUL = new Set(['closed', 'busy', 'aborted', 'aborted after sending', 'request', 'resolve', 'none']);

const CAPS: readonly (readonly [at: string, fact: string, max: number])[] = [
  ['cap of size', 'bodyBytesMax', 10_485_760],
  ['cap of time', 'totalMs', 60_000],
  ['cap of redirects', 'redirectsMax', 3],
];

export const outboundControl = defineControl<OutboundTarget>({
  id: 'SF1',
  title: 'No outbound request reaches a private, internal or metadata address',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: CLIENT, vantage: ['inside'], min: 2 },
    { kind: RULES, vantage: ['inside'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => (each.kind === RULES ? judgeRules(each) : judgeClient(each))),
  remedy:
    'Let every request go through the outbound client; list single private targets with their port in HOLDFAST_OUTBOUND_ALLOW and nothing wider.',
  maps: { asvs: ['1.3.6'], cwe: ['918'] },
  probe: probeOutbound,
  twins: outboundTwins,
  fixtures: outboundFixtures,
});

function judgeClient(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const isLive = evidence.subject === 'the running client';
  const reached = facts.number('reached');
  const came = reached === 0 ? [] : [requestsCame(evidence, isLive, reached)];
  const answerTo = (name: string): string => facts.part('answers').findText(name) ?? 'none';
  return [
    ...came,
    ...(isLive ? liveAttempts : badAttempts).flatMap((each) => judgeBad(evidence, each, answerTo(each.name))),
    ...(isLive ? [] : goodAttempts.flatMap((each) => judgeGood(evidence, each, answerTo(each.name)))),
  ];
}

function requestsCame(evidence: Evidence, isLive: boolean, reached: number): Finding {
  const at = isLive ? 'a server on loopback' : 'a redirect to loopback';
  return failureOf(evidence, { at, expected: 'no request comes through to it', observed: `${reached} did` });
}

function judgeBad(evidence: Evidence, { name, expected }: Attempt, answer: string): readonly Finding[] {
  if (expected.includes(answer)) return [];
  const found = failureOf(evidence, { at: name, expected: `refused: ${expected.join(' or ')}`, observed: answer });
  return [DOUBTFUL.has(answer) ? { ...found, verdict: 'unknown' } : found];
}

/** That nothing works at all is no proof of a policy. */
function judgeGood(evidence: Evidence, { name, expected }: Attempt, answer: string): readonly Finding[] {
  if (expected.includes(answer)) return [];
  return [{ ...failureOf(evidence, { at: name, expected: expected[0], observed: answer }), verdict: 'unknown' }];
}

function judgeRules(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  // The lists are evidence: a change of them is drift. That they can be read is all that is asked of them here.
  facts.texts('allow');
  facts.texts('deny');
  facts.findText('proxy');
  return CAPS.flatMap(([at, fact, max]) => {
    const value = facts.number(fact);
    if (value >= 1 && value <= max) return [];
    return [failureOf(evidence, { at, expected: `1 to ${max}`, observed: String(value) })];
  });
}
