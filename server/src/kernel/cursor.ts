// Where a page ended, as an opaque text: the order that was asked for, and the place of the last row in it.
import { kernelErrors } from './errors.ts';

/** Types of columns that lists are sorted by; text stands in the order of its lower case. */
export type ColumnType = 'uuid' | 'bigint' | 'timestamptz' | 'text';

export type Place = { readonly value: string; readonly unique: string };

// PostgreSQL compares what it is given by these types; what it would refuse to read is refused here, as a 400.
const IS_OF_TYPE: Readonly<Record<ColumnType, (value: string) => boolean>> = {
  uuid: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  bigint: (value) => /^-?[0-9]{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value),
  timestamptz: isInstant,
  text: (value) => value.isWellFormed() && !value.includes('\0'),
};

function isInstant(value: string): boolean {
  if (/^-?infinity$/.test(value)) return true;
  // PostgreSQL has no year 0.
  const parts = /^((?!0000)\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?\+00$/.exec(value);
  if (parts === null) return false;
  const iso = `${parts[1] ?? ''}T${parts[2] ?? ''}.000Z`;
  const at = new Date(iso);
  return !Number.isNaN(at.getTime()) && at.toISOString() === iso;
}

export function encodeCursor(sort: string, { value, unique }: Place): string {
  return Buffer.from(JSON.stringify([sort, value, unique])).toString('base64url');
}

/** Throws a 400 for whatever this list did not give for this order. */
export function decodeCursor(
  cursor: string,
  sort: string,
  types: { readonly value: ColumnType; readonly unique: ColumnType },
): Place {
  const [sortThen, value, unique, ...rest] = readParts(cursor);
  const isOurs = sortThen === sort && rest.length === 0 && value !== undefined && unique !== undefined;
  if (!isOurs || !IS_OF_TYPE[types.value](value) || !IS_OF_TYPE[types.unique](unique)) {
    throw kernelErrors['request.invalid']({
      fields: [{ pointer: '/query/cursor', message: 'is not a cursor of this list in this order' }],
    });
  }
  return { value, unique };
}

function readParts(cursor: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}
