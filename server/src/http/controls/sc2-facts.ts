// What a security.txt (RFC 9116) and a policy of disclosure say, as facts.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const DAY_MS = 86_400_000;
/** RFC 9116 section 2.5; names are compared without case. */
const FIELDS = ['contact', 'expires', 'encryption', 'policy', 'canonical'] as const;
const LINE = /^(?<name>[A-Za-z-]+):[ \t]+(?<value>\S.*?)[ \t]*$/;
/** RFC 3339, as section 2.5.5 asks for. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Values of each field in order; `daysLeft` is null unless there is one instant at which it expires. */
export function readSecurityTxt(body: string, nowMs: number): Facts {
  const lines = body.split(/\r?\n/).flatMap((line) => {
    const { name, value } = LINE.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [{ name: name.toLowerCase(), value }];
  });
  const valuesOf = (field: string): readonly string[] =>
    lines.filter(({ name }) => name === field).map(({ value }) => value);
  const fields = Object.fromEntries(FIELDS.map((field) => [field, valuesOf(field)]));
  return { fields, daysLeft: daysUntil(valuesOf('expires'), nowMs) };
}

function daysUntil(values: readonly string[], nowMs: number): number | null {
  const [value, second] = values;
  if (value === undefined || second !== undefined || !INSTANT.test(value)) return null;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.floor((atMs - nowMs) / DAY_MS);
}

/** In how many hours a policy promises an answer, and which of some addresses it names. */
export function readPolicy(text: string, addresses: readonly string[]): Facts {
  const plain = text.replaceAll(/<[^>]*>|[*_`]/g, ' ').replaceAll(/\s+/g, ' ');
  const hours = /\bwithin (\d{1,4}) hours\b/i.exec(plain)?.[1];
  return {
    answersWithinHours: hours === undefined ? null : Number(hours),
    names: addresses.filter((address) => text.includes(address)),
    saysPrivately: /\bprivate(?:ly)?\b/i.test(plain),
  };
}
