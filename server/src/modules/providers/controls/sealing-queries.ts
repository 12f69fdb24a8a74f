// What the control of sealing asks the database: columns that could hold a secret, the probe's own provider, and where a text occurs.
import type { Database, Row, TenantVault } from '#verification/instance.ts';

/** Columns of bytes, columns whose name speaks of a secret, and those that are declared; `name` is `table.column`. */
const COLUMNS = `select c.relname || '.' || a.attname as name, t.typname as type
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'holdfast'
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type t on t.oid = a.atttypid
 where c.relkind in ('r', 'p', 'm') and (
   t.typname in ('bytea', '_bytea')
   or c.relname || '.' || a.attname = any ($1)
   or (t.typname in ('text', '_text', 'varchar', 'bpchar', 'json', 'jsonb', 'xml')
       and a.attname ~* '(secret|passw|passphrase|token|credential|private|seed|hash|salt|api_?key)'))
 order by 1`;

export type Column = { readonly name: string; readonly type: string };

export async function findSuspectColumns({ query }: Database, declared: readonly string[]): Promise<readonly Column[]> {
  return (await query(COLUMNS, [declared])).map((row) => ({ name: textAt(row, 'name'), type: textAt(row, 'type') }));
}

/** Tables of the schema with what the application may read of them. */
const TABLES = `select c.relname as name, format('%I.%I', n.nspname, c.relname) as place,
    pg_catalog.has_table_privilege(c.oid, 'select') as "isReadable"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'holdfast'
 where c.relkind in ('r', 'p') and not c.relispartition order by 1`;

export type Occurrences = {
  readonly searched: readonly string[];
  /** Not open to the application. */
  readonly closed: readonly string[];
  readonly rows: number;
  /** Tables in whose rows the text that must be found occurs, and the one that must not. */
  readonly withMarker: readonly string[];
  readonly withSecret: readonly string[];
};

/** Searches every row that the organization's scope shows, whatever its columns. Needles are lower-case. */
export async function findOccurrences(
  { rows }: Pick<TenantVault, 'rows'>,
  organizationId: string,
  needles: { readonly secret: readonly string[]; readonly marker: readonly string[] },
): Promise<Occurrences> {
  const tables = await rows(organizationId, TABLES);
  const readable = tables.filter((table) => table['isReadable'] === true);
  const statement = readable.map((table, index) => countIn(textAt(table, 'place'), index)).join(' union all ');
  const counts = readable.length === 0 ? [] : await rows(organizationId, statement, [needles.secret, needles.marker]);
  const namesWith = (member: string): readonly string[] =>
    readable.flatMap((table, index) => {
      const count = counts.find((row) => Number(row['at']) === index);
      return Number(count?.[member] ?? 0) > 0 ? [textAt(table, 'name')] : [];
    });
  return {
    searched: readable.map((table) => textAt(table, 'name')),
    closed: tables.filter((table) => table['isReadable'] !== true).map((table) => textAt(table, 'name')),
    rows: counts.reduce((sum, row) => sum + Number(row['rows'] ?? 0), 0),
    withMarker: namesWith('marker'),
    withSecret: namesWith('secret'),
  };
}

/** JSON shows texts as they are and bytes in hexadecimal; `place` was quoted by the database. */
function countIn(place: string, index: number): string {
  const has = (parameter: string): string =>
    `count(*) filter (where exists (select 1 from unnest(${parameter}::text[]) as n where strpos(r.text, n) > 0))`;
  return `select ${index} as at, count(*) as rows, ${has('$1')} as secret, ${has('$2')} as marker
    from (select lower(to_jsonb(t)::text) as text from ${place} t) r`;
}

export type StoredSecret = { readonly id: string; readonly secret: Uint8Array };

/** The provider of that name with its secret as it is stored; undefined when there is none, or it has no secret. */
export async function findStoredSecret(
  { rows }: Pick<TenantVault, 'rows'>,
  organizationId: string,
  name: string,
): Promise<StoredSecret | undefined> {
  const [row] = await rows(organizationId, 'select id, secret from holdfast.provider where name = $1', [name]);
  const { id, secret } = row ?? {};
  return typeof id === 'string' && secret instanceof Uint8Array ? { id, secret } : undefined;
}

/** Providers of this probe that an earlier run could not take away. */
export async function findLeftovers(
  { rows }: Pick<TenantVault, 'rows'>,
  organizationId: string,
  prefix: string,
): Promise<readonly string[]> {
  const statement = `select id from holdfast.provider where starts_with(name, $1) and created_at < now() - interval '1 hour'`;
  return (await rows(organizationId, statement, [prefix])).map((row) => textAt(row, 'id'));
}

export type DataKeyShape = {
  readonly id: string;
  readonly state: string;
  readonly kekId: string;
  /** Of the wrapped key: how long, and its first ten bytes in hexadecimal. */
  readonly wrappedBytes: number;
  readonly wrappedHead: string;
};

const DATA_KEYS = `select id, state, kek_id as "kekId", octet_length(wrapped) as "wrappedBytes",
    encode(substring(wrapped from 1 for 10), 'hex') as "wrappedHead" from holdfast.find_data_keys($1)`;

/** The shape of the organization's wrapped data keys, through the look-up that the server itself uses. */
export async function findDataKeyShapes({ query }: Database, organizationId: string): Promise<readonly DataKeyShape[]> {
  return (await query(DATA_KEYS, [organizationId])).map((row) => ({
    id: textAt(row, 'id'),
    state: textAt(row, 'state'),
    kekId: textAt(row, 'kekId'),
    wrappedBytes: Number(row['wrappedBytes']),
    wrappedHead: textAt(row, 'wrappedHead'),
  }));
}

function textAt(row: Row, name: string): string {
  return String(row[name]);
}
