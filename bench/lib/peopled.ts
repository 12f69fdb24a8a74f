// Fills organizations as companies are: a hundred members each with roles, teams, projects, keys, and grants to all of them.

type Admin = (sql: string) => Promise<unknown>;

export const MEMBERS_EACH = 100;
export const KEYS_EACH = 30;
export const TEAMS_EACH = 8;
export const PROJECTS_EACH = 4;
export const CUSTOM_ROLES_EACH = 5;

/** Adds organizations, each with all that. Ids are random, so that what is measured lies among them. */
export function addPeopled(admin: Admin, count: number): Promise<unknown> {
  return fill(
    admin,
    `create temp table chosen on commit drop as select gen_random_uuid() as org_id from generate_series(1, ${Math.trunc(count)});
     insert into organization (org_id, name, slug, created_at)
     select org_id, 'Bench', 'b' || substr(replace(org_id::text, '-', ''), 1, 30), now() from chosen;
     insert into epoch (org_id, kind, value) select org_id, 'session', 1 from chosen;`,
  );
}

/** The same for an organization that was founded through the product, by its slug: whoever is in it stays what they are. */
export function fillFounded(admin: Admin, slug: string): Promise<unknown> {
  if (!/^[a-z0-9-]+$/u.test(slug)) throw new Error('this is no slug');
  return fill(
    admin,
    `create temp table chosen on commit drop as select org_id from organization where slug = '${slug}';`,
  );
}

/**
 * One trip and one transaction, one statement a table. What is written is whole by itself, so keys and triggers are not asked
 * for each of these rows: they would take most of an hour for a million members, and count no row more.
 */
function fill(admin: Admin, choose: string): Promise<unknown> {
  return admin(
    `set local search_path = holdfast, pg_temp; set local session_replication_role = replica; ${choose} ${PEOPLE} ${AUTHORITY} ${OBJECTS} ${GRANTS}`,
  );
}

/** One owner, four admins, and of the others one viewer for two members. `n` counts the members of an organization from 0. */
const PEOPLE = `
  create temp table added on commit drop as
    select c.org_id, gen_random_uuid() as user_id, gen_random_uuid() as member_id,
           case when n = 0 then 'owner' when n < 5 then 'admin' when n % 3 = 0 then 'viewer' else 'member' end as role
      from (select c.org_id, (select count(*) from member m where m.org_id = c.org_id) as there from chosen c) c
      cross join lateral generate_series(c.there, ${MEMBERS_EACH - 1}) n;
  insert into person (user_id, email, name, created_at)
    select user_id, user_id || '@bench.example', 'Somebody ' || substr(user_id::text, 1, 8), now() from added;
  insert into member (org_id, id, user_id, role, created_at) select org_id, member_id, user_id, role, now() from added;
  create temp table people on commit drop as
    select m.org_id, m.id, m.user_id, row_number() over (partition by m.org_id order by m.id) - 1 as n
      from member m join chosen using (org_id);`;

/** Every fifth member has a custom role; everybody is in a team, and two of five in a project. */
const AUTHORITY = `
  create temp table roles on commit drop as
    select org_id, gen_random_uuid() as id, r from chosen cross join generate_series(0, ${CUSTOM_ROLES_EACH - 1}) r;
  insert into custom_role (org_id, id, name, description, permissions, created_at)
    select org_id, id, 'role ' || r, '', array['audit:read', 'team:read'], now() from roles;
  insert into member_role (org_id, member_id, role_id, given_at)
    select p.org_id, p.id, r.id, now() from people p join roles r on r.org_id = p.org_id and r.r = p.n / 5 % ${CUSTOM_ROLES_EACH}
     where p.n % 5 = 0;
  create temp table teams on commit drop as
    select org_id, gen_random_uuid() as id, t from chosen cross join generate_series(0, ${TEAMS_EACH - 1}) t;
  insert into team (org_id, id, name, description, created_at) select org_id, id, 'team ' || t, '', now() from teams;
  insert into team_member (org_id, team_id, member_id, is_lead, joined_at)
    select p.org_id, t.id, p.id, p.n < ${TEAMS_EACH}, now() from people p
      join teams t on t.org_id = p.org_id and t.t = p.n % ${TEAMS_EACH};
  insert into team_role (org_id, team_id, role_id, given_at)
    select t.org_id, t.id, r.id, now() from teams t join roles r on r.org_id = t.org_id and r.r = t.t where t.t < 2;
  create temp table projects on commit drop as
    select org_id, gen_random_uuid() as id, j from chosen cross join generate_series(0, ${PROJECTS_EACH - 1}) j;
  insert into project (org_id, id, name, description, created_at) select org_id, id, 'project ' || j, '', now() from projects;
  insert into project_member (org_id, project_id, user_id, is_lead, added_at)
    select p.org_id, j.id, p.user_id, p.n < 10, now() from people p join projects j on j.org_id = p.org_id and j.j = p.n % 10;`;

/** Keys of as many members. */
const OBJECTS = `
  create temp table keys on commit drop as
    select org_id, gen_random_uuid() as id, user_id, n as k from people where n < ${KEYS_EACH};
  insert into api_key (org_id, id, owner_user_id, name, scopes, secret_hash, expires_at, created_at)
    select org_id, id, user_id, 'key ' || k, '{models:use}', sha256(convert_to(id::text, 'UTF8')), now() + interval '90 days',
           now() - k * interval '1 minute' from keys;`;

/** Every member has one key of somebody else's by themselves, every team two, every project one, and everybody one; some have ended. */
const GRANTS = `
  insert into object_grant (org_id, id, object_kind, object_id, rank, member_id, expires_at, created_at)
    select p.org_id, gen_random_uuid(), 'api_key', k.id, 1 + p.n % 3, p.id,
           case when p.n % 10 = 9 then now() - interval '1 day' when p.n % 2 = 0 then now() + interval '30 days' end, now()
      from people p join keys k on k.org_id = p.org_id and k.k = (p.n + 7) % ${KEYS_EACH};
  insert into object_grant (org_id, id, object_kind, object_id, rank, team_id, created_at)
    select t.org_id, gen_random_uuid(), 'api_key', k.id, 1 + t.t % 3, t.id, now()
      from teams t join keys k on k.org_id = t.org_id and k.k / 2 = t.t;
  insert into object_grant (org_id, id, object_kind, object_id, rank, project_id, created_at)
    select j.org_id, gen_random_uuid(), 'api_key', k.id, 2, j.id, now()
      from projects j join keys k on k.org_id = j.org_id and k.k = 20 + j.j;
  insert into object_grant (org_id, id, object_kind, object_id, rank, to_everybody, created_at)
    select org_id, gen_random_uuid(), 'api_key', id, 1, true, now() from keys where k = 29;`;
