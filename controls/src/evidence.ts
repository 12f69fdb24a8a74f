// Evidence: what a probe saw, as plain JSON that can be stored, replayed, changed on purpose and signed.
import { encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { canonicalJson, canonicalJsonBytes, type JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { sha256 } from '@holdfast/protocol/sha256.ts';
import { parseInstant } from './dates.ts';
import { findSecret } from './secrets.ts';
import { json, list, number, object, oneOf, optional, readShape, text, type Reading, type Shape } from './shape.ts';
import { vantages, type Vantage } from './verdict.ts';

/** What a probe saw, before it is sealed. */
export type Observation = {
  /** What sort of thing it is, such as `http.exchange`. */
  readonly kind: string;
  /** The thing itself, such as `GET https://example.com/`. */
  readonly subject: string;
  /** Where in it to look: a header, `file:line`, a statement. */
  readonly at: string;
  /** The facts. Each is always present and null when it was looked for and absent; secrets are fingerprints. */
  readonly data: JsonValue;
  readonly vantage: Vantage;
  /** How long it may be relied on. */
  readonly ttlSeconds: number;
  /** A command with which a person sees the same. */
  readonly reproduce?: string;
  /** The probe saw a part only, so nothing can be concluded from it. */
  readonly truncated?: true;
  /** Members of `data` that change without meaning anything, such as the time; the hash leaves them out. */
  readonly volatile?: readonly string[];
};

export type Evidence = Observation & {
  /** An instant as `2026-11-22T10:45:00.000Z`. */
  readonly collectedAt: string;
  /** Which probe saw it; no version, so that an upgrade changes no hash. */
  readonly collector: string;
  /** SHA-256, hexadecimal, of the canonical JSON of all but `collectedAt`, `reproduce`, the volatile facts and itself. */
  readonly sha256: string;
};

export type UnsealedEvidence = Omit<Evidence, 'sha256'>;

/** What was observed cannot be evidence: it has another shape, is too large, or holds a secret. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}

/** One piece of evidence is facts, not a dump. */
export const evidenceBytesMax = 65_536;
const ttlSecondsMax = 31_622_400;
export const sha256Text = text('a SHA-256 in hexadecimal', /^[0-9a-f]{64}$/);

/** An instant in the one accepted spelling. */
export const instantText: Shape<string> = (value, path, faults) => {
  if (typeof value === 'string' && parseInstant(value) !== undefined) return value;
  faults.push(`${path} is not an instant such as 2026-11-22T10:45:00.000Z`);
  return undefined;
};

const evidenceShape = object({
  kind: text('a kind such as http.exchange', /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/),
  subject: text('a subject'),
  at: text('a locator'),
  data: json(),
  vantage: oneOf(vantages),
  ttlSeconds: number(1, ttlSecondsMax),
  reproduce: optional(text('a command')),
  truncated: optional(oneOf([true])),
  volatile: optional(list(text('the name of a fact'))),
  collectedAt: instantText,
  collector: text('a collector'),
  sha256: sha256Text,
});

/** Seals what was observed. Throws EvidenceError; the message never repeats the data. */
export function makeEvidence(unsealed: UnsealedEvidence): Evidence {
  const sealed: unknown = { ...unsealed, sha256: hashOf(unsealed) };
  const parsed = parseEvidence(sealed);
  if (!parsed.ok) throw new EvidenceError(parsed.faults.join('; '));
  return parsed.value;
}

/** Seals again what was changed on purpose. */
export function resealEvidence(evidence: UnsealedEvidence & { readonly sha256?: string }): Evidence {
  const { sha256: _stale, ...unsealed } = evidence;
  return makeEvidence(unsealed);
}

/**
 * Pieces that were read, with their digests once asked for. They are deeply frozen copies, so what was found of them stays true; a
 * server judges all of its evidence again whenever it has looked at one control.
 */
const known = new WeakMap<object, { digest?: string }>();

/** Reads evidence strictly: exact members, the right hash, no secret. The result is a deeply frozen copy. */
export function parseEvidence(value: unknown): Reading<Evidence> {
  if (isKnown(value)) return { ok: true, value };
  const plain = readShape(json(), value, 'evidence');
  if (!plain.ok) return plain;
  const read = readShape(evidenceShape, plain.value, 'evidence');
  if (!read.ok) return read;
  const fault = findFault(read.value);
  if (fault !== undefined) return { ok: false, faults: [`evidence ${fault}`] };
  known.set(deepFreeze(read.value), {});
  return { ok: true, value: read.value };
}

function isKnown(value: unknown): value is Evidence {
  return typeof value === 'object' && value !== null && known.has(value);
}

/** SHA-256, hexadecimal, of the whole piece: time and volatile facts too. */
export function digestEvidence(evidence: Evidence): string {
  const kept = known.get(evidence);
  if (kept === undefined) return hashJson(evidence);
  kept.digest ??= hashJson(evidence);
  return kept.digest;
}

/** SHA-256, hexadecimal, of the canonical JSON of a value. Throws CanonicalJsonError. */
export function hashJson(value: unknown): string {
  return encodeHex(sha256(canonicalJsonBytes(value)));
}

function findFault(evidence: Evidence): string | undefined {
  const whole = canonicalJson(evidence);
  if (encodeUtf8(whole).length > evidenceBytesMax) return `is larger than ${evidenceBytesMax} bytes`;
  const secret = findSecret(whole);
  if (secret !== undefined) return `holds ${secret}`;
  const facts = new Set(isJsonObject(evidence.data) ? Object.keys(evidence.data) : []);
  const missing = evidence.volatile?.find((name) => !facts.has(name));
  if (missing !== undefined) return `calls ${missing} volatile, which is no fact of it`;
  return evidence.sha256 === hashOf(evidence) ? undefined : 'does not match its hash';
}

function hashOf(evidence: UnsealedEvidence & { readonly sha256?: string }): string {
  // How to see the same names ports and folders of the moment; what was seen does not hang on them.
  const { collectedAt: _time, reproduce: _way, sha256: _self, data, ...rest } = evidence;
  try {
    return hashJson({ ...rest, data: withoutVolatile(data, evidence.volatile ?? []) });
  } catch {
    throw new EvidenceError('evidence is not plain JSON');
  }
}

function withoutVolatile(data: JsonValue, names: readonly string[]): JsonValue {
  if (!isJsonObject(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));
}

/** Whether data is an object, rather than a list or a single value. */
export function isJsonObject(data: JsonValue): data is { readonly [member: string]: JsonValue } {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
