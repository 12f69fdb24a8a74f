// What ends with a membership, or with rights that somebody had in it: ended in one place, counted, and said in reply and log alike.
//
// This module stands above those whose things end, and asks each of them in turn. Sessions, keys, places, roles and grants go by triggers and
// foreign keys with the row itself, whoever deletes it; what is counted here is what they take along.
import type { OrgTx } from '#db/scope.ts';
import type { Context, Facts } from '#kernel/context.ts';
import { hasBit, type Roles } from '#kernel/permissions.ts';
import {
  apiKeyPermissions,
  countLiveKeysOf,
  findOrganizationKeysOf,
  handOverOrganizationKeysOf,
  revokeOrganizationKeysOf,
} from '#modules/api-keys.ts';
import { countGrantsOf } from '#modules/grants.ts';
import { endInvitationsOf } from '#modules/invitations.ts';
import {
  type Acting,
  errors as memberErrors,
  findActiveStanding,
  findMember,
  type Standing,
} from '#modules/members.ts';
import { listPlacesOf } from '#modules/projects.ts';
import { countRolesOf } from '#modules/roles.ts';
import { listMemberSessions } from '#modules/sessions.ts';
import { countPlacesOf } from '#modules/teams.ts';
import { type Departure, type Ended, errors } from './model.ts';
import { deleteOffersOf } from './queries.ts';

type Ending = Pick<Context<OrgTx, Roles>, 'tx' | 'now' | 'prepared' | 'raiseEpoch'>;
type Leaving = { readonly id: string; readonly user_id: string };

/** With the whole membership: its row is still there, and is deleted next. */
export async function endAll(ctx: Ending, member: Leaving, actor: Acting, choice: Departure): Promise<Ended> {
  const settled = await settleOrganizationKeys(ctx, member, actor, choice);
  const apiKeys = await countLiveKeysOf(ctx.tx, member.user_id);
  const projects = (await listPlacesOf(ctx.tx, member.user_id)).length;
  const teams = await countPlacesOf(ctx.tx, member.id);
  const roles = await countRolesOf(ctx.tx, member.id);
  const grants = await countGrantsOf(ctx.tx, member.id);
  return { ...(await endRights(ctx, member, undefined)), apiKeys, teams, projects, roles, grants, ...settled };
}

type Settled = Pick<Ended, 'organizationKeys' | 'keysHandedOver'>;

/**
 * Keys of the organization outlive people, so whoever takes a member out says what becomes of theirs. Throws
 * `member.has_organization_keys` with all of them where nobody said; who may not revoke keys hands them over.
 */
async function settleOrganizationKeys(
  ctx: Ending,
  member: Leaving,
  actor: Acting,
  { organizationKeys: choice, handOverTo }: Departure,
): Promise<Settled> {
  const keys = await findOrganizationKeysOf(ctx.tx, member.user_id);
  if (keys.length === 0) return { organizationKeys: 0, keysHandedOver: 0 };
  if (choice === undefined) {
    const fields = keys.map(({ id, name }) => ({ pointer: '/query/organizationKeys', message: `${name} (${id})` }));
    throw errors['member.has_organization_keys']({ fields });
  }
  if (choice === 'hand_over') {
    const successor = await demandSuccessor(ctx, member, handOverTo);
    const handedOver = await handOverOrganizationKeysOf(ctx, member.user_id, successor);
    return { organizationKeys: 0, keysHandedOver: handedOver.length };
  }
  if (!hasBit(actor.reach.all, apiKeyPermissions.revoke)) throw memberErrors['member.beyond_yours']();
  const revoked = await revokeOrganizationKeysOf(ctx, member.user_id);
  return { organizationKeys: revoked.length, keysHandedOver: 0 };
}

/** The person of another member who can act. */
async function demandSuccessor(
  { tx, prepared: roles }: Ending,
  leaver: Leaving,
  id: string | undefined,
): Promise<string> {
  const isActive = id !== undefined && (await findActiveStanding(tx, roles, id)) !== undefined;
  const successor = isActive ? await findMember(tx, id) : undefined;
  if (successor === undefined || successor.id === leaver.id || successor.role === 'guest')
    throw errors['member.unfit_successor']();
  return successor.user_id;
}

/** With rights that change: keys stay, since they reach what their person reaches; `next` is undefined for who reaches nothing now. */
export async function endRights(ctx: Ending, member: Pick<Leaving, 'id'>, next: Standing | undefined): Promise<Ended> {
  const { tx, now, prepared: roles } = ctx;
  const sessions = (await listMemberSessions(tx, member.id)).length;
  const invitations = await endInvitationsOf(tx, roles, { memberId: member.id, standing: next }, now);
  return { ...NOTHING, sessions, invitations, ownershipOffers: await deleteOffersOf(tx, member.id) };
}

export const NOTHING: Ended = {
  sessions: 0,
  apiKeys: 0,
  organizationKeys: 0,
  keysHandedOver: 0,
  teams: 0,
  projects: 0,
  roles: 0,
  invitations: 0,
  ownershipOffers: 0,
  grants: 0,
};

/** The same numbers for the log. */
export function factsOf(ended: Ended): Facts {
  return {
    sessionsEnded: ended.sessions,
    apiKeysEnded: ended.apiKeys,
    organizationKeysRevoked: ended.organizationKeys,
    organizationKeysHandedOver: ended.keysHandedOver,
    teamsLeft: ended.teams,
    projectsLeft: ended.projects,
    rolesEnded: ended.roles,
    invitationsEnded: ended.invitations,
    ownershipOffersEnded: ended.ownershipOffers,
    grantsEnded: ended.grants,
  };
}

/** Of two members whose rights change in one step. */
export function sumOf(one: Ended, other: Ended): Ended {
  return {
    sessions: one.sessions + other.sessions,
    apiKeys: one.apiKeys + other.apiKeys,
    organizationKeys: one.organizationKeys + other.organizationKeys,
    keysHandedOver: one.keysHandedOver + other.keysHandedOver,
    teams: one.teams + other.teams,
    projects: one.projects + other.projects,
    roles: one.roles + other.roles,
    invitations: one.invitations + other.invitations,
    ownershipOffers: one.ownershipOffers + other.ownershipOffers,
    grants: one.grants + other.grants,
  };
}
