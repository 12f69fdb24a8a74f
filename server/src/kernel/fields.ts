// Schemas of fields that many routes share: ids, names, times, and secrets that are wrapped as soon as they are parsed.
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { z } from 'zod';
import { type Secret, toSecret } from '#crypto/secret.ts';

/** A public id coming in (`key_…`), read to the UUID inside. */
export function idIn(prefix: string, describe: string) {
  return z
    .string()
    .max(64)
    .transform((text, context) => {
      const uuid = decodeId(prefix, text);
      if (uuid === undefined)
        context.issues.push({ code: 'custom', message: `is not an id of the form ${prefix}_…`, input: text });
      return uuid ?? '';
    })
    .describe(describe);
}

/** A public id going out; make it with `encodeId`. */
export function idOut(prefix: string, describe: string) {
  return z.string().startsWith(`${prefix}_`).describe(describe);
}

export { encodeId };

/** Text shown to people: one line, trimmed, no control characters. */
export function nameIn(describe: string, lengthMax = 100) {
  return z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(lengthMax, `is longer than ${lengthMax} characters`)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u, 'holds no control characters and no broken ones')
    .describe(describe);
}

/** A secret coming in; from here on it prints as [redacted] and fits into no audit fact. */
export function secretIn(describe: string, lengthMin: number, lengthMax: number) {
  return z
    .string()
    .min(lengthMin, `is shorter than ${lengthMin} characters`)
    .max(lengthMax, `is longer than ${lengthMax} characters`)
    .transform((text): Secret<string> => toSecret(text))
    .describe(describe)
    .meta({ format: 'password' });
}

/** An instant going out, RFC 3339 in UTC. */
export const timeOut = z.iso.datetime();

/** No parameters, no query or no body. */
export const Nothing = z.strictObject({});
