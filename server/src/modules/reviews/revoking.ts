// How each kind of access is held while it is decided about, and ended: by the very functions of the modules that own it.
import { kernelErrors } from '#kernel/errors.ts';
import { personOf } from '#kernel/principal.ts';
import { demandCoverOfKey, hasEnded, lockApiKey, revokeApiKey } from '#modules/api-keys.ts';
import { endGrantAs, holdGrant } from '#modules/grants.ts';
import { cancelAs, demandCoverOf, loadInvitation } from '#modules/invitations.ts';
import { demandCover, getStanding, listActiveOwners } from '#modules/members.ts';
import { loadMember, removeAs } from '#modules/memberships.ts';
import { holdProjectPlace } from '#modules/projects.ts';
import { demandHolding, endRoleAs, listHeldRoles, lockRole, takeRoleAs } from '#modules/roles.ts';
import { holdPlace, lockTeam, takeTeamRoleAs } from '#modules/teams.ts';
import type { AccessKindName } from './access.ts';
import { type Deed, doAndWrite } from './deed.ts';
import { hasByGrant } from './queries.ts';

export type Named = { readonly first: string; readonly second: string | null };

export type Revoking = {
  /** Rows that come before memberships in the order of locks. */
  readonly lock?: (deed: Deed, named: Named) => Promise<unknown>;
  /**
   * Locks what is decided about; throws when it is beyond whoever decides. Undefined when it is gone; else what ends it, called
   * in the same transaction or not at all.
   */
  readonly hold: (deed: Deed, named: Named) => Promise<(() => Promise<void>) | undefined>;
  /** Whether the access is the decider’s own though no person is named in it. */
  readonly concerns?: (deed: Deed, named: Named) => Promise<boolean>;
};

export const revokings: Readonly<Record<AccessKindName, Revoking>> = {
  membership: { hold: holdMembership },
  member_role: { lock: lockSecondRole, hold: holdMemberRole },
  team_place: { lock: lockFirstTeam, hold: holdTeamPlace },
  team_role: {
    lock: async (deed, named) => {
      await lockFirstTeam(deed, named);
      await lockSecondRole(deed, named);
    },
    hold: holdTeamRole,
    concerns: (deed, { first, second }) => holds(deed, (role) => role.team_id === first && role.id === second),
  },
  project_place: { hold: holdPlaceInProject },
  custom_role: {
    lock: (deed, { first }) => lockRole(deed.ctx.tx, first),
    hold: holdCustomRole,
    concerns: (deed, { first }) => holds(deed, (role) => role.id === first),
  },
  invitation: { hold: holdInvitation },
  api_key: { hold: holdKey },
  object_grant: {
    hold: holdObjectGrant,
    concerns: async ({ ctx }, { first }) => {
      const person = personOf(ctx.principal);
      return person !== undefined && hasByGrant(ctx.tx, first, person);
    },
  },
};

function lockFirstTeam({ ctx }: Deed, { first }: Named) {
  return lockTeam(ctx.tx, first, null);
}

function lockSecondRole({ ctx }: Deed, named: Named) {
  return lockRole(ctx.tx, secondOf(named));
}

/** The table has it for kinds of two ids. */
function secondOf({ second }: Named): string {
  if (second === null) throw kernelErrors['server.unexpected']({ cause: 'an access without its second id' });
  return second;
}

type Held = Awaited<ReturnType<typeof listHeldRoles>>[number];

async function holds({ ctx, actor }: Deed, isIt: (role: Held) => boolean): Promise<boolean> {
  return actor.memberId !== undefined && (await listHeldRoles(ctx.tx, actor.memberId)).some(isIt);
}

async function holdMembership(deed: Deed, { first }: Named) {
  const { ctx, roles, actor } = deed;
  const member = await loadMember(ctx.tx, first);
  if (member === undefined) return undefined;
  demandCover(actor, [await getStanding(ctx.tx, roles, member.id)]);
  return async () => {
    // Keys of the organization are reviewed by themselves: they go to whoever decides, or to an owner.
    const owners = await listActiveOwners(ctx.tx);
    const handOverTo = actor.memberId ?? owners.find((id) => id !== member.id);
    await doAndWrite(deed, { action: 'member.removed', target: { kind: 'member', id: member.id } }, (own) =>
      removeAs(own, member, actor, { organizationKeys: 'hand_over', handOverTo }),
    );
  };
}

