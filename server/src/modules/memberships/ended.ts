// What ends with a membership, or with rights that somebody had in it: ended in one place, counted, and said in reply and log alike.
//
// This module stands above those whose things end, and asks each of them in turn. Sessions, keys and offers go by triggers and foreign
// keys with the row itself, whoever deletes it; what is counted here is what they take along.
import type { OrgTx } from '#db/scope.ts';
import type { Context, Facts } from '#kernel/context.ts';
import type { BuiltInRole, Roles } from '#kernel/permissions.ts';
import { countLiveKeysOf } from '#modules/api-keys.ts';
import { endInvitationsOf } from '#modules/invitations.ts';
import type { Standing } from '#modules/members.ts';
import { listMemberSessions } from '#modules/sessions.ts';
import type { Ended } from './model.ts';
import { deleteOffersOf } from './queries.ts';

type Ending = Pick<Context<OrgTx, Roles>, 'tx' | 'now' | 'prepared'>;
type Leaving = { readonly id: string; readonly user_id: string };

/** With the whole membership: its row is still there, and is deleted next. */
export async function endAll(ctx: Ending, member: Leaving): Promise<Ended> {
  return { ...(await endRights(ctx, member, undefined)), apiKeys: await countLiveKeysOf(ctx.tx, member.user_id) };
}

/** With rights that change: keys stay, since they reach what their person reaches; `next` is undefined for who reaches nothing now. */
export async function endRights(ctx: Ending, member: Pick<Leaving, 'id'>, next: Standing | undefined): Promise<Ended> {
  const { tx, now, prepared: roles } = ctx;
  const sessions = (await listMemberSessions(tx, member.id)).length;
  const invitations = await endInvitationsOf(tx, roles, { memberId: member.id, standing: next }, now);
  return { sessions, apiKeys: 0, invitations, ownershipOffers: await deleteOffersOf(tx, member.id) };
}

export function standingAs(roles: Roles, role: BuiltInRole): Standing {
  return { role, reach: roles.reachOf(role) };
}

/** The same numbers for the log. */
export function factsOf(ended: Ended): Facts {
  return {
    sessionsEnded: ended.sessions,
    apiKeysEnded: ended.apiKeys,
    invitationsEnded: ended.invitations,
    ownershipOffersEnded: ended.ownershipOffers,
  };
}

/** Of two members whose rights change in one step. */
export function sumOf(one: Ended, other: Ended): Ended {
  return {
    sessions: one.sessions + other.sessions,
    apiKeys: one.apiKeys + other.apiKeys,
    invitations: one.invitations + other.invitations,
    ownershipOffers: one.ownershipOffers + other.ownershipOffers,
  };
}
