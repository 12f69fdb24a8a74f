// Sabotages of roles and teams: each gives somebody what its giver does not hold, or keeps what was taken, and is seen by a test.
import type { Mutation } from '../mutation.ts';

const ROLES = 'server/src/modules/roles';
const TEAMS = 'server/src/modules/teams';
const OF_ROLES = `${ROLES}/roles.test.ts`;
const OF_TEAMS = `${TEAMS}/teams.test.ts`;
const OF_RB1 = 'server/test/controls/gate.test.ts :: RB1 fails on every mutant';
const HANDING_ON = `${TEAMS}/handing-on.test.ts :: never gives, by any sequence of calls`;

export const roleMutations: readonly Mutation[] = [
  {
    name: 'a-role-holds-more-than-its-author',
    file: `${ROLES}/service.ts`,
    find: 'return permission !== undefined && isGivable(permission) && hasBit(reach.all, permission);',
    replace: 'return permission !== undefined && isGivable(permission) && reach !== undefined;',
    mustTurnRed: `${OF_ROLES} :: hold what their author holds`,
  },
  {
    name: 'a-role-holds-what-no-member-may',
    file: `${ROLES}/service.ts`,
    find: 'return permission !== undefined && isGivable(permission) && hasBit(reach.all, permission);',
    replace: 'return permission !== undefined;',
    mustTurnRed: `${OF_ROLES} :: hold what their author holds`,
  },
  {
    name: 'what-is-written-past-the-product-holds',
    file: 'server/src/kernel/permissions.ts',
    find: 'return { ...NO_REACH, all: bitsOf(found.filter(isGivable)) };',
    replace: 'return { ...NO_REACH, all: bitsOf(found) };',
    mustTurnRed: `${OF_ROLES} :: written into the table past the product`,
  },
  {
    name: 'a-role-is-given-by-whoever-may-no-more',
    file: 'server/src/modules/members/acting.ts',
    find: '  const { reach } = await demandActing(ctx.tx, ctx.prepared.roles, known);',
    replace: '  const { reach } = known;',
    mustTurnRed: `${OF_ROLES} :: are not handed on by whoever lost the right`,
  },
  {
    name: 'roles-are-given-by-whoever-lacks-them',
    file: `${ROLES}/give-routes.ts`,
    find: `    demandHolding(ctx.prepared.roles, await demandActingNow(ctx, permissions.give), role.permissions);
    const row = { org_id: getOrg(`,
    replace: '    const row = { org_id: getOrg(',
    mustTurnRed: `${OF_ROLES} :: are not theirs to change, give, take or delete`,
  },
  {
    name: 'roles-are-changed-by-whoever-lacks-them',
    file: `${ROLES}/service.ts`,
    find: '  demandHolding(roles, principal, before.permissions);\n',
    replace: '',
    mustTurnRed: `${OF_ROLES} :: are not theirs to change, give, take or delete`,
  },
  {
    name: 'a-team-is-filled-without-holding-its-roles',
    file: `${TEAMS}/service.ts`,
    find: '  if (before === undefined || isLead) {',
    replace: '  if (isLead) {',
    mustTurnRed: `${OF_TEAMS} :: are not theirs to fill`,
  },
  {
    name: 'a-lead-who-was-just-taken-out-fills-the-team',
    file: `${TEAMS}/queries.ts`,
    find: `  await tx.selectFrom('team').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  return findTeam(tx, id, memberId);`,
    replace: "  return shown(tx, memberId).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();",
    mustTurnRed: `${TEAMS}/meanwhile.test.ts :: who is taken out while their call waits`,
  },
  {
    name: 'leads-make-leads',
    file: `${TEAMS}/service.ts`,
    find: '  if (isLead !== (before?.is_lead ?? false)) demandManaging(principal, team);\n',
    replace: '',
    mustTurnRed: `${OF_TEAMS} :: are filled by their leads`,
  },
  {
    name: 'a-role-of-a-team-is-given-by-whoever-lacks-it',
    file: `${TEAMS}/place-routes.ts`,
    find: `    demandHolding(ctx.prepared.roles, await demandActingNow(ctx, rolePermissions.give), role.permissions);
    const row = { org_id`,
    replace: '    const row = { org_id',
    mustTurnRed: HANDING_ON,
  },
  {
    name: 'rb1-does-not-mind-an-owner-who-acts-as-the-host',
    file: `${ROLES}/controls/rb1-judge.ts`,
    find: '    ...evidence.filter(({ kind }) => kind === HOST).flatMap(judgeHost),\n',
    replace: '',
    mustTurnRed: OF_RB1,
  },
  {
    name: 'rb1-takes-what-is-not-there-for-a-refusal',
    file: `${ROLES}/controls/rb1-judge.ts`,
    find: "  return status === 403 ? 'refused' : 'other';",
    replace: "  return status === 403 || status === 500 ? 'refused' : 'other';",
    mustTurnRed: OF_RB1,
  },
  {
    name: 'a-preview-forgets-what-is-held-otherwise',
    file: `${ROLES}/explain.ts`,
    find: 'return permission !== undefined && isGivable(permission) && !hasBit(other.all, permission);',
    replace: 'return permission !== undefined && isGivable(permission) && other !== undefined;',
    mustTurnRed: `${OF_ROLES} :: are previewed`,
  },
  {
    name: 'open-streams-outlast-a-role',
    file: 'server/src/db/migrations/0030_teams.sql',
    find: 'create trigger member_role_changed after insert or delete on member_role',
    replace: 'create trigger member_role_changed after insert on member_role',
    mustTurnRed: `${OF_TEAMS} :: move the epoch of the organization`,
  },
  {
    name: 'leads-of-a-team-are-not-told-apart',
    file: `${TEAMS}/queries.ts`,
    find: "where('team_member.is_lead', '=', asked.place === 'lead')",
    replace: "where('team_member.is_lead', '=', true)",
    mustTurnRed: `${OF_TEAMS} :: are told to who reads them by names, roles and places`,
  },
  {
    name: 'a-button-asks-for-one-of-two-permissions',
    file: 'console/src/api/session.ts',
    find: 'return lacking(session, id).length === 0;',
    replace: 'return lacking(session, id).length < Math.max(1, places[id].permissions.length);',
    mustTurnRed: 'console/src/api/session.test.ts :: an operation that checks two things asks for both',
    isQuick: true,
  },
];
