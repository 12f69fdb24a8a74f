// Taking second factors away: by their person, who keeps what an organization demands, or by who helps somebody that lost them.
import type { PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import type { Roles } from '#kernel/permissions.ts';
import type { FactorKind, Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { endOwnSessions, lockPerson } from '#modules/identity.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { allowedKindsOf, demandsFactor, heldTo } from './demand.ts';
import { ownAccount } from './enrollment.ts';
import { errors } from './model.ts';
import {
  deleteAllFactors,
  deleteFactor,
  deleteRecoveryCodes,
  listDemands,
  listFactors,
  type OrganizationDemand,
} from './queries.ts';

export type PreparedRemoval = {
  readonly userId: string;
  readonly demands: readonly OrganizationDemand[];
  readonly isExposed: boolean;
  readonly news: PreparedMail;
};

export async function prepareRemoval(tools: Tools, principal: Principal): Promise<PreparedRemoval> {
  const { userId, email } = await ownAccount(tools, principal);
  const demands = (await listDemands(tools.lookup, userId)).map((demand) => asHeldTo(tools.roles, demand));
  return { userId, demands, isExposed: tools.isExposed, news: newsOf(tools, 'factor_removed', email) };
}

/** Whoever is powerful by a role of the organization keeps what admins keep. */
function asHeldTo(roles: Roles, demand: OrganizationDemand): OrganizationDemand {
  return { ...demand, role: heldTo(roles, demand.role, demand.granted) };
}

/** Throws `factor.demanded` when what is left would not do for an organization of the person. Every other session ends. */
export async function removeFactor(ctx: Context<PersonTx, PreparedRemoval>, factorId: string): Promise<void> {
  const { tx, now, prepared } = ctx;
  await lockPerson(tx);
  const left = (await listFactors(tx)).filter(({ id }) => id !== factorId).map(({ kind }) => kind as FactorKind);
  const unmet = prepared.demands.filter(
    (demand) =>
      demandsFactor(demand, prepared.isExposed) && !allowedKindsOf(demand).some((kind) => left.includes(kind)),
  );
  if (unmet.length > 0) {
    throw errors['factor.demanded']({ detail: `Demanded by: ${unmet.map(({ slug }) => slug).join(', ')}.` });
  }
  if (!(await deleteFactor(tx, factorId))) throw errors['factor.none']();
  if (left.length === 0) await deleteRecoveryCodes(tx);
  const ended = await endOwnSessions(tx, ctx.principal.kind === 'user' ? ctx.principal.sessionId : null);
  await queueMail(tx, { kind: 'person', id: prepared.userId }, prepared.news, now);
  ctx.note({ sessionsEnded: ended, factorsLeft: left.length });
}

export type PreparedReset = { readonly userId: string; readonly news: PreparedMail };

/** For somebody who lost them all: everything they prove with beside the password goes, every session ends, and they are told. */
export async function resetFactors(ctx: Context<PersonTx, PreparedReset>): Promise<number> {
  const { tx, now, prepared } = ctx;
  await lockPerson(tx);
  const removed = await deleteAllFactors(tx);
  const ended = await endOwnSessions(tx, null);
  await queueMail(tx, { kind: 'person', id: prepared.userId }, prepared.news, now);
  ctx.subject('user', prepared.userId);
  ctx.note({ removed, sessionsEnded: ended });
  return removed;
}

export function newsOf(tools: Tools, template: 'factor_removed' | 'factors_reset', to: string): PreparedMail {
  return prepareMail(tools, { to, template, values: {}, liveMinutes: NEWS_MINUTES });
}
