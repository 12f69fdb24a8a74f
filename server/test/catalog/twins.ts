// Broken twins of the catalog: each breaks one promise as superuser, and the rule named with it must say so in these words.

export type Twin = { readonly breaks: string; readonly by: string; readonly told: string };

export const twins: readonly Twin[] = [
  {
    breaks: 'every table has exactly one rule, of a kind we know',
    by: 'create table holdfast.forgotten (org_id uuid not null, id uuid not null, primary key (org_id, id))',
    told: 'forgotten has 0 rules',
  },
  {
    breaks: 'every table has exactly one rule, of a kind we know',
    by: "insert into holdfast.table_rule values ('gone', 'org', 'delete', 'delete', 'full')",
    told: 'gone has a rule but is no table',
  },
  {
    breaks: 'every table forces row security and has the wall of its kind',
    by: 'alter table holdfast.api_key no force row level security',
    told: 'api_key does not force row security',
  },
  {
    breaks: 'every table forces row security and has the wall of its kind',
    by: 'alter table holdfast.session disable row level security',
    told: 'session does not force row security',
  },
  ...[
    'drop policy wall on holdfast.api_key',
    'alter policy wall on holdfast.api_key to holdfast_sequencer',
    'alter policy wall on holdfast.api_key using (true)',
    'alter policy wall on holdfast.api_key with check (true)',
    'alter policy wall on holdfast.api_key using (org_id = holdfast.current_org())',
    'drop policy wall on holdfast.api_key; create policy wall on holdfast.api_key to holdfast_app using (org_id = (select holdfast.current_org()))',
    'drop policy wall on holdfast.api_key; create policy wall on holdfast.api_key as restrictive for select to holdfast_app using (org_id = (select holdfast.current_org()))',
  ].map((by) => ({
    breaks: 'every table forces row security and has the wall of its kind',
    by,
    told: 'api_key has no wall of kind org',
  })),
  ...[
    'drop policy wall on holdfast.project_member',
    'alter policy wall on holdfast.project_member using (org_id = (select holdfast.current_org()))',
    'alter policy wall on holdfast.project_member with check (org_id = (select holdfast.current_org()))',
    'alter policy wall on holdfast.project_member using (project_id = (select holdfast.current_project()))',
  ].map((by) => ({
    breaks: 'every table forces row security and has the wall of its kind',
    by,
    told: 'project_member has no wall of kind project',
  })),
  {
    breaks: 'no policy is for everybody, for the login or, but where listed, for the owner',
    by: 'create policy anybody on holdfast.person using (true)',
    told: 'person has policy anybody for public',
  },
  {
    breaks: 'no policy is for everybody, for the login or, but where listed, for the owner',
    by: 'create policy owner on holdfast.person to holdfast_migrator using (true)',
    told: 'person has policy owner for holdfast_migrator',
  },
  {
    breaks: 'tenant columns are there and never null',
    by: 'alter table holdfast.session drop constraint session_pkey, alter column user_id drop not null',
    told: 'session.user_id may be null',
  },
  {
    breaks: 'tenant columns are there and never null',
    by: "update holdfast.table_rule set kind = 'org' where table_name = 'setup_token'",
    told: 'setup_token has no column org_id',
  },
  {
    breaks: 'primary keys, unique keys and indexes begin with the tenant',
    by: 'create unique index provider_by_name on holdfast.provider (name)',
    told: 'provider has provider_by_name on (name)',
  },
  {
    breaks: 'primary keys, unique keys and indexes begin with the tenant',
    by: 'create index provider_lower on holdfast.provider (lower(name), org_id)',
    told: 'provider has provider_lower on (lower(name), org_id)',
  },
  {
    breaks: 'primary keys, unique keys and indexes begin with the tenant',
    by: 'alter table holdfast.model_call drop constraint model_call_pkey, add primary key (id)',
    told: 'model_call has model_call_pkey on (id)',
  },
  {
    breaks: 'primary keys, unique keys and indexes begin with the tenant',
    by: 'alter table holdfast.epoch drop constraint epoch_pkey',
    told: 'epoch has no primary key',
  },
  {
    breaks: 'foreign keys carry the tenant on both sides',
    by: 'alter table holdfast.model_call add constraint stray foreign key (key_id) references holdfast.api_key (id)',
    told: 'model_call has stray on (key_id) to api_key',
  },
  {
    breaks: 'foreign keys carry the tenant on both sides',
    by: 'alter table holdfast.project_member add constraint stray foreign key (user_id) references holdfast.person (user_id)',
    told: 'project_member has stray on (user_id) to person',
  },
  {
    breaks: 'foreign keys carry the tenant on both sides',
    by: 'create unique index loose on holdfast.project (id); alter table holdfast.project_member add constraint stray foreign key (project_id) references holdfast.project (id)',
    told: 'project_member has stray on (project_id) to project',
  },
  {
    breaks: 'foreign keys carry the tenant on both sides',
    by: 'alter table holdfast.provider add column boss uuid, add constraint stray foreign key (boss) references holdfast.person (user_id)',
    told: 'provider has stray on (boss) to person',
  },
  {
    breaks: 'every exception is still needed',
    by: 'drop index holdfast.member_user',
    told: 'member_user is excepted for nothing',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: 'grant select (name) on holdfast.person to public',
    told: 'everybody has select on table person',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: 'create function holdfast.open() returns int language sql return 1; grant execute on function holdfast.open() to public',
    told: 'everybody may execute open()',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: 'grant truncate on holdfast.session to holdfast_app',
    told: 'holdfast_app has truncate on session',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: 'grant select on holdfast.session to holdfast_runtime',
    told: 'the login itself has select on session',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: 'grant create on schema holdfast to holdfast_app',
    told: 'holdfast_app has create on schema holdfast',
  },
  {
    breaks: 'nothing is granted to everybody, and tables only the four commands of data',
    by: "do $$ begin execute format('grant temporary on database %I to holdfast_app', current_database()); end $$",
    told: 'holdfast_app has temporary on database current',
  },
  {
    breaks: 'tables and plain functions belong to the migrator, who is not used at run time',
    by: 'alter table holdfast.epoch owner to holdfast_app',
    told: 'holdfast_app owns epoch',
  },
  {
    breaks: 'tables and plain functions belong to the migrator, who is not used at run time',
    by: 'alter function holdfast.find_password(text) owner to holdfast_migrator',
    told: 'holdfast_migrator owns find_password(text)',
  },
  {
    breaks: 'a function that lends its rights has a fixed search path, and nobody unknown runs any',
    by: 'alter function holdfast.find_password(text) reset search_path',
    told: 'find_password(text) lends rights on any path',
  },
  {
    breaks: 'a function that lends its rights has a fixed search path, and nobody unknown runs any',
    by: 'alter function holdfast.find_password(text) set search_path = public, holdfast',
    told: 'find_password(text) lends rights on any path',
  },
  {
    breaks: 'a function that lends its rights has a fixed search path, and nobody unknown runs any',
    by: 'alter function holdfast.current_org() leakproof',
    told: 'current_org() claims to be leakproof',
  },
  {
    breaks: 'views ask with the rights of their reader, and nothing keeps copies of rows',
    by: 'create view holdfast.people as select * from holdfast.person',
    told: 'people is a relation of kind v',
  },
  {
    breaks: 'views ask with the rights of their reader, and nothing keeps copies of rows',
    by: 'create materialized view holdfast.people as select * from holdfast.person',
    told: 'people is a relation of kind m',
  },
  {
    breaks: 'views ask with the rights of their reader, and nothing keeps copies of rows',
    by: 'create table public.people as select * from holdfast.person',
    told: 'there is relation public.people',
  },
  {
    breaks: 'history is added to and never changed',
    by: 'grant update (facts) on holdfast.audit_entry to holdfast_sequencer',
    told: 'holdfast_sequencer has update on audit_entry',
  },
  {
    breaks: 'history is added to and never changed',
    by: 'grant delete on holdfast.audit_pending to holdfast_app',
    told: 'holdfast_app has delete on audit_pending',
  },
  {
    breaks: 'history is added to and never changed',
    by: 'alter table holdfast.audit_entry disable trigger append_only',
    told: 'nothing stops the owner from changing audit_entry',
  },
  {
    breaks: 'roles are the six we know, none above the walls, none inheriting',
    by: 'alter role holdfast_app bypassrls',
    told: 'holdfast_app is above the walls',
  },
  {
    breaks: 'roles are the six we know, none above the walls, none inheriting',
    by: 'alter role holdfast_runtime inherit',
    told: 'holdfast_runtime inherits',
  },
  {
    breaks: 'roles are the six we know, none above the walls, none inheriting',
    by: 'alter role holdfast_lookup login',
    told: 'holdfast_lookup may log in: true',
  },
  {
    breaks: 'roles are the six we know, none above the walls, none inheriting',
    by: 'alter role holdfast_runtime reset row_security',
    told: 'the login may turn row security off',
  },
  {
    breaks: 'roles are the six we know, none above the walls, none inheriting',
    by: 'grant holdfast_lookup to holdfast_app',
    told: 'unknown membership: holdfast_app in holdfast_lookup',
  },
];
