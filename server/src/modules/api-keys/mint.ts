// Makes the text of a key: shown once, only its keyed hash is kept, and the key of that hash is not in the database.
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { hashToken } from '#crypto/hash.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import type { KeyKind } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';

export type MintedKey = { readonly text: string; readonly secretHash: Buffer };

/** A publishable key says so in its first letters: whoever finds one in a page has found no leak. */
export function mintKey({ keyring }: Pick<Tools, 'keyring'>, id: string, kind: KeyKind): MintedKey {
  const secretBytes = reveal(newSecretBytes(32), 'api_key.mint');
  const text = formatApiKey({ uuid: id, secretBytes, isPublishable: kind === 'publishable' });
  return { text, secretHash: hashToken(keyring.lookupKey('api_key'), toSecret(text)) };
}
