// What must not compile: a route, list, job or query that leaves out what the kernel demands. Each line is checked by its absence.
import { z } from 'zod';
import type { Lookup } from '#db/lookup.ts';
import type { OrgTx, PersonTx, SystemTx } from '#db/scope.ts';
import { defineRows, type RowFilter } from '#kernel/authorize.ts';
import type { Facts } from '#kernel/context.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { defineList, type ListQuery } from '#kernel/list.ts';
import { listPage, mapPage, pageOf, type PageResult } from '#kernel/page.ts';
import { definePermissions, type Permission } from '#kernel/permissions.ts';
import { defineRoute } from '#kernel/route.ts';
import { toSecret } from '#crypto/secret.ts';

const permissions = definePermissions('thing', { read: { describe: 'see', all: ['owner'] } });
const access = [{ permission: permissions.read, target: async () => ({}) }] as const;
const base = {
  id: 'thing.get',
  path: '/api/v1/things',
  summary: 'test',
  scope: 'org',
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 200,
  errors: [],
  handle: async () => ({}),
} as const;
const read = { method: 'GET', rate: 'read', audit: { none: 'a reason' } } as const;
const write = { method: 'POST', rate: 'write', audit: { action: 'thing.made' } } as const;

defineRoute({ ...base, ...read, access });
defineRoute({ ...base, ...write, access });
// @ts-expect-error TS2345 a route says who may call it
defineRoute({ ...base, ...read });
// @ts-expect-error TS2322 an access list names at least one check
defineRoute({ ...base, ...read, access: [] });
// @ts-expect-error TS2322 public needs its reason
defineRoute({ ...base, ...read, access: { public: true } });
// @ts-expect-error TS2345 a route says how often it may be called
defineRoute({ ...base, method: 'GET', audit: { none: 'a reason' }, access });
// @ts-expect-error TS2345 a route says what it leaves in the log
defineRoute({ ...base, method: 'GET', rate: 'read', access });
// @ts-expect-error TS2353 a mutation never goes without an event
defineRoute({ ...base, method: 'POST', rate: 'write', access, audit: { none: 'a reason' } });
// @ts-expect-error TS2322 a permission is a declared constant and no text
defineRoute({ ...base, ...read, access: [{ permission: 'thing:read', target: async () => ({}) }] });
// @ts-expect-error TS2322 a scope is one of the declared ones
defineRoute({ ...base, ...read, access, scope: 'tenant' });

const Item = z.object({ id: z.string() });
const rows = defineRows({ kind: 'api_key', permission: permissions.read });
const keyList = defineList({ sorts: { id: { column: 'id', type: 'uuid' } }, first: '-id', search: ['name'] });
const listKeys = (tx: OrgTx, filter: RowFilter<'api_key'>, asked: ListQuery) =>
  listPage(filter, asked, tx.selectFrom('api_key').select('id'), keyList);
const list = { ...base, ...read, access, query: keyList.query, output: pageOf(Item) } as const;

defineRoute({
  ...list,
  rows,
  handle: async (ctx, { query }) => mapPage(await listKeys(ctx.tx, ctx.rows, query), (row) => row),
});
// @ts-expect-error TS2345 a list names the kind of its rows
defineRoute({ ...list, handle: async () => ({}) as PageResult<{ id: string }> });
// @ts-expect-error TS2322 a list reply went through a row filter
defineRoute({ ...list, rows, handle: async () => ({ items: [{ id: 'x' }], nextCursor: null }) });
const members = defineRows({ kind: 'member', permission: permissions.read });
defineRoute({
  ...list,
  rows: members,
  // @ts-expect-error TS2345 the filter of one kind of rows does not filter another
  handle: async (ctx, { query }) => mapPage(await listKeys(ctx.tx, ctx.rows, query), (row) => row),
});

export function refused(tx: OrgTx, person: PersonTx, system: SystemTx, page: ListQuery, lookup: Lookup): unknown[] {
  return [
    // @ts-expect-error TS2345 an organization's transaction reaches no table of persons
    tx.selectFrom('session'),
    // @ts-expect-error TS2345 an organization's transaction reaches no table of projects
    tx.selectFrom('project_member'),
    // @ts-expect-error TS2345 a person's transaction reaches no table of organizations
    person.selectFrom('api_key'),
    // @ts-expect-error TS2345 the installation's transaction reaches no table of organizations
    system.selectFrom('provider'),
    // @ts-expect-error TS2345 a query of an organization is not run outside its scope
    listKeys(lookup, {}, page),
    // @ts-expect-error TS2739 an unfiltered list is not made
    listKeys(tx, {}, page),
  ];
}

// @ts-expect-error TS2322 a secret is no fact of the audit log
export const leaked: Facts = { key: toSecret('x') };
// @ts-expect-error TS2741 nobody makes a permission by hand
export const forged: Permission = {
  name: 'a:b',
  resource: 'a',
  index: 0,
  describe: '',
  all: [],
  own: [],
  keyScope: false,
  publishable: false,
  granted: undefined,
};

const job = {
  id: 'thing.work',
  summary: 'test',
  timeoutMs: 1,
  attempts: 1,
  concurrency: 1,
  payload: Nothing,
  run: async () => {},
} as const;
defineJob({ ...job, scope: 'org', tables: ['organization'], audit: { none: 'a reason' } });
// @ts-expect-error TS2741 a job says whose rows it touches
defineJob({ ...job, tables: ['organization'], audit: { none: 'a reason' } });
// @ts-expect-error TS2322 a job names its tables
defineJob({ ...job, scope: 'org', tables: [], audit: { none: 'a reason' } });
// @ts-expect-error TS2741 a job says what it leaves in the log
defineJob({ ...job, scope: 'org', tables: ['organization'] });
