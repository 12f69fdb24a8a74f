// CN2: unsafe configurations of an exposed deployment are refused, each with what to fix, and the template holds no secret.
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Attempt, judgePair } from '@holdfast/controls/paired.ts';
import type { Keys, StartAnswer, StartRules } from '#verification/instance.ts';
import { exampleEnvironment } from '../reference.ts';
import type { Config } from '../shape.ts';
import { ANSWERS, startFixtures, TEMPLATE, TTL_SECONDS } from './cn2-fixtures.ts';
import { readTemplate } from './template-facts.ts';
import { type Changes, PRESENT, SOUND, soundExposed, unsafeStarts } from './unsafe-starts.ts';

type Target = {
  readonly config?: Pick<Config, 'exposed'>;
  readonly keys?: Keys;
  readonly startRules?: StartRules;
  /** The environment template that the product hands out; its own unless told. */
  readonly template?: string;
};

/** By name: what the refusal of each must be about. */
const UNSAFE: ReadonlyMap<string, string> = new Map(unsafeStarts().map(({ name, names }) => [name, names]));

export const unsafeStartsControl = defineControl<Target>({
  id: 'CN2',
  title: 'An exposed server with an unsafe configuration does not start, and says what to fix',
  severity: 'high',
  waivable: false,
  boot: 'refuse',
  needs: [
    { kind: ANSWERS, vantage: ['inside'], min: 2 },
    { kind: TEMPLATE, vantage: ['inside'] },
  ],
  judge: (evidence) => [
    ...judgeAnswers(evidence.filter(({ kind }) => kind === ANSWERS)),
    ...evidence.filter(({ kind }) => kind === TEMPLATE).flatMap(judgeTemplate),
  ],
  remedy:
    'Set what `holdfast config check` names, until the present configuration is accepted. If an unsafe one is accepted, the release is broken: go back to the one before.',
  maps: { asvs: ['13.4.2'], cwe: ['16', '1188'], nist80053: ['CM-6', 'CM-7'] },
  probe: probeStarts,
  twins: [
    { name: 'a start that refuses nothing', hits: 'HOLDFAST_PUBLIC_URL', target: twinWith(() => accepted) },
    {
      name: 'a start that refuses without a reason',
      hits: 'HOLDFAST_CORS_ORIGINS',
      target: twinWith((changes) => ({ ...accepted, isAccepted: !('HOLDFAST_CORS_ORIGINS' in changes) })),
    },
    {
      name: 'a template with a secret in it',
      hits: 'a secret',
      target: { ...twinWith(() => accepted), template: '#HOLDFAST_METRICS_CREDENTIAL=the-same-for-everybody\n' },
    },
  ],
  fixtures: startFixtures(UNSAFE),
});

/** An answer as if it were evidence of its own, so that what is said about it points at its setting. */
type Answer = {
  readonly name: string;
  readonly isAccepted: boolean;
  readonly faults: readonly Facts[];
  readonly from: Evidence;
};

function judgeAnswers(evidence: readonly Evidence[]): readonly Finding[] {
  const answers = evidence.flatMap((each) =>
    factsOf(each)
      .parts('answers')
      .map((facts) => answerOf(facts, each)),
  );
  const named = (name: string): readonly Answer[] => answers.filter((each) => each.name === name);
  const unsafe = [...UNSAFE.keys()].flatMap(named);
  const missing = [PRESENT, ...UNSAFE.keys()].filter((name) => named(name).length !== 1);
  return [
    ...named(PRESENT)
      .filter(({ isAccepted }) => !isAccepted)
      .map(refusedPresent),
    ...judgePair({ good: named(SOUND).map(attemptOf), bad: unsafe.map(attemptOf), expected: 'a refused start' }),
    ...unsafe.filter(({ isAccepted }) => !isAccepted).flatMap(judgeRefusal),
    ...missing.map((name) => unseen(name, evidence)),
  ];
}

