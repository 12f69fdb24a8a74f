// Reads the facts of evidence for judges: a fact that is missing or of another type is an error, never a quiet `undefined`.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { isJsonObject, type Evidence } from './evidence.ts';

/** Evidence lacks a fact that a judge needs; the control's verdict becomes `error`. */
export class FactError extends Error {
  override readonly name = 'FactError';
}

/** Facts by name. Every function throws FactError when the fact is missing or of another type. */
export type Facts = {
  readonly text: (name: string) => string;
  /** Undefined for null, which says that the fact was looked for and absent. */
  readonly findText: (name: string) => string | undefined;
  readonly number: (name: string) => number;
  /** Undefined for null, as for texts. */
  readonly findNumber: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
  readonly texts: (name: string) => readonly string[];
  /** Objects in a list. */
  readonly parts: (name: string) => readonly Facts[];
  readonly part: (name: string) => Facts;
  /** Names of the facts, for data that maps names to things. */
  readonly names: () => readonly string[];
};

/** The facts of a piece of evidence, whose data must be an object. */
export function factsOf(evidence: Pick<Evidence, 'subject' | 'data'>): Facts {
  return readFacts(evidence.data, evidence.subject);
}

function readFacts(data: JsonValue, where: string): Facts {
  if (!isJsonObject(data)) throw new FactError(`${where}: facts are no object`);
  const get = <T extends JsonValue>(name: string, what: string, is: (value: JsonValue) => value is T): T => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    if (value === undefined || !is(value)) throw new FactError(`${where}: ${name} is not ${what}`);
    return value;
  };
  const below = (name: string): string => `${where}: ${name}`;
  return {
    text: (name) => get(name, 'a text', isText),
    findText: (name) => get(name, 'a text or null', isTextOrNull) ?? undefined,
    number: (name) => get(name, 'a number', (value) => typeof value === 'number'),
    findNumber: (name) => get(name, 'a number or null', isNumberOrNull) ?? undefined,
    flag: (name) => get(name, 'true or false', (value) => typeof value === 'boolean'),
    texts: (name) => get(name, 'a list of texts', isTexts),
    parts: (name) => get(name, 'a list', isList).map((each) => readFacts(each, below(name))),
    part: (name) => readFacts(get(name, 'an object', isAny), below(name)),
    names: () => Object.keys(data),
  };
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: JsonValue): value is string | null {
  return value === null || typeof value === 'string';
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isNumberOrNull(value: JsonValue): value is number | null {
  return value === null || typeof value === 'number';
}

function isTexts(value: JsonValue): value is readonly string[] {
  return isList(value) && value.every(isText);
}

function isAny(value: JsonValue): value is JsonValue {
  return value !== undefined;
}
