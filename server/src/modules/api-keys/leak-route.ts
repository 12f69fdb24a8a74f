// Whoever has found the text of a key can end it, without an account: the text is the proof.
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import { z } from 'zod';
import { equalBytes } from '#crypto/compare.ts';
import { hashToken, sha256Base64Url } from '#crypto/hash.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import type { OrgTx, SystemTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { Nothing, secretIn } from '#kernel/fields.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { findLeakedKey, lockApiKey, markRevoked, updateApiKey } from './queries.ts';

const LeakedKey = z.strictObject({
  key: secretIn('The text that was found, all of it', 1, 200),
});

type Leaked = {
  readonly orgId: string;
  readonly keyId: string;
  /** What was found is the text before the last rotation: the new one was not. */
  readonly isPrevious: boolean;
  readonly news: PreparedMail | undefined;
};

export const leakRoute = defineRoute({
  id: 'api_key.revoke_leaked',
  method: 'POST',
  path: '/api/v1/api-keys/revoke-leaked',
  summary: 'End a key whose text was found where it does not belong; the answer is the same for every text',
  scope: { tables: ['org', 'system'], resolve: scopeOf },
  access: { public: 'whoever holds the text of a key can use it, so they may end it; nothing is told about keys' },
  rate: { class: 'sign_in', key: ({ body }) => sha256Base64Url(reveal(body.key, 'api_key.leak_limit')) },
  audit: { action: 'api_key.leak_reported' },
  params: Nothing,
  query: Nothing,
  body: LeakedKey,
  output: Nothing,
  status: 204,
  errors: [],
  prepare: (tools, { input }) => prepareLeak(tools, input.body.key),
  handle: async (ctx) => {
    if (ctx.prepared !== undefined) await endLeaked(ctx, ctx.prepared);
    return {};
  },
});

/** Every text costs one look-up and one hash. A key that is meant for everybody to read is none that leaked. */
async function prepareLeak(tools: Tools, key: Secret<string>): Promise<Leaked | undefined> {
  const parsed = parseApiKey(reveal(key, 'api_key.parse'));
  const found = await findLeakedKey(tools.lookup, parsed?.uuid ?? tools.newId());
  const presented = hashToken(tools.keyring.lookupKey('api_key'), key);
  if (found === undefined) return undefined;
  const isNow = equalBytes(presented, found.secret_hash);
  const isPrevious = found.previous_hash !== null && equalBytes(presented, found.previous_hash);
  if (!isNow && !isPrevious) return undefined;
  const news =
    found.email === null
      ? undefined
      : prepareMail(tools, {
          to: found.email,
          template: isNow ? 'api_key_leaked' : 'api_key_leaked_before',
          values: { name: found.name },
          liveMinutes: NEWS_MINUTES,
        });
  return { orgId: found.org_id, keyId: found.id, isPrevious: !isNow, news };
}

/** What names no key touches nothing; its trace is the installation's. */
function scopeOf({ prepared }: Resolvable) {
  const leaked = prepared as Leaked | undefined;
  return leaked === undefined ? { system: true as const } : { orgId: leaked.orgId };
}

async function endLeaked(ctx: Context<OrgTx & SystemTx, Leaked | undefined>, leaked: Leaked): Promise<void> {
  const { tx, now } = ctx;
  const row = await lockApiKey(tx, leaked.keyId);
  ctx.subject('api_key', leaked.keyId);
  // Of many who report it one ends it, and one mail is sent.
  if (row === undefined || row.revoked_at !== null || (leaked.isPrevious && row.previous_until === null)) return;
  if (leaked.isPrevious) await updateApiKey(tx, row.id, { previous_hash: null, previous_until: null });
  else await markRevoked(tx, [row.id], now);
  await ctx.raiseEpoch('api_key');
  ctx.note({ name: row.name, ended: leaked.isPrevious ? 'the text before the last rotation' : 'the key' });
  if (leaked.news !== undefined) await queueMail(tx, { kind: 'org', id: leaked.orgId }, leaked.news, now);
}
