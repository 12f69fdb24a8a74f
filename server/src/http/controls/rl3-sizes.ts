// RL3: whatever comes too large, too deep or too slowly is refused, before it costs memory or holds a connection.
import type { Finding } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import { ATTEMPT } from '#verification/asking.ts';
import {
  BODY_SIZE,
  DEPTH,
  HEAD_SIZE,
  LIMIT_NAMES,
  LIMITS,
  type Limits,
  observeLimits,
  SLOW,
  WAITING,
} from './rl3-evidence.ts';
import { sizeFixtures } from './rl3-fixtures.ts';
import { holdSlowHead, SIZES_TRIED, type SizeTarget, trySizes } from './rl3-probe.ts';
import { startSizeTwin } from './rl3-twin.ts';

/** The most that a setting may be; nothing turns a limit off. */
const CEILINGS: Limits = {
  bodyBytesMax: 67_108_864,
  streamBodyBytesMax: 268_435_456,
  headerBytesMax: 65_536,
  headerTimeoutSeconds: 60,
  requestTimeoutSeconds: 600,
  keepAliveSeconds: 600,
  connectionsMax: 65_536,
};
/** What a schema says of a small body: whoever says it of a large one has read all of it. */
const READ = 'request.invalid';
/** No answer while an announced body is missing: the edge would have taken it. */
const isTakenIn = (status: number, code: string | undefined): boolean =>
  (status >= 200 && status < 300) || (code === READ && (status === 400 || status === 422)) || code === WAITING;
const REFUSALS: Readonly<Record<string, readonly number[]>> = {
  [BODY_SIZE]: [413],
  [HEAD_SIZE]: [431],
  [DEPTH]: [400, 413],
};

export const sizeControl = defineControl({
  id: 'RL3',
  title: 'What comes too large, too deep or too slowly is refused',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: LIMITS, vantage: ['host'] },
    { kind: ATTEMPT, vantage: ['inside'], min: SIZES_TRIED + 1 },
  ],
  judge: (evidence) => {
    const tried = evidence
      .filter(({ kind }) => kind === ATTEMPT)
      .map((each) => ({ each, facts: factsOf(each), role: factsOf(each).text('role') }));
    const sizes = tried.filter(({ role }) => role === 'size').map(({ each, facts }) => sizeAttempt(each, facts));
    return [
      ...evidence.filter(({ kind }) => kind === LIMITS).flatMap(judgeLimits),
      ...judgePair({
        good: sizes.filter(({ isLarge }) => !isLarge),
        bad: sizes.filter(({ isLarge }) => isLarge),
        expected: 'refused for its size',
      }),
      ...tried.filter(({ role }) => role === 'slow').flatMap(({ each, facts }) => judgeSlow(each, facts)),
    ];
  },
  remedy:
    'Keep HOLDFAST_BODY_BYTES_MAX, HOLDFAST_HEADER_BYTES_MAX, HOLDFAST_HEADER_TIMEOUT_SECONDS and their like low, and give a proxy in front the same limits.',
  maps: { asvs: ['4.1.1', '5.2.1'], cwe: ['400', '674', '770'], nist80053: ['SC-5'] },
  probe: async (target: SizeTarget, tools) => {
    const { web, config, host } = target;
    if (web === undefined || config === undefined || host === undefined) return [];
    const sizes = await trySizes(web, tools);
    return [tools.evidence(observeLimits(config.limits)), ...sizes, ...(await holdSlowHead(target, tools))];
  },
  twins: [
    { name: 'an edge that reads whatever comes', hits: BODY_SIZE, start: () => startSizeTwin({ isBounded: false }) },
    { name: 'an edge that reads JSON of any depth', hits: DEPTH, start: () => startSizeTwin({ depth: READ }) },
    { name: 'an edge that waits for slow heads', hits: SLOW, start: () => startSizeTwin({}) },
  ],
  fixtures: sizeFixtures,
});

function judgeLimits(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  return LIMIT_NAMES.flatMap((name) => {
    const [value, most] = [facts.number(name), CEILINGS[name]];
    if (value > 0 && value <= most) return [];
    return [failureOf(each, { at: `limit ${name}`, expected: `more than 0, at most ${most}`, observed: `${value}` })];
  });
}

function sizeAttempt(evidence: Evidence, facts: Facts): Attempt & { readonly isLarge: boolean } {
  const [status, code] = [facts.number('status'), facts.findText('code')];
  const isLarge = facts.flag('isLarge');
  const isRefused = REFUSALS[evidence.at]?.includes(status) === true;
  const outcome: Outcome = isTakenIn(status, code) ? 'accepted' : isRefused ? 'refused' : 'other';
  return { evidence, isLarge, outcome, shown: `${status} ${code ?? ''}`.trim() };
}

function judgeSlow(each: Evidence, facts: Facts): readonly Finding[] {
  const [isWatched, isCut, status] = [facts.flag('isWatched'), facts.flag('isCut'), facts.number('status')];
  const expected = 'the connection ended in the configured time, and others served meanwhile';
  if (isWatched && !isCut) return [failureOf(each, { expected, observed: 'it is still open' })];
  if (status === 200) return [];
  return [{ ...failureOf(each, { expected, observed: `${status} to somebody else` }), verdict: 'unknown' }];
}