function answerOf(facts: Facts, each: Evidence): Answer {
  const name = facts.text('name');
  const from = { ...each, subject: name, at: UNSAFE.get(name) ?? each.at };
  return { name, isAccepted: facts.flag('isAccepted'), faults: facts.parts('faults'), from };
}

/** Whatever is not accepted is a refusal; whether it is one for the right reason is judged apart. */
function attemptOf(answer: Answer): Attempt {
  const { from, isAccepted } = answer;
  return isAccepted
    ? { evidence: from, outcome: 'accepted', shown: 'an accepted start' }
    : { evidence: from, outcome: 'refused', shown: reasonsOf(answer) };
}

function refusedPresent(answer: Answer): Finding {
  return failureOf(answer.from, { expected: 'a configuration that would start again', observed: reasonsOf(answer) });
}

function judgeRefusal(answer: Answer): readonly Finding[] {
  const wanted = UNSAFE.get(answer.name) ?? '';
  const isNamed = (fault: Facts): boolean =>
    fault.text('key') === wanted && fault.text('problem').trim() !== '' && fault.text('fix').trim() !== '';
  if (answer.faults.some(isNamed)) return [];
  return [failureOf(answer.from, { expected: `a refusal naming ${wanted} and its fix`, observed: reasonsOf(answer) })];
}

function reasonsOf({ faults }: Answer): string {
  return faults.length === 0
    ? 'refused without a reason'
    : `refused for ${faults.map((each) => each.text('key')).join(', ')}`;
}

function unseen(subject: string, evidence: readonly Evidence[]): Finding {
  const hashes = evidence.map(({ sha256 }) => sha256);
  return { verdict: 'unknown', subject, expected: 'one answer to it', observed: 'none, or several', evidence: hashes };
}

function judgeTemplate(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [active, secrets] = [facts.texts('active'), facts.texts('secrets')];
  return [
    ...(facts.number('settings') > 0
      ? []
      : [failureOf(each, { at: 'settings', expected: 'settings to choose from', observed: 'none' })]),
    ...(active.length === 0
      ? []
      : [failureOf(each, { at: 'an active setting', expected: 'comments alone', observed: active.join(', ') })]),
    ...(secrets.length === 0
      ? []
      : [failureOf(each, { at: 'a secret', expected: 'paths of secret files alone', observed: secrets.join(', ') })]),
  ];
}

async function probeStarts(target: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { config, keys, startRules, template = exampleEnvironment() } = target;
  if (config === undefined || keys === undefined || startRules === undefined) return [];
  const ask = async (name: string, changes: Changes, argv?: readonly string[]) => {
    const { isAccepted, faults } = await startRules.assess(changes, argv);
    return { name, isAccepted, faults: faults.map(({ key, problem, fix }) => ({ key, problem, fix })) };
  };
  const sound = soundExposed(config, keys.masterKeyPath);
  const sane = [await ask(PRESENT, {}), await ask(SOUND, sound)];
  const unsafe = [];
  for (const { name, changes, argv } of unsafeStarts()) unsafe.push(await ask(name, { ...sound, ...changes }, argv));
  const shared = { vantage: 'inside', ttlSeconds: TTL_SECONDS } as const;
  const seal = (subject: string, answers: typeof sane): Evidence =>
    tools.evidence({
      ...shared,
      kind: ANSWERS,
      subject,
      at: 'start',
      data: { answers },
      reproduce: 'holdfast config check',
    });
  const data = readTemplate(template);
  return [
    seal('starts that must go on', sane),
    seal('starts that must be refused', unsafe),
    tools.evidence({ ...shared, kind: TEMPLATE, subject: 'environment template', at: 'a secret', data }),
  ];
}

const accepted: StartAnswer = { isAccepted: true, faults: [] };

function twinWith(answer: (changes: Changes) => StartAnswer): Target {
  return {
    config: { exposed: true },
    keys: { masterKeyPath: '/nowhere', environment: 'twin', loaded: () => [] },
    startRules: { secretFiles: [], assess: (changes) => Promise.resolve(answer(changes)) },
  };
}
