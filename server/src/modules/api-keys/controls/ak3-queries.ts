// What the database does with keys when a member goes, as its catalog says.
import type { Database } from '#verification/instance.ts';

const STATEMENT = `select
  (select confdeltype::text from pg_catalog.pg_constraint where contype = 'f' and conrelid = 'holdfast.api_key'::regclass
     and confrelid = 'holdfast.member'::regclass and conkey[2] = (select attnum from pg_catalog.pg_attribute
       where attrelid = 'holdfast.api_key'::regclass and attname = 'owner_user_id')) as owner,
  (select confdeltype::text from pg_catalog.pg_constraint where contype = 'f' and conrelid = 'holdfast.api_key'::regclass
     and confrelid = 'holdfast.member'::regclass and conkey[2] = (select attnum from pg_catalog.pg_attribute
       where attrelid = 'holdfast.api_key'::regclass and attname = 'responsible_user_id')) as responsible,
  (select confdeltype::text from pg_catalog.pg_constraint where contype = 'f'
     and conrelid = 'holdfast.api_key_person'::regclass and confrelid = 'holdfast.member'::regclass) as listed,
  (select tgenabled::text from pg_catalog.pg_trigger where tgrelid = 'holdfast.api_key'::regclass
     and tgname = 'revoke_orphaned_key') as trigger`;

export type KeyRules = Readonly<Record<'owner' | 'responsible' | 'listed' | 'trigger', string | null>>;

/** Null for what is not there. Throws what the database says. */
export async function readKeyRules({ query }: Pick<Database, 'query'>, signal: AbortSignal): Promise<KeyRules> {
  const [row] = await query(STATEMENT, [], signal);
  const textOf = (name: keyof KeyRules): string | null => {
    const value = row?.[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    owner: textOf('owner'),
    responsible: textOf('responsible'),
    listed: textOf('listed'),
    trigger: textOf('trigger'),
  };
}
