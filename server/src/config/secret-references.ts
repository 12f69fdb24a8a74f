// Reads HOLDFAST_SECRET_REFERENCES: each secret with the one origin it may be sent to.
import { quoteValue } from './fault.ts';
import { defineKind, type Kind } from './key.ts';

/** A secret outside the database, and where it may go: `https://host` or `https://host:port`, as URLs write origins. */
export type SecretReference = { readonly reference: string; readonly origin: string };

/** The last `@` divides: a path may hold one, an origin may not. */
const ENTRY = /^(?<reference>env:[A-Z][A-Z0-9_]*|file:\/[^,]+)@(?<origin>https:\/\/[A-Za-z0-9.:[\]-]+)\/?$/;

export const secretReferences: Kind<readonly SecretReference[]> = defineKind(
  'a comma-separated list of env:NAME@https://host and file:/path@https://host:port',
  (text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    const malformed = entries.filter((entry) => readEntry(entry) === undefined);
    if (malformed.length === 0) return { ok: true, value: entries.flatMap((entry) => readEntry(entry) ?? []) };
    return {
      ok: false,
      problem: `${malformed.map(quoteValue).join(', ')}: neither env:NAME@https://host nor file:/path@https://host`,
    };
  },
);

function readEntry(entry: string): SecretReference | undefined {
  const { reference, origin } = ENTRY.exec(entry)?.groups ?? {};
  if (reference === undefined || origin === undefined || !URL.canParse(origin)) return undefined;
  return { reference, origin: new URL(origin).origin };
}
