// Sabotages of the walls: migrations that forget something.
import type { Mutation } from '../mutation.ts';

const MIGRATIONS = 'server/src/db/migrations';
const KERNEL = `${MIGRATIONS}/0001_kernel.sql`;
const KEYS = `${MIGRATIONS}/0030_teams.sql`;
const TRIPS = `${MIGRATIONS}/0013_model_call_trips.sql`;

export const databaseMutations: readonly Mutation[] = [
  {
    name: 'row-security-off-on-a-table',
    file: `${MIGRATIONS}/0006_api_keys.sql`,
    find: "call protect_org('api_key', 'delete', 'delete', 'redacted');",
    replace:
      "call protect_org('api_key', 'delete', 'delete', 'redacted');\nalter table api_key disable row level security;",
    mustTurnRed: 'server/test/walls.test.ts :: api_key: no scope sees',
  },
  {
    name: 'owners-pass-the-wall',
    file: KERNEL,
    find: "execute format('alter table %s force row level security', t);",
    replace: '',
    mustTurnRed: 'server/test/catalog.test.ts :: in the migrated database every table forces row security',
  },
  {
    name: 'walls-only-permit',
    file: KERNEL,
    find: 'create policy wall on %s as restrictive to',
    replace: 'create policy wall on %s to',
    mustTurnRed: 'server/test/walls.test.ts :: member: no scope sees',
  },
  {
    name: 'walls-check-no-new-row',
    file: KERNEL,
    find: "using (%s) with check (%s)', t, rule, rule);",
    replace: "using (%s) with check (true)', t, rule);",
    mustTurnRed: 'server/test/walls.test.ts :: provider: no scope sees',
  },
  {
    name: 'everybody-is-in-the-system-stream',
    file: KERNEL,
    find: 'else in_system_scope() end;',
    replace: 'else true end;',
    mustTurnRed: 'server/test/walls.test.ts :: audit_entry: no scope sees',
  },
  {
    name: 'no-context-is-any-organization',
    file: KERNEL,
    find: "call build_wall(t, 'org_id = (select holdfast.current_org())');",
    replace: "call build_wall(t, 'org_id = coalesce((select holdfast.current_org()), org_id)');",
    mustTurnRed: 'server/test/walls.test.ts :: organization: no scope sees',
  },
  {
    name: 'a-name-is-unique-over-all-tenants',
    file: `${MIGRATIONS}/0010_providers.sql`,
    find: 'unique (org_id, name)',
    replace: 'unique (name)',
    mustTurnRed: 'server/test/walls-probes.test.ts :: a value that another tenant uses is free',
  },
  {
    name: 'a-reference-leaves-the-tenant',
    file: `${MIGRATIONS}/0006_api_keys.sql`,
    find: 'foreign key (org_id, owner_user_id) references member (org_id, user_id) on delete cascade',
    replace: 'foreign key (owner_user_id) references person (user_id) on delete cascade',
    mustTurnRed: 'server/test/catalog.test.ts :: in the migrated database foreign keys carry the tenant',
  },
  {
    name: 'functions-are-open-to-everybody',
    file: KERNEL,
    find: 'alter default privileges revoke execute on routines from public;',
    replace: '',
    mustTurnRed: 'server/test/catalog.test.ts :: in the migrated database nothing is granted to everybody',
  },
  {
    name: 'look-ups-search-any-path',
    file: KERNEL,
    find: "execute format('alter function %s set search_path = holdfast, pg_temp', f);",
    replace: '',
    mustTurnRed: 'server/test/catalog.test.ts :: in the migrated database a function that lends its rights',
  },
  {
    name: 'the-application-deletes-pending-events',
    file: KERNEL,
    find: 'grant insert on audit_pending to holdfast_app;',
    replace: 'grant insert, select, delete on audit_pending to holdfast_app;',
    mustTurnRed: 'server/test/catalog.test.ts :: in the migrated database history is added to',
  },
  {
    name: 'a-session-never-expires',
    file: `${MIGRATIONS}/0005_sessions.sql`,
    find: "p.status = 'active'\n   where s.token_hash = hash and s.expires_at > now() and",
    replace: "p.status = 'active'\n   where s.token_hash = hash and",
    mustTurnRed: 'server/test/matrix.test.ts :: organization.get is refused to',
  },
  {
    name: 'a-suspended-member-goes-on',
    file: `${MIGRATIONS}/0005_sessions.sql`,
    find: "and m.user_id = s.user_id and m.status = 'active'",
    replace: 'and m.user_id = s.user_id',
    mustTurnRed: 'server/test/matrix.test.ts :: organization.get is refused to',
  },
  {
    name: 'a-revoked-key-goes-on',
    file: KEYS,
    find: 'k.id = a.key and k.revoked_at is null and',
    replace: 'k.id = a.key and',
    mustTurnRed: 'server/test/matrix.test.ts :: session.get is refused to',
  },
  {
    name: 'admissions-see-no-role',
    file: KEYS,
    find: "convert_to(f::text, 'UTF8')",
    replace: "convert_to((f.id, f.scopes)::text, 'UTF8')",
    mustTurnRed: 'server/src/kernel/known-callers.test.ts :: may do what its person’s role allows now',
  },
  {
    name: 'admissions-see-no-epoch',
    file: KEYS,
    find: "convert_to(f::text, 'UTF8')",
    replace: "convert_to((f.id, f.role, f.scopes)::text, 'UTF8')",
    mustTurnRed: 'server/src/kernel/known-callers.test.ts :: is let in by nothing that was true',
  },
  {
    name: 'endings-are-looked-for-in-all-calls',
    file: TRIPS,
    find: 'set enable_material = off set cpu_tuple_cost = 100 set jit = off',
    replace: '',
    mustTurnRed: 'server/src/modules/models/ledger.test.ts :: an ending is found by its key',
  },
];
