// The rules of API keys: a key never exceeds the person who makes it, and its secret is shown once.
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import type { z } from 'zod';
import { hashToken } from '#crypto/hash.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { mayEver } from '#kernel/authorize.ts';
import { orgOf, personOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { type ApiKey, errors, type NewApiKey, type ShownApiKey } from './model.ts';
import { type findApiKey, insertApiKey, markRevoked } from './queries.ts';

export type ApiKeyRow = NonNullable<Awaited<ReturnType<typeof findApiKey>>>;

export type MintedKey = { readonly id: string; readonly text: string; readonly secretHash: Buffer };

export function toApiKey(row: ApiKeyRow): z.input<typeof ApiKey> {
  return {
    id: encodeId('key', row.id),
    name: row.name,
    scopes: row.scopes,
    ownerUserId: encodeId('usr', row.owner_user_id),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    version: row.version,
  };
}

/** Checks the scopes against what the maker may do, and mints the key. */
export function mintApiKey(tools: Tools, principal: Principal, scopes: readonly string[]): MintedKey {
  const refused = scopes.filter((scope) => !mayGiveScope(tools, principal, scope));
  if (refused.length > 0) {
    const fields = refused.map((scope) => ({
      pointer: `/body/scopes/${scopes.indexOf(scope)}`,
      message: 'is no scope that you can give',
    }));
    throw errors['api_key.scope_refused']({ fields });
  }
  const id = tools.newId();
  const secretBytes = reveal(newSecretBytes(32), 'api_key.mint');
  const text = formatApiKey({ uuid: id, secretBytes });
  return { id, text, secretHash: hashToken(tools.keyring.lookupKey('api_key'), toSecret(text)) };
}

function mayGiveScope(tools: Tools, principal: Principal, scope: string): boolean {
  const permission = tools.roles.findPermission(scope);
  return permission !== undefined && permission.keyScope && mayEver(principal, permission);
}

export async function createApiKey(
  ctx: Context<OrgTx, MintedKey>,
  wanted: NewApiKey,
): Promise<z.input<typeof ShownApiKey>> {
  const [orgId, userId] = [orgOf(ctx.principal), personOf(ctx.principal)];
  if (orgId === undefined || userId === undefined) throw kernelErrors['auth.forbidden']();
  const row = await insertApiKey(ctx.tx, {
    org_id: orgId,
    id: ctx.prepared.id,
    owner_user_id: userId,
    name: wanted.name,
    scopes: [...new Set(wanted.scopes)],
    secret_hash: ctx.prepared.secretHash,
    expires_at: new Date(ctx.now.getTime() + wanted.expiresInDays * 86_400_000),
    created_at: ctx.now,
  });
  ctx.subject('api_key', row.id);
  ctx.note({ name: row.name, scopes: row.scopes, expiresInDays: wanted.expiresInDays });
  return { ...toApiKey(row), key: ctx.prepared.text };
}

/** `row` is locked: of many revocations at once one takes effect, and the log tells which. */
export async function revokeApiKey(ctx: Context<OrgTx>, row: ApiKeyRow): Promise<Record<string, never>> {
  if (row.revoked_at !== null) {
    ctx.note({ name: row.name, before: row.revoked_at.toISOString() });
    return {};
  }
  await markRevoked(ctx.tx, row.id, ctx.now);
  await ctx.raiseEpoch('api_key');
  ctx.note({ name: row.name });
  return {};
}
