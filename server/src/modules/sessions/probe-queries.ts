// SQL of the sessions of a person that exists to be probed: put back in time, and beside others.
import { sql } from 'kysely';
import type { PersonTx } from '#db/scope.ts';

/** All of them, by no function that may be what is broken. */
export async function clearSessions(tx: PersonTx): Promise<void> {
  await tx.deleteFrom('session').execute();
}

export async function ageIdle(tx: PersonTx, minutes: number): Promise<void> {
  await sql`update session set last_seen_at = last_seen_at - make_interval(mins => ${minutes}::integer)`.execute(tx);
}

/** As if they had been opened so much earlier; when they were last used stays. */
export async function ageOpen(tx: PersonTx, minutes: number): Promise<void> {
  await sql`
    with back as (select make_interval(mins => ${minutes}::integer) as by)
    update session set created_at = created_at - back.by, signed_in_at = signed_in_at - back.by, expires_at = expires_at - back.by
      from back`.execute(tx);
}

export async function ageProof(tx: PersonTx, minutes: number): Promise<void> {
  await sql`update session set proven_at = proven_at - make_interval(mins => ${minutes}::integer)`.execute(tx);
}

/** Sessions of nobody, older than any: their tokens are random and thrown away. */
export async function crowdSessions(tx: PersonTx, count: number): Promise<void> {
  await sql`
    insert into session (user_id, id, org_id, token_hash, created_at, last_seen_at, proven_at, proven_by, signed_in_at,
                         idle_minutes, expires_at, address, device)
    select s.user_id, gen_random_uuid(), s.org_id, sha256(gen_random_uuid()::text::bytea), s.created_at - interval '1 minute', s.last_seen_at, s.proven_at,
           s.proven_by, s.signed_in_at, s.idle_minutes, s.expires_at, s.address, 'probe'
      from (select * from session order by created_at desc, id limit 1) s,
           generate_series(1, ${count}::integer - (select count(*) from session)::integer)`.execute(tx);
}
