// Kinds of objects that grants can be on. A module declares one for what it keeps; nothing else about the module changes.
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { OrgTx } from '#db/scope.ts';
import type { ObjectRef, Ownable } from './authorize.ts';
import { GRANT_LEVELS, type GrantLevel, type Permission } from './permissions.ts';

export type ObjectKind = {
  /** Also the resource of its permissions and the kind of its rows. */
  readonly kind: string;
  /** Of its public ids. */
  readonly prefix: string;
  /** One of them in words, for example `model provider`. */
  readonly describe: string;
  /** The object, which nobody deletes until the transaction ends; undefined when there is none. */
  readonly lock: (tx: OrgTx, id: string) => Promise<(Ownable & { readonly id: string }) | undefined>;
};

export type ObjectKinds = ReadonlyMap<string, ObjectKind>;

export function defineObjectKind(kind: ObjectKind): ObjectKind {
  return Object.freeze(kind);
}

/** The object of a public id, of whatever kind; undefined for an id of no kind that grants can be on. */
export function readObjectId(kinds: ObjectKinds, text: string): ObjectRef | undefined {
  for (const { kind, prefix } of kinds.values()) {
    const id = decodeId(prefix, text);
    if (id !== undefined) return { kind, id };
  }
  return undefined;
}

/** Of permissions about grants themselves: which kind of object those are on makes no difference. */
const OF_GRANTS = 'grant';

/** What a level gives on objects of a kind; letting others in is part of it, as far as the level goes. */
export function permissionsOfLevel(
  permissions: readonly Permission[],
  kind: string,
  level: GrantLevel,
): readonly Permission[] {
  const levels = GRANT_LEVELS.slice(0, GRANT_LEVELS.indexOf(level) + 1);
  return permissions.filter(
    ({ resource, granted }) =>
      granted !== undefined && levels.includes(granted) && (resource === kind || resource === OF_GRANTS),
  );
}
