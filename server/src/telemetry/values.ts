// The kinds of value that may leave the process in a log line, span or label; none of them has room for free text.
import ipaddr from 'ipaddr.js';
import { isCardNumber } from './checksums.ts';

/**
 * - `number`: finite, not a card number · `boolean` · `duration`: milliseconds, not negative
 * - `id`: a UUID or an id such as `key_01kar0…` · `address`: an IP address
 * - `name`: a technical name of up to 64 characters: a route, a model, a file, an error code
 * - `reason`: lower-case words joined by `_`, `.` or `-`, up to 64 characters
 */
export type ValueKind = (typeof valueKinds)[number];

/** All kinds. */
export const valueKinds = ['number', 'boolean', 'duration', 'id', 'address', 'name', 'reason'] as const;

/** What code passes for a kind. */
export type ValueInput = {
  readonly number: number;
  readonly boolean: boolean;
  readonly duration: number;
  readonly id: string;
  readonly address: string;
  readonly name: string;
  readonly reason: string;
};

/** A declaration of named values; `?` marks one that may be absent. */
export type ValueDeclarations = Readonly<Record<string, ValueKind | `${ValueKind}?`>>;

declare const checkedBrand: unique symbol;

/** Text that was checked to be a name when it was made. */
export type CheckedName = string & { readonly [checkedBrand]: 'name' };

/** What the type checker shows where a plain `string` is passed as a name or reason. */
export type PlainStringRefused = {
  readonly refused: 'a plain string can hold anything: pass a literal, or checkName(text)';
};

/**
 * Refuses a plain `string` where a name or reason is expected: literals and unions of literals come from our code,
 * template types and brands were checked, a plain string may have come from a caller.
 */
export type ClosedText<T> = T extends string ? (string extends T ? PlainStringRefused : T) : T;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const prefixedId = /^[a-z][a-z0-9]{0,11}(?:_[a-z0-9]{1,12}){0,2}_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const name = /^[A-Za-z0-9/][A-Za-z0-9._:/{}*-]{0,63}$/;
const reason = /^[a-z](?:[a-z0-9]|[._-](?=[a-z0-9])){0,63}$/;

/** Whether text is a UUID or an id as `@holdfast/protocol/ids.ts` writes it. */
export function isId(text: string): boolean {
  return text.length <= 64 && (uuid.test(text) || prefixedId.test(text));
}

/** Whether text is a technical name: closed characters, 64 at most, no part that looks random. */
export function isName(text: string): boolean {
  if (knownNames.has(text)) return true;
  const isOne = name.test(text) && !hasRandomPart(text);
  if (isOne && knownNames.size < knownNamesMax) knownNames.add(text);
  return isOne;
}

/** Routes, methods and codes stand in every line; what is a name stays one. */
const knownNames = new Set<string>();
const knownNamesMax = 2_000;

/** Whether text is a reason: lower-case words joined by `_`, `.` or `-`, 64 characters at most, no part that looks random. */
export function isReason(text: string): boolean {
  if (knownReasons.has(text)) return true;
  const isOne = reason.test(text) && !hasRandomPart(text);
  if (isOne && knownReasons.size < knownNamesMax) knownReasons.add(text);
  return isOne;
}

const knownReasons = new Set<string>();

/** Makes a name of text that isn't a literal, such as a route's id. Throws RangeError if it isn't one. */
export function checkName(text: string): CheckedName {
  if (!isName(text)) throw new RangeError('not a technical name');
  return text as CheckedName; // The brand is made here and nowhere else.
}

/** The value as it leaves, or undefined if it is not of its kind. Never throws, never converts text. */
export function renderValue(kind: ValueKind, value: unknown): string | number | boolean | undefined {
  return renderers[kind](value);
}

/** What stands for a value that is not of its kind; the value itself is gone. */
export function refusalOf(kind: ValueKind): string {
  return `[invalid:${kind}]`;
}

/** The kind of a declaration, without its `?`. */
export function kindOf(declaration: ValueKind | `${ValueKind}?`): {
  readonly kind: ValueKind;
  readonly optional: boolean;
} {
  const optional = declaration.endsWith('?');
  // A declaration without its mark is a kind: the type of the parameter says so.
  return { kind: (optional ? declaration.slice(0, -1) : declaration) as ValueKind, optional };
}

const renderers: { readonly [K in ValueKind]: (value: unknown) => string | number | boolean | undefined } = {
  number: renderNumber,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  duration: renderDuration,
  id: (value) => (typeof value === 'string' && isId(value) ? value : undefined),
  address: renderAddress,
  name: (value) => (typeof value === 'string' && isName(value) ? value : undefined),
  reason: (value) => (typeof value === 'string' && isReason(value) ? value : undefined),
};

function renderNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return isCardNumber(String(Math.abs(value))) ? undefined : value;
}

// Microseconds are as fine as a clock is honest; 10^12 ms is 31 years, and below any card number.
function renderDuration(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value >= 0 && value < 1e12)) return undefined;
  return Math.round(value * 1000) / 1000;
}

function renderAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const bare = value.split('%', 1)[0] ?? ''; // A zone id is free text.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return bare;
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare).toString() : undefined;
}

/** The network of a rendered address: the first 24 bits of IPv4, the first 48 of IPv6. */
export function networkOf(address: string): string {
  return ipaddr.IPv4.isValidFourPartDecimal(address)
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`).toString()}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/48`).toString()}/48`;
}

/*
 * A name is not a place for a key: a part longer than any word of ours, or one that changes between letters and digits
 * more than three times (`x509v3` does so three times), is taken for random text.
 */
function hasRandomPart(text: string): boolean {
  return text.split(/[^A-Za-z0-9]/).some((part) => {
    if (part.length > 32) return true;
    return part.length >= 10 && (part.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0) > 3;
  });
}
