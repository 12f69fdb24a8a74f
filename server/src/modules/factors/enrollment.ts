// Getting and losing second factors: what happens to sessions, recovery codes and the person's mailbox is the same for every kind.
import type { PersonTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { type FactorKind, personOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { endOwnSessions, findOwnAccount } from '#modules/identity.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import type { z } from 'zod';
import { type Enrolled, errors, type Factor, FACTORS_MAX } from './model.ts';
import { countRecoveryCodes, insertRecoveryCodes, listFactors, proveSession } from './queries.ts';
import { newRecoveryCodes, type NewRecoveryCodes, showRecoveryCodes } from './recovery-codes.ts';

/** What every enrollment brings to its transaction. */
export type PreparedEnrollment = {
  readonly userId: string;
  readonly recovery: NewRecoveryCodes;
  readonly news: PreparedMail;
};

export type FactorRow = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
};

/** Throws `auth.invalid` for a principal that is no person. */
export async function ownAccount(tools: Pick<Tools, 'lookup'>, principal: Principal) {
  const userId = personOf(principal);
  const account = userId === undefined ? undefined : await findOwnAccount(tools.lookup, userId);
  if (userId === undefined || account === undefined) throw kernelErrors['auth.invalid']();
  return { userId, email: account.email };
}

export async function prepareEnrollment(tools: Tools, principal: Principal): Promise<PreparedEnrollment> {
  const { userId, email } = await ownAccount(tools, principal);
  const news = prepareMail(tools, { to: email, template: 'factor_added', values: {}, liveMinutes: NEWS_MINUTES });
  return { userId, recovery: newRecoveryCodes(tools), news };
}

/** Throws `factor.too_many`; ask under `lockPerson`. */
export async function demandRoom(tx: PersonTx): Promise<void> {
  if ((await listFactors(tx)).length >= FACTORS_MAX) throw errors['factor.too_many']();
}

/**
 * The factor is there, under `lockPerson`: every other session ends, this one is proven by it, the person is told, and whoever
 * has no recovery codes yet gets them.
 */
export async function finishEnrollment(
  ctx: Context<PersonTx, unknown>,
  factor: FactorRow,
  { userId, recovery, news }: PreparedEnrollment,
): Promise<z.input<typeof Enrolled>> {
  const { tx, now } = ctx;
  const sessionId = ctx.principal.kind === 'user' ? ctx.principal.sessionId : null;
  const ended = await endOwnSessions(tx, sessionId);
  if (sessionId === null || !(await proveSession(tx, sessionId, factor.kind))) throw kernelErrors['auth.invalid']();
  const hasCodes = (await countRecoveryCodes(tx)) > 0;
  if (!hasCodes) await insertRecoveryCodes(tx, userId, recovery.hashes, now);
  await queueMail(tx, { kind: 'person', id: userId }, news, now);
  ctx.subject('factor', factor.id);
  ctx.note({ kind: factor.kind, sessionsEnded: ended, recoveryCodes: !hasCodes });
  return { factor: toFactor(factor), recoveryCodes: hasCodes ? null : showRecoveryCodes(recovery) };
}

export function toFactor(row: FactorRow): z.input<typeof Factor> {
  return {
    id: encodeId('fac', row.id),
    // The table knows these two kinds alone.
    kind: row.kind as FactorKind,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
