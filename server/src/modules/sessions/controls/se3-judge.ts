// SE3, judged: what ends a session really ends it, at once, and leaves alone what it must.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { type Families, judgeFamilies } from '#verification/families.ts';

export const TRIGGERS = 'session.triggers';
export const PLACES = {
  ended: 'a session that was ended',
  password: 'sessions beside a new password',
  factor: 'sessions beside a new factor',
  changed: 'sessions of somebody who changed',
  triggers: 'triggers that end sessions',
} as const;
export const TRIGGER_NAMES = ['member_changed', 'person_suspended', 'session_ended'] as const;

const asked = { accepted: 200, refusals: [401], expected: '401 at once' } as const;
export const FAMILIES: Families = {
  [PLACES.ended]: { ...asked, good: ['the one that is kept'], bad: ['ended by its id', 'ended with all others'] },
  [PLACES.password]: { ...asked, good: ['the one that changed it'], bad: ['another one'] },
  [PLACES.factor]: { ...asked, good: ['the one that enrolled it'], bad: ['another one'] },
  [PLACES.changed]: {
    ...asked,
    good: ['opened afterwards'],
    bad: ['after another role', 'after a suspended membership', 'after a suspended person'],
  },
};

export function judgeEnding(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence
      .filter(({ kind }) => kind === TRIGGERS)
      .flatMap((each) => {
        const firing = factsOf(each).texts('firing');
        return TRIGGER_NAMES.filter((name) => !firing.includes(name)).map((name) =>
          failureOf(each, { expected: `${name} firing`, observed: 'it is missing or switched off' }),
        );
      }),
  ];
}
