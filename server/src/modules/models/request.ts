// Reads the few fields of a model request that decide where it goes, and refuses a body two parsers could read differently.
import { isUtf8 } from 'node:buffer';
import { scanObject } from './json-scan.ts';
import { errors, ModelRequest } from './model.ts';

export type ReadRequest = { readonly model: string; readonly streams: boolean };

/** More than the model protocols have together; each is compared with all others. */
const KEYS_MAX = 256;
const KEY_BYTES_MAX = 512;
/** 200 characters of six bytes each (`\u0061`) and two quotes: what is longer in bytes is longer in characters. */
const MODEL_BYTES_MAX = 200 * 6 + 2;
/** What is decided upon here; a reader that ignores case takes any spelling of these. */
const JUDGED_KEYS: ReadonlySet<string> = new Set(['model', 'stream']);

/** No other spelling folds to such a key, and it folds to itself. */
const PLAIN_KEY = /^[a-z_]+$/;

type Raw = { model: unknown; streams: boolean };

/** Throws `model.body_invalid` unless the bytes are one JSON object in UTF-8 that names a model, each top-level key once. */
export function readRequest(body: Buffer): ReadRequest {
  if (!isUtf8(body)) throw refuse('/body', 'is not UTF-8');
  const raw = readFields(body);
  const request = ModelRequest.safeParse(raw);
  if (!request.success)
    throw refuse('/body/model', 'names a model in 1 to 200 characters, none of which is a control character');
  return { model: request.data.model, streams: raw.streams };
}

/** The upstream gets the same bytes: were a key there twice, it might read another model than we judged. */
function readFields(body: Buffer): Raw {
  const raw: Raw = { model: undefined, streams: false };
  const seen = new Set<string>();
  const isObject = scanObject(body, ({ keyStart, keyEnd, valueStart, valueEnd }) => {
    if (keyEnd - keyStart > KEY_BYTES_MAX) throw refuse('/body', 'has a key that is too long');
    const key = readKey(body, keyStart, keyEnd);
    if (seen.has(key)) throw refuse(`/body/${key}`, 'stands in the body twice');
    if (!PLAIN_KEY.test(key) && JUDGED_KEYS.has(foldCase(key)))
      throw refuse(`/body/${key}`, `is written ${foldCase(key)}`);
    seen.add(key);
    if (seen.size > KEYS_MAX) throw refuse('/body', `has more than ${KEYS_MAX} keys`);
    if (key === 'model' && valueEnd - valueStart <= MODEL_BYTES_MAX)
      raw.model = JSON.parse(body.toString('utf8', valueStart, valueEnd));
    if (key === 'stream')
      raw.streams = body.toString('latin1', valueStart, Math.min(valueEnd, valueStart + 5)) === 'true';
  });
  if (!isObject) throw refuse('/body', 'is not a JSON object');
  return raw;
}

/** Keys are nearly always plain letters, which stand for themselves. */
function readKey(body: Buffer, start: number, end: number): string {
  const plain = body.toString('latin1', start + 1, end - 1);
  return PLAIN_KEY.test(plain) ? plain : (JSON.parse(body.toString('utf8', start, end)) as string);
}

/** Upper case first: it also brings letters like the long s (U+017F) to the ASCII letter they are taken for. */
function foldCase(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function refuse(pointer: string, message: string) {
  return errors['model.body_invalid']({ fields: [{ pointer, message }] });
}
