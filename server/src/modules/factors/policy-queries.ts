// SQL of an organization's sign-in policy: one row, or none where it has said nothing.
import { sql } from 'kysely';
import type { OrgTx } from '#db/scope.ts';

const columns = [
  'required',
  'allowed_kinds',
  'grace_hours',
  'required_since',
  'idle_minutes',
  'absolute_minutes',
  'password_length_min',
  'version',
] as const;

export type PolicyRow = NonNullable<Awaited<ReturnType<typeof findPolicy>>>;

export function findPolicy(tx: OrgTx) {
  return tx.selectFrom('sign_in_policy').select(columns).executeTakeFirst();
}

type NewPolicy = {
  readonly org_id: string;
  readonly required: string;
  readonly allowed_kinds: string[];
  readonly grace_hours: number;
  readonly required_since: Date;
  readonly idle_minutes: number | null;
  readonly absolute_minutes: number | null;
  readonly password_length_min: number | null;
};

export function putPolicy(tx: OrgTx, row: NewPolicy) {
  const { org_id: _, ...change } = row;
  return tx
    .insertInto('sign_in_policy')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet({ ...change, version: sql`sign_in_policy.version + 1` }),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
}
