// Reads JSON from files and commands into shapes that were checked, so that a changed format is a fault and no surprise.
import { readFileSync } from 'node:fs';

export type JsonObject = { readonly [key: string]: unknown };

/** The JSON object in a file; throws, naming the file, when it is missing, no JSON, or no object. */
export function readJsonObject(path: string): JsonObject {
  return parseJsonObject(readFileSync(path, 'utf8'), path);
}

/** The JSON object in a text; throws, naming where it came from, when it is no JSON or no object. */
export function parseJsonObject(text: string, from: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${from} is not JSON`, { cause: error });
  }
  if (!isJsonObject(value)) throw new Error(`${from} is not a JSON object`);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a key, or an empty one when the key is absent; throws when something else stands there. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key] ?? {};
  if (!isJsonObject(value)) throw new Error(`"${key}" is not an object`);
  return value;
}

/** The string entries of the object under a key; throws when a value is no string. */
export function stringsAt(parent: JsonObject, key: string): Readonly<Record<string, string>> {
  const strings: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectAt(parent, key))) {
    if (typeof value !== 'string') throw new Error(`"${key}.${name}" is not a string`);
    strings[name] = value;
  }
  return strings;
}

/** The string under a key, or undefined when it is absent or of another type. */
export function stringAt(parent: JsonObject, key: string): string | undefined {
  const value = parent[key];
  return typeof value === 'string' ? value : undefined;
}

/** A list of texts. Throws Error when it is missing or holds anything else. */
export function textsAt(parent: JsonObject, key: string): readonly string[] {
  const list = parent[key];
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string'))
    throw new Error(`"${key}" is not a list of texts`);
  return list;
}
