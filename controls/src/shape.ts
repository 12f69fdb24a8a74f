// Strict readers for data from outside: unknown members are refused, every fault is named with its place, all at once.
import { canonicalJson, type JsonValue } from '@holdfast/protocol/canonical-json.ts';

/** Reads a value or adds to `faults` and returns undefined. `path` names the place, such as `controls[3].id`. */
export type Shape<T> = (value: unknown, path: string, faults: string[]) => T | undefined;
/** A member that may be absent. */
export type Optional<T> = { readonly optional: Shape<T> };
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly string[] };

type Members = { readonly [member: string]: Shape<unknown> | Optional<unknown> };
type RequiredNames<M> = { [K in keyof M]: M[K] extends Optional<unknown> ? never : K }[keyof M];
type OptionalNames<M> = { [K in keyof M]: M[K] extends Optional<unknown> ? K : never }[keyof M];
type ReadOf<S> = S extends Shape<infer T> ? T : S extends Optional<infer T> ? T : never;
type ObjectOf<M> = { readonly [K in RequiredNames<M>]: ReadOf<M[K]> } & {
  readonly [K in OptionalNames<M>]?: ReadOf<M[K]>;
};

/** Reads a value of a shape; a value that is only partly right is not read at all. */
export function readShape<T>(shape: Shape<T>, value: unknown, path: string): Reading<T> {
  const faults: string[] = [];
  const read = shape(value, path, faults);
  if (faults.length > 0 || read === undefined) return { ok: false, faults };
  return { ok: true, value: read };
}

/** Text that is not blank and, where `pattern` is given, matches it as a whole. */
export function text(what: string, pattern?: RegExp): Shape<string> {
  return (value, path, faults) => {
    if (typeof value === 'string' && value.trim() !== '' && value.isWellFormed() && (pattern?.test(value) ?? true)) {
      return value;
    }
    return fault(faults, path, `is not ${what}`);
  };
}

/** A finite number of a range, both ends included. */
export function number(minimum: number, maximum: number): Shape<number> {
  return (value, path, faults) =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? value
      : fault(faults, path, `is not a number from ${minimum} to ${maximum}`);
}

export function flag(): Shape<boolean> {
  return (value, path, faults) => (typeof value === 'boolean' ? value : fault(faults, path, 'is not true or false'));
}

export function oneOf<const V extends string | boolean>(choices: readonly V[]): Shape<V> {
  return (value, path, faults) =>
    choices.find((choice) => choice === value) ?? fault(faults, path, `is not one of ${choices.join(', ')}`);
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, path, faults) => {
    if (!Array.isArray(value)) return fault(faults, path, 'is not a list');
    const items: T[] = [];
    for (const [index, each] of value.entries()) {
      const read = item(each, `${path}[${index}]`, faults);
      if (read !== undefined) items.push(read);
    }
    return items;
  };
}

/** Null, or a value of the shape. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path, faults) => (value === null ? null : shape(value, path, faults));
}

export function optional<T>(shape: Shape<T>): Optional<T> {
  return { optional: shape };
}

/** Anything JSON can carry exactly, as a fresh plain copy. */
export function json(): Shape<JsonValue> {
  return (value, path, faults) => {
    try {
      const copy: JsonValue = JSON.parse(canonicalJson(value));
      return copy;
    } catch {
      return fault(faults, path, 'is not plain JSON');
    }
  };
}

/** An object with exactly these members. */
export function object<M extends Members>(members: M): Shape<ObjectOf<M>> {
  return (value, path, faults) => {
    if (!isPlainObject(value)) return fault(faults, path, 'is not an object');
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(members, name)) faults.push(`${path}.${name} is not known`);
    }
    const read: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      const shape = typeof member === 'function' ? member : member.optional;
      if (Object.hasOwn(value, name)) read[name] = shape(value[name], `${path}.${name}`, faults);
      else if (typeof member === 'function') faults.push(`${path}.${name} is missing`);
    }
    // Each member was just read by its own shape; readShape hands nothing out while there are faults.
    return read as ObjectOf<M>;
  };
}

/** An object from names to values of one shape. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path, faults) => {
    if (!isPlainObject(value)) return fault(faults, path, 'is not an object');
    const entries = Object.entries(value).flatMap(([name, member]) => {
      const read = shape(member, `${path}.${name}`, faults);
      return read === undefined ? [] : [[name, read] as const];
    });
    return Object.fromEntries(entries);
  };
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(faults: string[], path: string, what: string): undefined {
  faults.push(`${path} ${what}`);
}
