// A module for tests of the pipeline: things in a table of their own, and a route that does whatever a test wants.
import { sql } from 'kysely';
import { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import { defineRows } from '#kernel/authorize.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId, idIn, idOut, Nothing } from '#kernel/fields.ts';
import { defineModule } from '#kernel/module.ts';
import { defineList } from '#kernel/list.ts';
import { listPage, mapPage, pageOf } from '#kernel/page.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { orgOf, personOf } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { modules } from '../../src/modules.ts';
import { createWorld, type World, type WorldOptions } from '../world.ts';

const admins = ['owner', 'admin'] as const;

export const permissions = definePermissions('thing', {
  read: { describe: 'See things', all: admins, own: ['member'], keyScope: true },
  create: { describe: 'Make things', all: [...admins, 'member'], keyScope: true },
  update: { describe: 'Change things', all: admins, own: ['member'] },
  delete: { describe: 'Delete things', all: ['owner'] },
});

const TABLE = `
  create table holdfast.thing (
    org_id uuid not null, id uuid not null, owner_user_id uuid not null, name text not null,
    version integer not null default 1, weight bigint, seen_at timestamptz, primary key (org_id, id));
  call holdfast.protect_org('holdfast.thing', 'delete', 'delete', 'full');
  grant select, insert, update, delete on holdfast.thing to holdfast_app`;

export type ThingRow = {
  readonly id: string;
  readonly owner_user_id: string;
  readonly name: string;
  readonly version: number;
};
type Tables = { thing: { org_id: string; id: string; owner_user_id: string; name: string; version: number } };
/** The table is made by the test, so the generated types don’t know it. */
const tableOf = (tx: OrgTx) => tx.withTables<Tables>();

async function findThing(tx: OrgTx, id: string): Promise<ThingRow | undefined> {
  return tableOf(tx)
    .selectFrom('thing')
    .select(['id', 'owner_user_id', 'name', 'version'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertThing(ctx: Context<OrgTx, unknown>, name: string): Promise<ThingRow> {
  const [org, person] = [orgOf(ctx.principal), personOf(ctx.principal)];
  const { rows } = await sql<ThingRow>`insert into thing (org_id, id, owner_user_id, name)
    values (${org}, gen_random_uuid(), ${person}, ${name}) returning id, owner_user_id, name, version`.execute(ctx.tx);
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was inserted');
  return row;
}

const Thing = z.object({ id: idOut('thg', 'Thing'), name: z.string(), version: z.int() });
const ThingRef = z.strictObject({ thingId: idIn('thg', 'Id of the thing') });
const NewThing = z.strictObject({ name: z.string().min(1).max(100) });

/** `weight` may be empty, and many things are of one name: what pages must get right. */
export const thingList = defineList({
  sorts: {
    id: { column: 'id', type: 'uuid' },
    name: { column: 'name', type: 'text' },
    weight: { column: 'weight', type: 'bigint', whenNull: '-1' },
    seenAt: { column: 'seen_at', type: 'timestamptz', whenNull: 'infinity' },
  },
  first: '-id',
  search: ['name', 'id'],
});

export function toThing({ id, name, version }: ThingRow): z.input<typeof Thing> {
  return { id: encodeId('thg', id), name, version };
}

export type Doing = (ctx: Context<OrgTx, unknown>, name: string) => Promise<unknown>;
/** What `thing.create`, `thing.mint` and `thing.peek` do, until a test says otherwise. */
export type Hooks = { create: Doing; mint: Doing; peek: Doing };

function routesWith(hooks: Hooks) {
  const rows = defineRows({ kind: 'thing', permission: permissions.read, ownerColumn: 'owner_user_id' });
  const common = { scope: 'org', rate: 'write', params: Nothing, query: Nothing, body: Nothing, errors: [] } as const;
  const anywhere = async () => ({});
  return [
    defineRoute({
      ...common,
      id: 'thing.create',
      method: 'POST',
      path: '/api/v1/things',
      summary: 'Make a thing',
      access: [{ permission: permissions.create, target: anywhere }],
      audit: { action: 'thing.created' },
      body: NewThing,
      output: Thing,
      status: 201,
      handle: async (ctx, { body }) => (await hooks.create(ctx, body.name)) as z.input<typeof Thing>,
    }),
    defineRoute({
      ...common,
      id: 'thing.mint',
      method: 'POST',
      path: '/api/v1/things/mint',
      summary: 'Make a thing with a secret',
      access: [{ permission: permissions.create, target: anywhere }],
      audit: { action: 'thing.minted' },
      body: NewThing,
      output: Thing.extend({ secret: z.string() }),
      status: 201,
      secretReply: true,
      handle: async (ctx, { body }) => (await hooks.mint(ctx, body.name)) as z.input<typeof Thing> & { secret: string },
    }),
    defineRoute({
      ...common,
      id: 'thing.peek',
      method: 'GET',
      path: '/api/v1/things/peek',
      summary: 'Look without a trace',
      access: [{ permission: permissions.create, target: anywhere }],
      audit: { none: 'a look of a test' },
      output: Nothing,
      status: 200,
      handle: async (ctx) => {
        await hooks.peek(ctx, '');
        return {};
      },
    }),
    defineRoute({
      ...common,
      id: 'thing.list',
      method: 'GET',
      path: '/api/v1/things',
      summary: 'Things, newest first',
      access: [
        { permission: permissions.read, target: async (ctx) => ({ owner_user_id: personOf(ctx.principal) ?? null }) },
      ],
      rows,
      audit: { none: 'names of things' },
      query: thingList.query,
      output: pageOf(Thing),
      status: 200,
      handle: async (ctx, { query }) => {
        const things = tableOf(ctx.tx).selectFrom('thing').select(['id', 'owner_user_id', 'name', 'version']);
        return mapPage(await listPage(ctx.rows, query, things, thingList), toThing);
      },
    }),
    defineRoute({
      ...common,
      id: 'thing.get',
      method: 'GET',
      path: '/api/v1/things/:thingId',
      summary: 'One thing',
      access: [{ permission: permissions.read, target: (ctx, { params }) => findThing(ctx.tx, params.thingId) }],
      audit: { none: 'the name of a thing' },
      params: ThingRef,
      output: Thing,
      status: 200,
      handle: async (_ctx, _input, [thing]) => toThing(thing),
    }),
    defineRoute({
      ...common,
      id: 'thing.update',
      method: 'PATCH',
      path: '/api/v1/things/:thingId',
      summary: 'Rename a thing',
      access: [{ permission: permissions.update, target: (ctx, { params }) => findThing(ctx.tx, params.thingId) }],
      audit: { action: 'thing.renamed' },
      params: ThingRef,
      body: NewThing,
      output: Thing,
      status: 200,
      handle: async (ctx, { body }, [thing]) => {
        const change = { name: body.name, version: thing.version + 1 };
        await tableOf(ctx.tx).updateTable('thing').set(change).where('id', '=', thing.id).execute();
        return toThing({ ...thing, ...change });
      },
    }),
    defineRoute({
      ...common,
      id: 'thing.delete',
      method: 'DELETE',
      path: '/api/v1/things/:thingId',
      summary: 'Delete a thing',
      access: [{ permission: permissions.delete, target: (ctx, { params }) => findThing(ctx.tx, params.thingId) }],
      stepUp: true,
      audit: { action: 'thing.deleted' },
      params: ThingRef,
      output: Nothing,
      status: 204,
      handle: async (ctx, _input, [thing]) => {
        await tableOf(ctx.tx).deleteFrom('thing').where('id', '=', thing.id).execute();
        return {};
      },
    }),
  ];
}

export type ThingWorld = World & { readonly hooks: Hooks };

/** A world with things in it. */
export async function createThingWorld(options: Omit<WorldOptions, 'modules'> = {}): Promise<ThingWorld> {
  const create: Doing = async (ctx, name) => {
    const row = await insertThing(ctx, name);
    ctx.subject('thing', row.id);
    return toThing(row);
  };
  const mint: Doing = async (ctx, name) => ({
    ...toThing(await insertThing(ctx, name)),
    secret: `sesame-${ctx.requestId}`,
  });
  const hooks: Hooks = { create, mint, peek: async () => undefined };
  const things = defineModule({ name: 'things', permissions, routes: routesWith(hooks) });
  const world = await createWorld({ ...options, modules: [...modules, things] });
  await world.admin(`set role holdfast_migrator; set search_path = holdfast; ${TABLE}`);
  return Object.assign(world, { hooks });
}

/** How many things there are, in all organizations. */
export async function countThings(world: World): Promise<number> {
  const { rows } = await world.admin('select count(*)::int as n from holdfast.thing');
  return (rows[0] as { readonly n: number }).n;
}

export type StoredEvent = {
  readonly event_id: string;
  readonly action: string;
  readonly outcome: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly target: { readonly kind: string; readonly id: string } | null;
};

/** Events that wait for the sequencer, of one action. */
export async function eventsOf(world: World, action: string): Promise<readonly StoredEvent[]> {
  const { rows } = await world.admin(
    'select event_id, action, outcome, facts, target from holdfast.audit_pending where action = $1 order by at',
    [action],
  );
  return rows as readonly StoredEvent[];
}
