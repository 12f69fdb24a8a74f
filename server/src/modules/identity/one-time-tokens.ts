// Everything that works once: minted for one purpose, stored as a keyed hash, taken by deleting it.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx } from '#db/scope.ts';
import type { OneTimePurpose, Tools } from '#kernel/tools.ts';
import { deleteToken, findToken, insertToken, type TokenFacts } from './token-queries.ts';

export type MintedToken = {
  readonly id: string;
  readonly purpose: OneTimePurpose;
  readonly token: Secret<string>;
  readonly hash: Buffer;
};

/** A new token; only its hash is ever stored. */
export function mintToken(tools: Pick<Tools, 'keyring' | 'newId'>, purpose: OneTimePurpose): MintedToken {
  const token = newToken();
  return { id: tools.newId(), purpose, token, hash: hashToken(tools.keyring.lookupKey(purpose), token) };
}

/** Whose token it is, and what for; undefined for one that is unknown, used, expired, of another purpose or a suspended person's. */
export function findHolder(
  tools: Pick<Tools, 'keyring'> & { readonly lookup: Lookup },
  purpose: OneTimePurpose,
  token: Secret<string>,
) {
  return findToken(tools.lookup, purpose, hashToken(tools.keyring.lookupKey(purpose), token));
}

/** Stores a minted token for the person of the scope. */
export async function storeToken(
  tx: PersonTx,
  userId: string,
  { id, purpose, hash }: MintedToken,
  life: { readonly now: Date; readonly minutes: number; readonly facts: TokenFacts },
): Promise<void> {
  const { now, minutes, facts } = life;
  await insertToken(tx, {
    user_id: userId,
    id,
    purpose,
    token_hash: hash,
    created_at: now,
    expires_at: new Date(now.getTime() + minutes * 60_000),
    facts: JSON.stringify(facts),
  });
}

/**
 * Takes it: of any number of parallel uses, on any number of replicas, one gets its facts. Do it in the transaction that
 * does what the token is for; if that fails, the token is there again.
 */
export function takeToken(
  tx: PersonTx,
  tools: { readonly purpose: OneTimePurpose; readonly hash: Buffer },
  now: Date,
): Promise<TokenFacts | undefined> {
  return deleteToken(tx, tools.purpose, tools.hash, now);
}
