// Starting a review: what there is now is written down in one transaction, and from then on it waits for decisions.
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { newUuid } from '#crypto/random.ts';
import { accessKinds, type AccessKind, flagsOf } from './access.ts';
import { errors, ITEMS_MAX } from './campaign-model.ts';
import { insertCampaign, type NewCampaign } from './campaign-queries.ts';
import { insertItems } from './item-queries.ts';
import { CLOSE, REMIND } from './job-names.ts';
import type { FoundAccess } from './queries.ts';
import { DAY_MS } from './times.ts';

/** Days before the due date on which reviewers are reminded. */
const REMINDED_DAYS = [7, 1] as const;

export type Scope = Pick<NewCampaign, 'kinds' | 'teams' | 'roles'>;

/** Everything of every kind, of everybody. */
export function isFull({ kinds, teams, roles }: Scope): boolean {
  return teams.length === 0 && roles.length === 0 && accessKinds.every(({ name }) => kinds.includes(name));
}

/** Throws `access_review.unfit_scope` when there is too much in it. Undefined when it has been started before; else how much there is. */
export async function startCampaign(ctx: Context<OrgTx, unknown>, row: NewCampaign): Promise<number | undefined> {
  const { tx, now } = ctx;
  if (!(await insertCampaign(tx, row))) return undefined;
  const found = await collect(tx, row);
  if (found.length > ITEMS_MAX) throw errors['access_review.unfit_scope']();
  const items = found.map(({ kind, access }) => ({
    org_id: row.org_id,
    review_id: row.id,
    id: newUuid(now.getTime()),
    kind: kind.name,
    first: access.first,
    second: access.second,
    user_id: access.user_id,
    holder: access.name,
    email: access.email,
    title: access.title,
    gives: [...access.gives],
    flags: flagsOf(kind, access, now),
    granted_at: access.granted_at,
    last_used_at: access.last_used_at,
    expires_at: access.expires_at,
  }));
  await insertItems(tx, items);
  const payload = { organization: row.org_id, review: row.id };
  await ctx.enqueue(CLOSE, payload, row.due_at);
  for (const days of REMINDED_DAYS) {
    const at = new Date(row.due_at.getTime() - days * DAY_MS);
    if (at > now) await ctx.enqueue(REMIND, payload, at);
  }
  return items.length;
}

type Collected = { readonly kind: AccessKind; readonly access: FoundAccess };

/** What the scope names: of the chosen teams, and of members who are in them or have the chosen roles. */
async function collect(tx: OrgTx, scope: Scope): Promise<readonly Collected[]> {
  const all: Collected[] = [];
  for (const kind of accessKinds) all.push(...(await kind.list(tx)).map((access) => ({ kind, access })));
  const chosen = all.filter(({ kind }) => scope.kinds.includes(kind.name));
  if (scope.teams.length === 0 && scope.roles.length === 0) return chosen;
  const members = membersOf(all, scope);
  return chosen.filter(
    ({ kind, access }) =>
      (kind.prefixes[0] === 'tem' && scope.teams.includes(access.first)) ||
      (access.member_id !== null && members.has(access.member_id)),
  );
}

/** Who is in one of the teams, where teams are chosen, and has one of the roles, where roles are. */
function membersOf(all: readonly Collected[], { teams, roles }: Scope): ReadonlySet<string> {
  const of = (name: string) => all.filter(({ kind }) => kind.name === name).map(({ access }) => access);
  const inTeams = new Set(
    of('team_place')
      .filter(({ first }) => teams.includes(first))
      .map(({ member_id: id }) => id),
  );
  const fitting = of('membership').filter(
    ({ first, title }) => (teams.length === 0 || inTeams.has(first)) && (roles.length === 0 || roles.includes(title)),
  );
  return new Set(fitting.map(({ first }) => first));
}
