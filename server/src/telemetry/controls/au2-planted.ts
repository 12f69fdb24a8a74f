// Texts in the shape of secrets, made anew each time, for the scanner that every log line passes.
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { encodeBase64, encodeBase64Url } from '@holdfast/protocol/bytes.ts';
import { newSecretBytes, newUuid } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';

export type Planted = { readonly kind: string; readonly secret: string; readonly text: string };

export function plantSecrets(): readonly Planted[] {
  const bytes = reveal(newSecretBytes(32), 'probe.canary');
  const word = encodeBase64Url(bytes);
  const block = encodeBase64(bytes);
  const key = formatApiKey({ uuid: newUuid(), secretBytes: bytes });
  const token = `eyJ${word}.eyJ${word}.${word}`;
  return [
    { kind: 'an API key', secret: key, text: `made ${key} today` },
    { kind: 'a token', secret: token, text: `with ${token}` },
    { kind: 'a bearer credential', secret: word, text: `Authorization: Bearer ${word}` },
    { kind: 'a password', secret: word, text: JSON.stringify({ password: word }) },
    { kind: 'a key of a provider', secret: `sk-ant-${word}`, text: `asked with sk-ant-${word}` },
    { kind: 'a private key', secret: block, text: `-----BEGIN PRIVATE KEY-----\n${block}\n-----END PRIVATE KEY-----` },
    { kind: 'a password in an address', secret: word, text: `postgresql://holdfast:${word}@db.internal/holdfast` },
    { kind: 'a query', secret: word, text: `GET https://probe.invalid/?access=${word}` },
  ];
}
