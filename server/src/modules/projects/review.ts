// Places in projects as a review of access decides about them: held, covered, and ended like any other time.
import { inProject, type OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { coversShared } from '#kernel/grants.ts';
import type { Reach, Roles } from '#kernel/permissions.ts';
import { findMember } from '#modules/members.ts';
import { errors } from './model.ts';
import { findPlace, listSharedWith } from './queries.ts';
import { endPlace, loadProject } from './service.ts';

/**
 * Locks the project; undefined where nobody of that membership is in it. Throws `project.beyond_yours` for who does not hold for all
 * objects what is shared with the project. What it returns ends the place.
 */
export async function holdProjectPlace(
  { tx: org }: Context<OrgTx, unknown>,
  roles: Roles,
  actor: Reach,
  { projectId, memberId }: { readonly projectId: string; readonly memberId: string },
): Promise<((own: Context<OrgTx, unknown>) => Promise<void>) | undefined> {
  const [project, member] = [await loadProject(org, projectId), await findMember(org, memberId)];
  if (project === undefined || member === undefined) return undefined;
  const place = await inProject(org, project.id, (tx) => findPlace(tx, member.user_id));
  if (place === undefined) return undefined;
  if (!coversShared(actor, roles, await listSharedWith(org, project.id))) throw errors['project.beyond_yours']();
  return (own) => inProject(own.tx, project.id, (tx) => endPlace({ ...own, tx }, project, member, place));
}