async function holdMemberRole(deed: Deed, named: Named) {
  const { ctx, roles, actor } = deed;
  const [memberId, role] = [named.first, await lockRole(ctx.tx, secondOf(named))];
  const held = await listHeldRoles(ctx.tx, memberId);
  if (role === undefined || !held.some(({ id, team_id: team }) => id === role.id && team === null)) return undefined;
  demandHolding(roles, actor, role.permissions);
  return () =>
    doAndWrite(deed, { action: 'role.taken', target: { kind: 'role', id: role.id } }, (own) =>
      takeRoleAs({ ...own, prepared: { roles } }, actor, role, memberId),
    );
}

async function holdTeamPlace(deed: Deed, named: Named) {
  const { ctx, roles, actor } = deed;
  const team = await lockTeam(ctx.tx, named.first, null);
  if (team === undefined) return undefined;
  const target = { kind: 'team', id: team.id };
  const memberId = secondOf(named);
  if ((await holdPlace({ ...ctx, prepared: { roles } }, actor, team, memberId)) === undefined) return undefined;
  return () =>
    doAndWrite(deed, { action: 'team.member_taken_out', target }, async (own) => {
      const end = await holdPlace({ ...own, prepared: { roles } }, actor, team, memberId);
      await end?.();
    });
}

async function holdTeamRole(deed: Deed, named: Named) {
  const { ctx, roles, actor } = deed;
  const [team, role] = [await lockTeam(ctx.tx, named.first, null), await lockRole(ctx.tx, secondOf(named))];
  if (team === undefined || role === undefined || !team.roles.some(({ id }) => id === role.id)) return undefined;
  demandHolding(roles, actor, role.permissions);
  return () =>
    doAndWrite(deed, { action: 'team.role_taken', target: { kind: 'team', id: team.id } }, (own) =>
      takeTeamRoleAs({ ...own, prepared: { roles } }, actor, team, role),
    );
}

async function holdPlaceInProject(deed: Deed, named: Named) {
  const { ctx, roles, actor } = deed;
  const end = await holdProjectPlace(ctx, roles, actor.reach, { projectId: named.first, memberId: secondOf(named) });
  if (end === undefined) return undefined;
  const target = { kind: 'project', id: named.first };
  return () => doAndWrite(deed, { action: 'project.member_taken_out', target }, end);
}

async function holdCustomRole(deed: Deed, { first }: Named) {
  const { ctx, roles, actor } = deed;
  const role = await lockRole(ctx.tx, first);
  if (role === undefined) return undefined;
  demandHolding(roles, actor, role.permissions);
  return () =>
    doAndWrite(deed, { action: 'role.deleted', target: { kind: 'role', id: role.id } }, async (own) => {
      await endRoleAs({ ...own, prepared: { roles } }, actor, role);
    });
}

async function holdInvitation(deed: Deed, { first }: Named) {
  const { ctx, roles, actor } = deed;
  const invitation = await loadInvitation(ctx.tx, first);
  if (invitation?.state !== 'open') return undefined;
  demandCoverOf(roles, actor, invitation);
  return () =>
    doAndWrite(deed, { action: 'invitation.canceled', target: { kind: 'invitation', id: invitation.id } }, (own) =>
      cancelAs(own, actor, invitation),
    );
}

async function holdKey(deed: Deed, { first }: Named) {
  const { ctx, roles, actor } = deed;
  const key = await lockApiKey(ctx.tx, first);
  if (key === undefined || hasEnded(key, ctx.now)) return undefined;
  await demandCoverOfKey(ctx.tx, roles, actor.reach, key);
  return () =>
    doAndWrite(deed, { action: 'api_key.revoked', target: { kind: 'api_key', id: key.id } }, async (own) => {
      await revokeApiKey({ ...own, prepared: undefined }, key);
    });
}

async function holdObjectGrant(deed: Deed, { first }: Named) {
  const { ctx, roles, actor } = deed;
  const grant = await holdGrant(ctx.tx, roles, actor.reach, first);
  if (grant === undefined || (grant.expires_at !== null && grant.expires_at <= ctx.now)) return undefined;
  return () =>
    doAndWrite(deed, { action: 'grant.ended', target: { kind: 'grant', id: grant.id } }, (own) =>
      endGrantAs(own, grant),
    );
}
