// Sabotages of who comes into an organization, what they may do to each other, and what ends with them.
import type { Mutation } from '../mutation.ts';

const MEMBERS = 'server/src/modules/members';
const MEMBERSHIPS = 'server/src/modules/memberships';
const MEANWHILE = `${MEMBERSHIPS}/removed-meanwhile.test.ts`;
const HOMES = 'server/src/modules/sessions/home.test.ts';
const INVITATIONS = 'server/src/modules/invitations';

export const memberMutations: readonly Mutation[] = [
  {
    name: 'a-change-of-role-keeps-silent-about-what-is-kept',
    file: 'server/src/modules/memberships/service.ts',
    find: 'keeps: showHeldRoles(held) };',
    replace: 'keeps: showHeldRoles(held.filter(({ team_id: team }) => team === null)) };',
    mustTurnRed: 'server/src/modules/memberships/members.test.ts :: keep custom roles when their role changes',
  },
  {
    name: 'everybody-makes-owners',
    file: `${MEMBERS}/authority.ts`,
    find: "(other.role !== 'owner' || actor.role === 'owner')",
    replace: "(other.role !== 'owner' || actor.role !== undefined)",
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: are made owners by owners alone, whatever a role of the organization gives`,
  },
  {
    name: 'rights-beyond-ones-own-are-given',
    file: `${MEMBERS}/authority.ts`,
    find: 'reachCovers(actor.reach, other.reach)',
    replace: 'reachCovers(actor.reach, actor.reach)',
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: who hold more than an admin by a role of the organization are beyond an admin`,
  },
  {
    name: 'a-caller-is-what-they-were',
    file: `${MEMBERS}/authority.ts`,
    find: 'if (standing?.role !== principal.role)',
    replace: 'if (standing === undefined)',
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: get nothing from an admin who was demoted between the look at the session and the change`,
  },
  {
    name: 'inviters-are-not-asked-again',
    file: `${INVITATIONS}/accept.ts`,
    find: 'if (inviter === undefined || person === undefined || !mayInvite(roles, inviter, found.role))',
    replace: 'if (inviter === undefined || person === undefined)',
    mustTurnRed: `${INVITATIONS}/invitations.test.ts :: is refused when the inviter holds less than the role meanwhile`,
  },
  {
    name: 'a-suspension-is-missed-on-the-way-in',
    file: 'server/src/modules/sessions/service.ts',
    find: 'if (!(await lockPerson(tx))) throw',
    replace: 'if (!(await lockPerson(tx)) && password === undefined) throw',
    mustTurnRed:
      'server/src/modules/identity/suspend.test.ts :: gets in by no sign-in, reset or invitation that was under way',
  },
  {
    name: 'secrets-of-the-operator-are-everybodys',
    file: 'server/src/modules/providers/service.ts',
    find: 'isTheirs && tools.secretReferences',
    replace: '(isTheirs || baseUrl.length > 0) && tools.secretReferences',
    mustTurnRed: `${HOMES} :: has nothing that the operator set up for the installation: no secret by reference, and no findings of the controls`,
  },
  {
    name: 'findings-of-the-installation-are-everybodys',
    file: 'server/src/modules/verification/routes.ts',
    find: 'if (orgId !== undefined && (await isPersonal(tools.lookup, orgId)))',
    replace: 'if (orgId === undefined && (await isPersonal(tools.lookup, String(orgId))))',
    mustTurnRed: `${HOMES} :: has nothing that the operator set up for the installation: no secret by reference, and no findings of the controls`,
  },
  {
    name: 'links-outlive-a-suspension',
    file: 'server/src/modules/identity/suspend-routes.ts',
    find: "if (status === 'suspended') await",
    replace: "if (status === 'suspended' && !changed) await",
    mustTurnRed:
      'server/src/modules/identity/suspend.test.ts :: has no use of links from before, when it is let in again',
  },
  {
    name: 'invitations-stay-open',
    file: `${INVITATIONS}/accept.ts`,
    find: "await endInvitation(tx, row.id, 'accepted', now);",
    replace: "await endInvitation(tx, row.invited_by, 'accepted', now);",
    mustTurnRed: `${INVITATIONS}/once.test.ts :: by strangers make one account and one membership`,
  },
  {
    name: 'mailboxes-are-flooded',
    file: `${INVITATIONS}/mails.ts`,
    find: 'const waits = taken.filter(({ allowed }) => !allowed)',
    replace: 'const waits = taken.filter(({ allowed }) => allowed === undefined)',
    mustTurnRed: `${INVITATIONS}/budgets.test.ts :: mails an address three times at once at most`,
  },
  {
    name: 'the-last-owner-goes',
    file: `${MEMBERSHIPS}/service.ts`,
    find: "if (!owners.some((id) => id !== member.id)) throw errors['member.last_owner']();",
    replace: "if (owners.length === 0) throw errors['member.last_owner']();",
    mustTurnRed: `${MEMBERSHIPS}/last-owner.test.ts :: cannot leave, be demoted, suspended or removed`,
  },
  {
    name: 'an-owner-goes-past-the-product',
    file: 'server/src/db/migrations/0031_members_last_owner.sql',
    find: "when (old.role = 'owner' and old.status = 'active')",
    replace: "when (old.role = 'owner' and old.status = 'suspended')",
    mustTurnRed: `${MEMBERSHIPS}/last-owner.test.ts :: stays in the database past every rule of the product`,
  },
  {
    name: 'invitations-outlive-their-maker',
    file: `${INVITATIONS}/service.ts`,
    find: "for (const { id } of lost) await endInvitation(tx, id, 'canceled', now);",
    replace: "for (const { id } of lost.slice(1)) await endInvitation(tx, id, 'canceled', now);",
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: sign in again after their role changed, and lose what rested on the old one`,
  },
  {
    name: 'leavers-revoke-keys-of-the-organization',
    file: `${MEMBERSHIPS}/ended.ts`,
    find: 'if (!hasBit(actor.reach.all, apiKeyPermissions.revoke))',
    replace: 'if (!hasBit(actor.reach.all, apiKeyPermissions.revoke) && member.id !== actor.memberId)',
    mustTurnRed: `${MEMBERSHIPS}/organization-keys.test.ts :: are not revoked by a leaver who may revoke none`,
  },
  {
    name: 'places-in-teams-end-in-silence',
    file: `${MEMBERSHIPS}/ended.ts`,
    find: 'const teams = await countPlacesOf(ctx.tx, member.id);',
    replace: 'const teams = 0;',
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: who go lose their places in teams and their roles`,
  },
  {
    name: 'custom-roles-end-in-silence',
    file: `${MEMBERSHIPS}/ended.ts`,
    find: 'const roles = await countRolesOf(ctx.tx, member.id);',
    replace: 'const roles = 0;',
    mustTurnRed: `${MEMBERSHIPS}/members.test.ts :: who go lose their places in teams and their roles`,
  },
  {
    name: 'an-offer-of-who-is-no-owner-holds',
    file: `${MEMBERSHIPS}/ownership.ts`,
    find: "giver.role !== 'owner' || giver.status",
    replace: "giver.role === 'viewer' || giver.status",
    mustTurnRed: `${MEMBERSHIPS}/ownership.test.ts :: goes to nobody when the giver is no owner any more`,
  },
  {
    name: 'who-is-just-being-removed-is-still-there',
    file: 'server/src/modules/members/acting.ts',
    find: '  await lockMemberships(tx);\n  return findMember(tx, id);',
    replace: '  return findMember(tx, id);',
    mustTurnRed: `${MEANWHILE} :: is nobody for role.give`,
  },
  {
    name: 'who-is-just-being-demoted-offers-the-ownership',
    file: `${MEMBERSHIPS}/ownership.ts`,
    find: '  await lockMemberships(tx);\n  const actor = await demandActor(tx, prepared.roles',
    replace: '  const actor = await demandActor(tx, prepared.roles',
    mustTurnRed: `${MEANWHILE} :: is no owner any more`,
  },
  {
    name: 'who-is-just-being-removed-makes-a-project',
    file: 'server/src/modules/projects/service.ts',
    find: '  await demandActingNow(ctx, permissions.create);\n',
    replace: '',
    mustTurnRed: `${MEANWHILE} :: makes no project`,
  },
  {
    name: 'homes-for-who-belongs-somewhere',
    file: 'server/src/db/migrations/0054_organizations_personal.sql',
    find: '  select not exists (select from member m where m.user_id = person_id)',
    replace: '  select true',
    mustTurnRed: `${HOMES} :: is not for who is in an organization`,
  },
  {
    name: 'homes-without-number',
    file: 'server/src/db/migrations/0054_organizations_personal.sql',
    find: 'create unique index organization_personal',
    replace: 'create index organization_personal',
    mustTurnRed: `${HOMES} :: is one, of fifty sign-ins at once`,
  },
];
