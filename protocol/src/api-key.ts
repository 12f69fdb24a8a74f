// The text form of an API key: recognizable to secret scanners, checkable offline, its id readable without a look-up.
import { encodeUtf8 } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { decodeUuid, encodeUuid } from './ids.ts';
import { base62, decodeRadix, encodeRadix } from './radix.ts';

/** What a key's text says. Well formed is not valid: only the server knows whether the secret is the key's. */
export type ApiKey = {
  readonly uuid: string;
  readonly secret: Uint8Array;
  /** It may stand in a page for everybody to read; its text begins with `hf_pub_`. */
  readonly isPublishable: boolean;
};

/** What the texts of keys begin with. */
export const apiKeyPrefixes = { secret: 'hf_live_', publishable: 'hf_pub_' } as const;

/** Random bytes in a key. */
export const apiKeySecretBytes = 32;

/**
 * Regular expression, in the syntax common to RE2, PCRE and JavaScript, that finds secret keys inside other text; one that is
 * meant to be read by everybody is no finding. It needs no
 * word boundary, so it also finds a key glued to other characters; confirm a hit with `parseApiKey`, whose checksum
 * leaves one false hit in four thousand million.
 */
export const apiKeyPattern = 'hf_live_[0-7][0-9a-hjkmnp-tv-z]{25}_[0-9A-Za-z]{49}';

const wholeKey = new RegExp(`^hf_(?<word>live|pub)_(?<id>[^_]{26})_(?<secret>[^_]{43})(?<checksum>[^_]{6})$`);

/** Writes a key. Throws RangeError on a malformed UUID or a secret that is not 32 bytes. */
export function formatApiKey(key: {
  readonly uuid: string;
  readonly secretBytes: Uint8Array;
  readonly isPublishable?: boolean;
}): string {
  if (key.secretBytes.length !== apiKeySecretBytes) throw new RangeError('an API key secret has 32 bytes');
  const prefix = key.isPublishable === true ? apiKeyPrefixes.publishable : apiKeyPrefixes.secret;
  const body = `${prefix}${encodeUuid(key.uuid)}_${encodeRadix(base62, key.secretBytes)}`;
  return body + checksumOf(body);
}

/** Reads a key; undefined for anything `formatApiKey` would not write, so a typing error costs no look-up. */
export function parseApiKey(text: string): ApiKey | undefined {
  const parts = wholeKey.exec(text)?.groups;
  if (!parts) return undefined;
  const uuid = decodeUuid(parts['id'] ?? '');
  const secret = decodeRadix(base62, parts['secret'] ?? '', apiKeySecretBytes);
  if (uuid === undefined || secret === undefined) return undefined;
  if (parts['checksum'] !== checksumOf(text.slice(0, -6))) return undefined;
  return { uuid, secret, isPublishable: parts['word'] === 'pub' };
}

function checksumOf(body: string): string {
  return encodeRadix(base62, crc32(encodeUtf8(body)));
}
