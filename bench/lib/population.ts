// Fills a database with organizations: written by the superuser in one go, because founding thousands one by one takes minutes.

type Admin = (sql: string, values?: readonly unknown[]) => Promise<unknown>;

export const KEYS_EACH = 30;

/** Adds organizations, each with an owner and keys; all ids are random, so that what is measured lies among them. */
export async function addOrganizations(admin: Admin, count: number): Promise<void> {
  if (count <= 0) return;
  await admin(
    `with made as (
       select i, gen_random_uuid() as org_id, gen_random_uuid() as user_id from generate_series(1, $1::integer) i
     ), people as (
       insert into holdfast.person (user_id, email, name, created_at)
       select user_id, 'owner' || user_id || '@bench.example', 'Owner', now() from made
     ), organizations as (
       insert into holdfast.organization (org_id, name, slug, created_at)
       select org_id, 'Bench ' || i, 'b' || substr(replace(org_id::text, '-', ''), 1, 30), now() from made
     ), members as (
       insert into holdfast.member (org_id, id, user_id, role, created_at)
       select org_id, gen_random_uuid(), user_id, 'owner', now() from made
     )
     insert into holdfast.api_key (org_id, id, owner_user_id, name, scopes, secret_hash, expires_at, created_at)
     select org_id, gen_random_uuid(), user_id, 'key ' || k, '{models:use}',
            sha256(convert_to(org_id::text || k, 'UTF8')), now() + interval '90 days', now() - k * interval '1 minute'
       from made cross join generate_series(1, ${KEYS_EACH}) k`,
    [count],
  );
}
