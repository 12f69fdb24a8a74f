// Wraps key material and plaintext secrets so that no log, error, JSON or template ever shows one by accident.
import { inspect } from 'node:util';

declare const secretBrand: unique symbol;

/** A value that prints as `[redacted]` everywhere; only `reveal` gives it back, and only while it isn't erased. */
export interface Secret<T> {
  readonly [secretBrand]: T;
  toString(): string;
  toJSON(): string;
}

/** Why a secret is looked at, as `area.action`, so that every use is found by searching the code. */
export type RevealPurpose = `${string}.${string}`;

const redacted = '[redacted]';
const purposePattern = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;
const values = new WeakMap<object, unknown>();

// Shared by all secrets: a copy made by spreading has no value, since values hang on the identity of the original.
const behavior = Object.freeze({
  toString: () => redacted,
  toJSON: () => redacted,
  [Symbol.toPrimitive]: () => redacted,
  [inspect.custom]: () => redacted,
});

/** Wraps a value. Byte arrays are kept, not copied: the secret owns them from here on. */
export function toSecret<T>(value: T): Secret<T> {
  // The brand exists in types alone; the prototype carries the methods of the interface.
  const secret = Object.freeze(Object.create(behavior)) as Secret<T>;
  values.set(secret, value);
  return secret;
}

/**
 * The value inside. Use it in the same turn and don't keep it: bytes of an erased secret become zeros.
 * Throws TypeError for a purpose that isn't `area.action`, for anything that isn't a secret, and for an erased one.
 */
export function reveal<T>(secret: Secret<T>, purpose: RevealPurpose): T {
  if (!purposePattern.test(purpose)) throw new TypeError('a secret is revealed for a purpose written as area.action');
  if (!values.has(secret)) throw new TypeError(`nothing to reveal for ${purpose}: not a secret, or already erased`);
  // toSecret stored a T under this very object.
  return values.get(secret) as T;
}

/** Overwrites the bytes with zeros; revealing it throws from now on, so nothing is ever sealed under a zeroed key. */
export function eraseSecret(secret: Secret<Uint8Array>): void {
  const value = values.get(secret);
  if (value instanceof Uint8Array) value.fill(0);
  values.delete(secret);
}
