// AU3: history cannot be rewritten, reordered or cut unnoticed, and somebody looks for it without being asked.
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { chainFixtures } from './au3-fixtures.ts';
import {
  CHAIN,
  CHECKPOINT,
  isSmall,
  type LogTarget,
  lookAtChain,
  lookAtCheckpoint,
  lookAtTree,
  lookAtWatch,
  readCheckpoints,
  TREE,
  WATCH,
} from './au3-look.ts';
import { chainTwins } from './au3-twins.ts';

/** Two rounds that come every hour, and the time one may take. */
const AGE_SECONDS_MAX = 3 * 3_600;

export const hashChainControl = defineControl<LogTarget>({
  id: 'AU3',
  title: 'The audit log cannot be rewritten, reordered or cut unnoticed',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: CHAIN, vantage: ['inside'] },
    { kind: CHECKPOINT, vantage: ['inside'] },
    { kind: TREE, vantage: ['inside'] },
    { kind: WATCH, vantage: ['inside'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => JUDGES[each.kind]?.(each) ?? []),
  remedy:
    'Stop writing to the database past the server, keep the damaged state for an investigation, compare with checkpoints kept elsewhere (docs/guides/verify-the-log.md), and restore a backup from before the change.',
  maps: { asvs: ['16.4.2'], cwe: ['345', '778'], nist80053: ['AU-9', 'AU-9(3)', 'AU-10'] },
  probe: probeLog,
  twins: chainTwins,
  fixtures: chainFixtures,
});

async function probeLog(
  { web, privateWeb, tenants, database, logWatch }: LogTarget,
  tools: ProbeTools,
): Promise<readonly Evidence[]> {
  if (web === undefined || privateWeb === undefined) return [];
  if (tenants === undefined || database === undefined || logWatch === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const checkpoints = await readCheckpoints(database, tools);
  const [chain, checkpoint, watch] = await Promise.all([
    lookAtChain(web, one, isSmall(checkpoints), tools),
    lookAtCheckpoint(web, one, tools),
    lookAtWatch(logWatch, privateWeb, tools),
  ]);
  const tree = await lookAtTree(database, checkpoints, factsOf(checkpoint).text('verifierKey'), tools);
  return [chain, checkpoint, tree, watch].map(tools.evidence);
}

const JUDGES: Readonly<Record<string, (evidence: Evidence) => readonly Finding[]>> = {
  [CHAIN]: judgeChain,
  [CHECKPOINT]: judgeCheckpoint,
  [TREE]: judgeTree,
  [WATCH]: judgeWatch,
};

const EXPECTED: Readonly<Record<string, string>> = {
  sequence: 'places that follow one another without gap',
  previous_hash: 'each entry names the hash of the one before it',
  record_hash: 'each entry has the hash that its content makes',
  clock: 'times that do not go back',
};

function judgeChain(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const said = facts.findText('said');
  const faults = facts.parts('faults').map((fault) => {
    const at = fault.text('at');
    const observed = `broken at place ${fault.number('place')}`;
    return failureOf(evidence, { at, expected: EXPECTED[at] ?? 'a chain that holds', observed });
  });
  // The two flags say how far the look went; that it went nowhere is the doubt below.
  facts.flag('hasGenesis');
  facts.flag('isToItsEnd');
  const isSeen = facts.number('entries') > 0 && facts.flag('isRecomputed');
  return [
    ...faults,
    ...(said === undefined || said === 'whole'
      ? []
      : [failureOf(evidence, { expected: 'the server finds the chain whole', observed: said })]),
    ...(isSeen ? [] : [doubtOf(evidence, 'entries, and what is needed to hash them', 'none')]),
    ...(facts.flag('isAsked') && said === undefined ? [doubtOf(evidence, 'a verdict of the server', 'none')] : []),
  ];
}

function judgeCheckpoint(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  facts.text('verifierKey');
  const signature = facts.text('signature');
  return signature === 'good' ? [] : [failureOf(evidence, { expected: 'a good signature', observed: signature })];
}

function judgeTree(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const [unsigned, wrong] = [facts.number('unsigned'), facts.number('wrongRoots')];
  facts.flag('isRecomputed');
  const expected = 'every checkpoint is signed, and the tree has its root';
  return [
    ...(unsigned === 0 ? [] : [failureOf(evidence, { at: 'checkpoint', expected, observed: `${unsigned} are not` })]),
    ...(wrong === 0 ? [] : [failureOf(evidence, { expected, observed: `${wrong} with another root` })]),
    ...(facts.number('checkpoints') > 0 && facts.number('size') > 0
      ? []
      : [doubtOf(evidence, 'checkpoints to compare with', 'none')]),
  ];
}

function judgeWatch(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  if (!facts.flag('hasEnded')) return [doubtOf(evidence, 'a scheduled verification that has ended', 'none yet')];
  const [age, faults, health] = [facts.number('ageSeconds'), facts.number('faultCount'), facts.text('health')];
  const reasons = facts.texts('reasons').join(', ');
  const isFresh = age >= -60 && age <= AGE_SECONDS_MAX;
  const isTold = facts.flag('hasMetric') && (faults === 0 || health === 'fail damaged');
  return [
    ...(isFresh
      ? []
      : [failureOf(evidence, { expected: `verified within ${AGE_SECONDS_MAX} s`, observed: `${age} s ago` })]),
    ...(faults === 0
      ? []
      : [failureOf(evidence, { at: 'whole log', expected: 'no fault', observed: `${faults}: ${reasons}` })]),
    ...(isTold
      ? []
      : [failureOf(evidence, { at: 'alarm', expected: 'a metric, and health that fails', observed: health })]),
  ];
}

function doubtOf(evidence: Evidence, expected: string, observed: string): Finding {
  return { ...failureOf(evidence, { expected, observed }), verdict: 'unknown' };
}
