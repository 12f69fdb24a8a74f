// Keys that were seen by somebody they were not meant for: ended at once, in the log, and told to whoever answers for them.
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { orgOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { listOwners } from '#modules/members.ts';
import { errors } from './model.ts';
import { type ApiKeyRow, findLeakedKey, markExposed } from './queries.ts';
import { hasEnded } from './show.ts';
import { flushUses } from './uses.ts';

export type PreparedExposure = { readonly orgId: string | undefined; readonly news: readonly PreparedMail[] };

/** Mails to the owners of the organization and to whoever answers for the key, if the key is of theirs and lives. */
export async function prepareExposure(tools: Tools, principal: Principal, keyId: string): Promise<PreparedExposure> {
  // What was counted here and is not in the database yet is shown too.
  await flushUses(tools);
  const orgId = orgOf(principal);
  const found = await findLeakedKey(tools.lookup, keyId);
  if (orgId === undefined || found?.org_id !== orgId) return { orgId, news: [] };
  const owners = (await listOwners(tools.lookup, orgId)).map(({ email }) => email);
  const readers = [...new Set([...owners, ...(found.email === null ? [] : [found.email])])];
  const values = { name: found.name };
  const news = readers.map((to) =>
    prepareMail(tools, { to, template: 'api_key_exposed', values, liveMinutes: NEWS_MINUTES }),
  );
  return { orgId, news };
}

/**
 * `row` is locked: of many who say so at once one ends it, and one set of mails is sent. Throws `api_key.public_by_nature` for a
 * key that everybody is meant to read.
 */
export async function exposeApiKey(
  ctx: Context<OrgTx, PreparedExposure>,
  row: ApiKeyRow,
): Promise<{ readonly exposedAt: Date; readonly worked: boolean }> {
  const { tx, now, prepared } = ctx;
  if (row.kind === 'publishable') throw errors['api_key.public_by_nature']();
  const worked = !hasEnded(row, now);
  ctx.note({ name: row.name, reason: 'exposed', worked });
  if (row.exposed_at !== null) return { exposedAt: row.exposed_at, worked };
  await markExposed(tx, row.id, now);
  await ctx.raiseEpoch('api_key');
  if (worked && prepared.orgId !== undefined)
    for (const mail of prepared.news) await queueMail(tx, { kind: 'org', id: prepared.orgId }, mail, now);
  return { exposedAt: now, worked };
}
