// Sabotages of grants: each gives more than was granted, for longer, or to others, and is seen by a test.
import type { Mutation } from '../mutation.ts';

const GRANTS = 'server/src/modules/grants';
const OF_GRANTS = `${GRANTS}/grants.test.ts`;
const HANDING_ON = `${GRANTS}/handing-on.test.ts :: never gives, by any sequence of calls`;
const SQL = 'server/src/db/migrations/0042_grants.sql';
/** Where what holds is decided since there are guests. */
const HELD = 'server/src/db/migrations/0050_grants_guests.sql';
const INVITATIONS = 'server/src/modules/invitations';
const OF_GUESTS = `${INVITATIONS}/guests.test.ts`;

export const grantMutations: readonly Mutation[] = [
  {
    name: 'what-somebody-was-granted-is-told-to-anybody',
    file: `${GRANTS}/of-member-route.ts`,
    find: '{ ...member, owner_user_id: member.user_id }',
    replace: '{ ...member, owner_user_id: personOf(ctx.principal) ?? null }',
    mustTurnRed: `${GRANTS}/of-member.test.ts :: is told to themselves and to who sees all grants`,
  },
  {
    name: 'a-grant-tells-in-which-project-somebody-is',
    file: `${GRANTS}/of-member-route.ts`,
    find: "row.to_kind === 'project' && !seesProjects",
    replace: 'false',
    mustTurnRed: `${GRANTS}/of-member.test.ts :: does not say in which project somebody is`,
  },
  {
    name: 'a-grant-gives-every-level',
    file: 'server/src/kernel/filter-queries.ts',
    find: 'and g.rank >= ${rank})`;',
    replace: 'and g.rank <= 3 and ${rank} > 0)`;',
    mustTurnRed: `${OF_GRANTS} :: let somebody do with one object`,
  },
  {
    name: 'a-grant-is-on-every-object',
    file: 'server/src/kernel/filter-queries.ts',
    find: 'and g.object_id = ${valueOf(id)}',
    replace: 'and ${valueOf(id)}::uuid is not null',
    mustTurnRed: `${OF_GRANTS} :: let somebody do with one object`,
  },
  {
    name: 'grants-never-end',
    file: HELD,
    find: `   where g.org_id = current_org()
     and (g.expires_at is null or g.expires_at > now())`,
    replace: '   where g.org_id = current_org()',
    mustTurnRed: `${OF_GRANTS} :: end by themselves`,
  },
  {
    name: 'a-grant-is-changed-to-any-end',
    file: `${GRANTS}/service.ts`,
    find: 'grant.expires_at : endOf(ctx.now, change.expiresAt);',
    replace: 'grant.expires_at : change.expiresAt === null ? null : new Date(change.expiresAt);',
    mustTurnRed: `${GRANTS}/ends.test.ts :: get another end, or none, by the rules of giving`,
  },
  {
    name: 'lists-ask-for-no-grants',
    file: 'server/src/kernel/authorize.ts',
    find: '  return anyOf([...ownedBy(rows, principal, person), ...grantedTo(rows, principal, person)]);',
    replace: '  return anyOf([...ownedBy(rows, principal, person), ...grantedTo(rows, principal, person).slice(1)]);',
    mustTurnRed: `${GRANTS}/lists.test.ts :: agree for everybody`,
  },
  {
    name: 'grants-are-given-without-holding-them',
    file: `${GRANTS}/service.ts`,
    find: "  if (!(await holdsAll(ctx.tx, principal, needed, on))) throw errors['grant.beyond_yours']();",
    replace: "  if (!(await holdsAll(ctx.tx, principal, needed.slice(9), on))) throw errors['grant.beyond_yours']();",
    mustTurnRed: `${OF_GRANTS} :: are never more than their giver holds`,
  },
  {
    name: 'a-place-in-a-team-gives-what-its-giver-was-not-granted',
    file: 'server/src/modules/teams/service.ts',
    find: '  if (before === undefined) await demandShared(ctx, principal, team);\n',
    replace: '',
    mustTurnRed: `${OF_GRANTS} :: of a team come with a place in it`,
  },
  {
    name: 'an-archived-project-gives-what-was-granted-to-it',
    file: HELD,
    find: ' and j.archived_at is null)',
    replace: ')',
    mustTurnRed: `${OF_GRANTS} :: hold for everybody in a project`,
  },
  {
    name: 'a-project-is-brought-back-with-what-one-does-not-hold',
    file: 'server/src/modules/projects/service.ts',
    find: '  await demandShared(ctx, principal, before);\n',
    replace: '',
    mustTurnRed: `${OF_GRANTS} :: hold for everybody in a project`,
  },
  {
    name: 'grants-outlive-their-object',
    file: SQL,
    find: "create trigger provider_grants_end after delete on provider for each row execute function end_grants('provider');",
    replace: '',
    mustTurnRed: `${OF_GRANTS} :: end with what they are on`,
  },
  {
    name: 'guests-have-what-everybody-has',
    file: HELD,
    find: "(g.to_everybody and m.role <> 'guest')",
    replace: 'g.to_everybody',
    mustTurnRed: `${OF_GUESTS} :: have no part in what is for everybody`,
  },
  {
    name: 'guests-manage-what-they-were-granted',
    file: 'server/src/kernel/permissions.ts',
    find: "(holder === 'guest' && granted !== 'manager')",
    replace: "holder === 'guest'",
    mustTurnRed: `${OF_GUESTS} :: change it where they were invited to`,
  },
  {
    name: 'guests-come-into-what-their-inviter-lost',
    file: `${INVITATIONS}/accept.ts`,
    find: "    if (!(await canShare(tx, roles, authority, on, share))) throw errors['invitation.inviter_lost_right']();\n",
    replace: '',
    mustTurnRed: `${OF_GUESTS} :: are never given more than their inviter holds`,
  },
  {
    name: 'guests-are-invited-into-what-their-inviter-does-not-hold',
    file: `${INVITATIONS}/service.ts`,
    find: '  await demandHeld(ctx, on, grantPermissions.give, [level]);\n  return inviteInto',
    replace: '  return inviteInto',
    mustTurnRed: `${OF_GUESTS} :: are never given more than their inviter holds`,
  },
  {
    name: 'guests-are-placed-in-teams',
    file: 'server/src/db/migrations/0049_members_guests.sql',
    find: 'create trigger team_member_guest before insert on team_member for each row execute function keep_guests_out();\n',
    replace: '',
    mustTurnRed: `${OF_GUESTS} :: have no part in what is for everybody`,
  },
  {
    name: 'a-key-of-the-organization-has-what-was-granted-to-its-people',
    file: 'server/src/modules/api-keys/reach.ts',
    find: "    return kind === 'personal' ? reach : { ...reach, granted: NO_PERMISSIONS };",
    replace: '    return reach;',
    mustTurnRed: 'server/src/modules/api-keys/reach.test.ts :: a key that acts for a person',
  },
  {
    name: 'a-manager-is-made-by-who-ends-no-grants',
    file: 'server/src/kernel/object-kinds.ts',
    find: '(resource === kind || resource === OF_GRANTS),',
    replace: 'resource === kind && resource !== OF_GRANTS,',
    mustTurnRed: HANDING_ON,
  },
  {
    name: 'what-is-shared-is-held-by-everybody',
    file: 'server/src/kernel/grants.ts',
    find: '    if (!(await holdsAll(tx, principal, given, { object: { kind, id } }))) return false;',
    replace:
      '    if (given.length === 0 && !(await holdsAll(tx, principal, given, { object: { kind, id } }))) return false;',
    mustTurnRed: HANDING_ON,
  },
  {
    name: 'a-grant-is-raised-by-who-holds-what-it-was',
    file: `${GRANTS}/service.ts`,
    find: '  await demandHeld(ctx, on, permissions.end, [level, levelOf(grant.rank)]);',
    replace: '  await demandHeld(ctx, on, permissions.end, [levelOf(grant.rank)]);',
    mustTurnRed: HANDING_ON,
  },
  {
    name: 'a-key-acts-for-whoever-may-do-more-than-its-maker',
    file: 'server/src/modules/api-keys/demands.ts',
    find: '    const isTooMuch = exceedsMaker(roles, maker, scopes, role);',
    replace: '    const isTooMuch = maker === undefined && exceedsMaker(roles, maker, scopes, role);',
    mustTurnRed: HANDING_ON,
  },
];
