// AU2: no secret is ever in the log or in the audit log, wherever in a request it stood.
import type { Finding } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { secretsFixtures } from './au2-fixtures.ts';
import { ENTRIES, LINES, lookForSecrets, SCANNER, type SecretsTarget } from './au2-look.ts';
import { secretsTwins } from './au2-twins.ts';

export const noSecretsControl = defineControl<SecretsTarget>({
  id: 'AU2',
  title: 'No secret is ever in the log or in the audit log',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: LINES, vantage: ['inside'] },
    { kind: ENTRIES, vantage: ['inside'] },
    { kind: SCANNER, vantage: ['inside'] },
  ],
  judge: (evidence) => evidence.flatMap((each) => JUDGES[each.kind]?.(each) ?? []),
  remedy:
    'Give log events and audit facts declared fields only, and secrets the type that fits into none of them; replace the secrets that were written, and the logs that hold them.',
  maps: { asvs: ['16.2.5'], cwe: ['532'], nist80053: ['AU-3(3)'] },
  probe: lookForSecrets,
  twins: secretsTwins,
  fixtures: secretsFixtures,
});

const JUDGES: Readonly<Record<string, (evidence: Evidence) => readonly Finding[]>> = {
  [LINES]: judgeLines,
  [ENTRIES]: judgeEntries,
  [SCANNER]: judgeScanner,
};

function judgeLines(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  facts.number('lines');
  const isBlind = facts.flag('tellsRequests') && !facts.flag('hasMarker');
  return [...foundIn(evidence), ...(isBlind ? [blindTo(evidence)] : [])];
}

function judgeEntries(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  facts.number('entries');
  const odd = facts.parts('uses').filter((use) => !isAnswer(use.number('status')));
  return [
    ...foundIn(evidence),
    ...(facts.flag('hasMarker') ? [] : [blindTo(evidence)]),
    ...odd.map((use) =>
      doubtOf(evidence, 'secrets that reach the server', `${use.text('place')}: ${use.number('status')}`),
    ),
    ...(facts.parts('uses').length >= USES_MIN ? [] : [doubtOf(evidence, 'secrets in every place', 'fewer places')]),
  ];
}

const USES_MIN = 13;

/** What a limit or a crash kept out was never used. */
function isAnswer(status: number): boolean {
  return status >= 200 && status < 500 && status !== 429;
}

function judgeScanner(evidence: Evidence): readonly Finding[] {
  const facts = factsOf(evidence);
  const left = facts.texts('left');
  return [
    ...left.map((observed) => failureOf(evidence, { expected: 'it masks what has the shape of a secret', observed })),
    ...(facts.flag('keepsTheRest') ? [] : [doubtOf(evidence, 'a scanner that keeps the rest', 'all is gone')]),
    ...(facts.texts('planted').length > 0 ? [] : [doubtOf(evidence, 'secrets to mask', 'none')]),
  ];
}

function foundIn(evidence: Evidence): readonly Finding[] {
  return factsOf(evidence)
    .texts('found')
    .map((observed) => failureOf(evidence, { expected: 'no secret', observed }));
}

/** Nothing was found, and nothing would have been. */
function blindTo(evidence: Evidence): Finding {
  return doubtOf(evidence, 'the harmless marker that was used beside the secrets', 'it is not there');
}

function doubtOf(evidence: Evidence, expected: string, observed: string): Finding {
  return { ...failureOf(evidence, { expected, observed }), verdict: 'unknown' };
}
