// RB1, judged: each built-in role does what it is for and nothing of the next one, and a right by a role or a team is one right for as long.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import { type Families, type Family, judgeFamilies } from '#verification/families.ts';

export const CATALOG = 'http.declared_operations';
export const SWEEP = 'http.operations_beyond_a_role';
export const HOST = 'http.operations_of_nobody';

export const PLACES = {
  members: 'members, listed',
  keys: 'a key of one’s own, made',
  log: 'the audit log, read',
  teams: 'a team, made',
  emergency: 'the emergency credential, seen',
  role: 'a right, given by a role',
  team: 'a right, given by a team',
  object: 'an object, granted to a team',
  beyond: 'operations beyond a viewer',
  host: 'operations that no role holds',
  catalog: 'operations as they are declared',
} as const;

/** What a viewer may not do is never so little that this many operations are not in it. */
export const BEYOND_MIN = 5;

const family = (accepted: number, refusal: number, good: readonly string[], bad: readonly string[]): Family => ({
  accepted,
  refusals: [refusal],
  expected: `${refusal}`,
  good,
  bad,
});

const [viewer, member, admin, owner] = ['by a viewer', 'by a member', 'by an admin', 'by an owner'];

export const FAMILIES: Families = {
  [PLACES.members]: family(200, 401, [viewer, member, admin, owner], ['by nobody']),
  [PLACES.keys]: family(201, 403, [member, admin, owner], [viewer]),
  [PLACES.log]: family(200, 403, [admin, owner], [viewer, member]),
  [PLACES.teams]: family(201, 403, [admin, owner], [viewer, member, 'by a viewer with a role of something else']),
  [PLACES.emergency]: family(200, 403, [owner], [viewer, member, admin]),
  [PLACES.role]: family(200, 403, ['by who has it'], ['before it was given', 'after it was taken']),
  [PLACES.team]: family(200, 403, ['by who is in it'], ['before', 'after the team lost the role', 'after leaving']),
  [PLACES.object]: family(200, 404, ['by who is in it'], ['before', 'after leaving']),
};

export function judgeRoles(evidence: readonly Evidence[]): readonly Finding[] {
  return [
    ...judgeFamilies(evidence, FAMILIES),
    ...evidence.filter(({ kind }) => kind === SWEEP).flatMap(judgeSweep),
    ...evidence.filter(({ kind }) => kind === HOST).flatMap(judgeHost),
    ...evidence.filter(({ kind }) => kind === CATALOG).flatMap(judgeCatalog),
  ];
}

/** What is declared for owners and not for viewers is refused to viewers, each operation of it. */
function judgeSweep(each: Evidence): readonly Finding[] {
  const operations = factsOf(each)
    .parts('operations')
    .map((one) => ({ id: one.text('id'), viewer: one.number('viewer'), owner: one.number('owner') }));
  const expected = '403 for a viewer';
  const found = operations.flatMap(({ id, viewer, owner }) =>
    judgePair({
      good: [{ evidence: each, outcome: passage(owner), shown: `${id} ${owner} for an owner` }],
      bad: [{ evidence: each, outcome: passage(viewer), shown: `${id} ${viewer}` }],
      expected,
    }),
  );
  return operations.length < BEYOND_MIN ? [...found, tooFew(each, operations.length)] : found;
}

/** What is declared for no role is refused to owners too, while they are let in otherwise. */
function judgeHost(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const operations = facts.parts('operations').map((one) => ({ id: one.text('id'), owner: one.number('owner') }));
  const own = facts.number('own');
  return judgePair({
    good: [{ evidence: each, outcome: passage(own), shown: `${own} for their own session` }],
    bad: operations.map(({ id, owner }) => ({ evidence: each, outcome: passage(owner), shown: `${id} ${owner}` })),
    expected: '403 for an owner',
  });
}

const PAST_THE_DOOR = [400, 404, 422];

/** Whether a request came past the door: what is said of its form, or of what there is, is said behind it. */
function passage(status: number): Outcome {
  if (PAST_THE_DOOR.includes(status) || (status >= 200 && status < 300)) return 'accepted';
  return status === 403 ? 'refused' : 'other';
}

function tooFew(each: Evidence, count: number): Finding {
  const expected = `at least ${BEYOND_MIN} operations tried`;
  return { ...failureOf(each, { expected, observed: `${count}` }), verdict: 'unknown' };
}

/** Nothing is served that asks for no permission and gives no reason. */
function judgeCatalog(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const count = facts.number('operations');
  const open = facts
    .texts('open')
    .map((observed) => failureOf(each, { expected: 'a permission, or the reason why everybody may', observed }));
  if (count > 0) return open;
  return [...open, { ...failureOf(each, { expected: 'operations', observed: 'none' }), verdict: 'unknown' }];
}
