// A provider whose secret others have seen: no call is made with it until it is replaced, unless the organization cannot do without.
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { orgOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { listOwners } from '#modules/members.ts';
import { errors } from './model.ts';
import { findProviders, updateProvider } from './queries.ts';
import type { ProviderRow } from './service.ts';

export type PreparedProviderExposure = { readonly orgId: string | undefined; readonly news: readonly PreparedMail[] };

/** Mails to the owners, if the provider is one of theirs. */
export async function prepareProviderExposure(
  tools: Tools,
  principal: Principal,
  providerId: string,
): Promise<PreparedProviderExposure> {
  const orgId = orgOf(principal);
  if (orgId === undefined) return { orgId, news: [] };
  const found = (await findProviders(tools.lookup, orgId)).find(({ id }) => id === providerId);
  if (found === undefined) return { orgId, news: [] };
  const news = (await listOwners(tools.lookup, orgId)).map(({ email: to }) =>
    prepareMail(tools, {
      to,
      template: 'provider_exposed',
      values: { name: found.name },
      liveMinutes: NEWS_MINUTES,
    }),
  );
  return { orgId, news };
}

/** `row` is locked. Who says so again may block what was kept, or the other way round. Throws `provider.no_secret`. */
export async function exposeProvider(
  ctx: Context<OrgTx, PreparedProviderExposure>,
  row: ProviderRow,
  keepsWorking: boolean,
): Promise<{ readonly exposedAt: Date; readonly isBlocked: boolean }> {
  const { tx, now, prepared } = ctx;
  if (!row.has_secret && row.secret_reference === null) throw errors['provider.no_secret']();
  const exposedAt = row.exposed_at ?? now;
  await updateProvider(tx, row.id, { exposed_at: exposedAt, is_blocked: !keepsWorking });
  await ctx.raiseEpoch('provider');
  ctx.note({ name: row.name, keepsWorking, isNew: row.exposed_at === null });
  if (row.exposed_at === null && prepared.orgId !== undefined)
    for (const mail of prepared.news) await queueMail(tx, { kind: 'org', id: prepared.orgId }, mail, now);
  return { exposedAt, isBlocked: !keepsWorking };
}
