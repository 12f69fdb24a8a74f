// Declares what may be logged: an event's id, level, constant message and fields; the log takes nothing else.
import { scanText } from './scan.ts';
import { type ClosedText, kindOf, type ValueInput, type ValueKind } from './values.ts';

/** Levels in rising order. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Kinds of a log field: those of `ValueKind`, and `error` for anything thrown. */
export type FieldKind = ValueKind | 'error';

/** Fields of an event; `?` marks one that may be absent. */
export type FieldDeclarations = Readonly<Record<string, FieldKind | `${FieldKind}?`>>;

/** A declared log event; made by `defineLogEvent` alone. */
export type LogEvent<F extends FieldDeclarations = FieldDeclarations> = {
  readonly id: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: F;
};

type InputOf<D> = D extends 'error' | 'error?'
  ? unknown
  : D extends ValueKind | `${ValueKind}?`
    ? ValueInput[BaseOf<D>]
    : never;

type BaseOf<D> = D extends `${infer K extends ValueKind}?` ? K : D extends ValueKind ? D : never;

type OptionalNames<F> = { [N in keyof F]: F[N] extends `${string}?` ? N : never }[keyof F];

/** Values of an event's fields. */
export type FieldValues<F extends FieldDeclarations> = {
  readonly [N in Exclude<keyof F, OptionalNames<F>>]: InputOf<F[N]>;
} & { readonly [N in OptionalNames<F>]?: InputOf<F[N]> | undefined };

type OpenText = 'name' | 'name?' | 'reason' | 'reason?';

/** Narrows values to declared fields, and names and reasons to text that isn't a plain `string`. */
export type ClosedValues<F extends FieldDeclarations, V> = {
  readonly [N in keyof V]: N extends keyof F ? (F[N] extends OpenText ? ClosedText<V[N]> : V[N]) : never;
};

const events = new Map<string, LogEvent>();

const idPattern = /^[a-z][a-z0-9_]{0,31}\.[a-z][a-z0-9_]{0,47}$/;
const fieldPattern = /^[a-z][A-Za-z0-9]{0,31}$/;
const reservedFields = new Set(['time', 'level', 'event', 'message', 'requestId', 'traceId']);
const fieldsMax = 24;

/**
 * Declares an event, once per process. The message is constant text of ours, in the operator's words. Throws RangeError
 * on a malformed or repeated id, a message or field name that the scanner would mask, a reserved field, more than one
 * error, or a duration whose name does not end in `Ms`.
 */
export function defineLogEvent<const F extends FieldDeclarations>(
  id: string,
  parts: { readonly level: LogLevel; readonly message: string; readonly fields: F },
): LogEvent<F> {
  const fault = findFault(id, parts);
  if (fault !== undefined) throw new RangeError(`log event ${JSON.stringify(id)}: ${fault}`);
  const event = Object.freeze({ id, ...parts, fields: Object.freeze({ ...parts.fields }) });
  events.set(id, event);
  return event;
}

/** All declared events by id, for the generated reference. */
export function listLogEvents(): readonly LogEvent[] {
  return [...events.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Kind of a declared field, without its `?`. */
export function fieldKindOf(declaration: FieldKind | `${FieldKind}?`): FieldKind {
  return declaration === 'error' || declaration === 'error?' ? 'error' : kindOf(declaration).kind;
}

function findFault(
  id: string,
  parts: { readonly message: string; readonly fields: FieldDeclarations },
): string | undefined {
  const names = Object.keys(parts.fields);
  if (!idPattern.test(id)) return 'the id is `area.what_happened`';
  if (events.has(id)) return 'declared twice';
  if (!/^[\x20-\x7e]{1,160}$/.test(parts.message)) return 'the message is 1 to 160 printable ASCII characters';
  if (scanText(parts.message).masked.length > 0) return 'the scanner would mask part of the message';
  if (names.length > fieldsMax) return `more than ${fieldsMax} fields`;
  if (Object.values(parts.fields).filter((kind) => fieldKindOf(kind) === 'error').length > 1)
    return 'more than one error';
  return names.map((name) => findFieldFault(name, parts.fields[name])).find((fault) => fault !== undefined);
}

function findFieldFault(name: string, declaration: FieldDeclarations[string] | undefined): string | undefined {
  if (!fieldPattern.test(name)) return `the field ${JSON.stringify(name)} is not in camel case`;
  if (reservedFields.has(name)) return `the field ${name} is written by the log itself`;
  if (declaration && fieldKindOf(declaration) === 'duration' && !name.endsWith('Ms'))
    return `the duration ${name} must end in Ms`;
  if (scanText(JSON.stringify({ [name]: 'x' })).masked.length > 0) return `the scanner would mask the field ${name}`;
  return undefined;
}
