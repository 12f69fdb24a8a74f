// Lists show what `may` allows and nothing else, page by page, whatever happens in between.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { newUuid } from '#crypto/random.ts';
import { may } from '#kernel/authorize.ts';
import type { Call } from '#kernel/call.ts';
import type { Principal } from '#kernel/principal.ts';
import { identify } from '../../src/kernel/gate.ts';
import { joinOrganization, makeKey } from '../people.ts';
import { makeCall } from '../world.ts';
import { createThingWorld, permissions, type ThingWorld } from './things.ts';

type Page = { readonly items: readonly { readonly id: string }[]; readonly nextCursor: string | null };

async function pageOf(world: ThingWorld, credential: Call['credential'], query: object): Promise<Page> {
  return (await world.call('thing.list', { credential, query })).body as Page;
}

function uuidsOf({ items }: Page): readonly string[] {
  return items.map(({ id }) => decodeId('thg', id) ?? assert.fail(id));
}

/** All pages of a list; `between` runs after each. */
async function walk(
  world: ThingWorld,
  credential: Call['credential'],
  limit: number,
  between: () => Promise<unknown> = async () => undefined,
  query: object = {},
) {
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page = await pageOf(world, credential, {
      ...query,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    assert.ok(page.items.length <= limit);
    seen.push(...uuidsOf(page));
    assert.ok(seen.length < 500, 'the list has no end');
    cursor = page.nextCursor;
    await between();
  }
  return seen;
}

async function addThings(world: ThingWorld, orgId: string, owners: readonly string[]): Promise<readonly string[]> {
  const ids = owners.map(() => newUuid());
  await world.admin(
    'insert into holdfast.thing (org_id, id, owner_user_id, name) select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[])',
    [orgId, ids, owners, owners.map(() => 'made')],
  );
  return ids;
}

async function openStage() {
  const world = await createThingWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const orgId = decodeId('org', acme.organizationId) ?? assert.fail();
  const { rows } = await world.admin('select user_id from holdfast.member where org_id = $1', [orgId]);
  const owner = (rows[0] as { readonly user_id: string }).user_id;
  return {
    world,
    acme,
    orgId,
    owner,
    credential: acme.credential,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test('newest first, and each thing on one page', async () => {
  await using stage = await openStage();
  const { world, orgId, owner, credential } = stage;
  const ids = await addThings(
    world,
    orgId,
    Array.from({ length: 11 }, () => owner),
  );
  for (const limit of [1, 2, 5, 10, 11, 12, 200])
    assert.deepEqual(await walk(world, credential, limit), ids.toSorted().toReversed());
  assert.deepEqual(await pageOf(world, credential, {}), await pageOf(world, credential, { limit: '50' }));
});

test('what was there from the first page to the last is shown exactly once, while others come and go', async () => {
  await using stage = await openStage();
  const { world, orgId, owner, credential } = stage;
  const ids = await addThings(
    world,
    orgId,
    Array.from({ length: 20 }, () => owner),
  );
  const [leaving, staying] = [ids.filter((_, n) => n % 4 === 0), ids.filter((_, n) => n % 4 !== 0)];
  let next = 0;
  const seen = await walk(world, credential, 3, async () => {
    await addThings(world, orgId, [owner, owner]);
    await world.admin('delete from holdfast.thing where id = $1', [leaving[next]]);
    next += 1;
  });
  assert.equal(new Set(seen).size, seen.length, 'something is shown twice');
  for (const id of staying) assert.ok(seen.includes(id), 'something is not shown');
});

test('a cursor that this list did not give is a 400, and reaches no SQL', async () => {
  await using stage = await openStage();
  const { world, orgId, owner, credential } = stage;
  await addThings(world, orgId, [owner, owner, owner]);
  const { nextCursor } = await pageOf(world, credential, { limit: 1 });
  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  const id = newUuid();
  const bad = [
    'x',
    '…',
    encode(''),
    encode('{}'),
    encode('null'),
    encode(`["id","${id}","${id}"]`),
    encode(`["-name","a","${id}"]`),
    encode(`["-id","${id}"]`),
    encode(`["-id","${id}","${id}","${id}"]`),
    encode(`["-id","${id}",1]`),
    encode(`["-id","${id.toUpperCase()}","${id}"]`),
    encode(`["-id","${id}","' or true --"]`),
    encode(`["-id","","${id}"]`),
    encode(`["org_id","0","${id}"]`),
    `${nextCursor ?? ''}${'A'.repeat(2_000)}`,
  ];
  const sorted: readonly (readonly [sort: string, value: string])[] = [
    ['name', 'a\u0000b'],
    ['name', '\ud800'],
    ['weight', '9223372036854775808'],
    ['weight', '1e3'],
    ['weight', ''],
    ['seenAt', 'now'],
    ['seenAt', '0000-01-01 00:00:00+00'],
    ['seenAt', '2026-02-30 00:00:00+00'],
    ['seenAt', '2026-02-28 25:00:00+00'],
    ['seenAt', '2026-02-28 00:00:00+01'],
  ];
  for (const [sort, value] of sorted)
    await assert.rejects(
      world.call('thing.list', { credential, query: { sort, cursor: encode(JSON.stringify([sort, value, id])) } }),
      { code: 'request.invalid' },
      value,
    );
  for (const sort of ['', '-', '--id', 'owner_user_id', 'id desc', 'constructor'])
    await assert.rejects(world.call('thing.list', { credential, query: { sort } }), { code: 'request.invalid' }, sort);
  for (const search of ['a\u0000b', '\ud800', 'x'.repeat(101)])
    await assert.rejects(world.call('thing.list', { credential, query: { search } }), { code: 'request.invalid' });
  for (const cursor of bad)
    await assert.rejects(
      world.call('thing.list', { credential, query: { cursor } }),
      { code: 'request.invalid' },
      cursor,
    );
  for (const limit of ['0', '-1', '201', '1.5', 'x', ''])
    await assert.rejects(
      world.call('thing.list', { credential, query: { limit } }),
      { code: 'request.invalid' },
      limit,
    );
  assert.equal((await pageOf(world, credential, { limit: 1, cursor: nextCursor })).items.length, 1);
});

test('every order is whole, whatever is equal, empty or of another case, and the words of a search narrow it', async () => {
  await using stage = await openStage();
  const { world, orgId, owner, credential } = stage;
  const thing = fc.record({
    name: fc.constantFrom('Alpha', 'alpha', 'beta 50%', 'Beta_50', 'back\\slash', 'Ärger', 'äRGER', 'x, "y"', 'z.'),
    weight: fc.option(fc.constantFrom('0', '7', '-3', '9223372036854775807')),
    seenAt: fc.option(
      fc.constantFrom('2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00.000002Z', '2025-12-31T23:59:59Z', 'infinity'),
    ),
  });
  const words = fc.constantFrom('', 'ALPHA', '50%', '_', '%', '\\', 'beta 50', '50 BETA', 'ärger', '"y"', 'nowhere');
  await fc.assert(
    fc.asyncProperty(
      fc.array(thing, { maxLength: 9 }),
      fc.constantFrom('id', 'name', 'weight', 'seenAt'),
      fc.boolean(),
      words,
      fc.integer({ min: 1, max: 4 }),
      async (chosen, name, isDown, search, limit) => {
        await world.admin('delete from holdfast.thing');
        const things = chosen.map((one) => ({ ...one, id: newUuid() }));
        await world.admin(
          `insert into holdfast.thing (org_id, id, owner_user_id, name, weight, seen_at)
             select $1, id, $2, name, weight, seen_at
               from unnest($3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[]) as t (id, name, weight, seen_at)`,
          [
            orgId,
            owner,
            things.map(({ id }) => id),
            things.map((one) => one.name),
            things.map(({ weight }) => weight),
            things.map(({ seenAt }) => seenAt),
          ],
        );
        const query = { sort: `${isDown ? '-' : ''}${name}`, ...(search === '' ? {} : { search }) };
        const seen = await walk(world, credential, limit, undefined, query);
        assert.deepEqual(seen, inOrder(things, name, isDown, search));
        // One page of all is the same as many small ones.
        assert.deepEqual(await walk(world, credential, 200, undefined, query), seen);
      },
    ),
    { numRuns: 60 },
  );
});

type Thing = {
  readonly id: string;
  readonly name: string;
  readonly weight: string | null;
  readonly seenAt: string | null;
};

/** What the list must be, worked out without a database. */
function inOrder(things: readonly Thing[], sort: string, isDown: boolean, search: string): readonly string[] {
  const words = search.toLowerCase().split(' ');
  const found = things.filter(({ name, id }) => words.every((word) => `${name} ${id}`.toLowerCase().includes(word)));
  const placeOf = (thing: Thing): bigint | string => {
    if (sort === 'weight') return BigInt(thing.weight ?? -1);
    if (sort === 'seenAt') return thing.seenAt ?? 'infinity';
    return (sort === 'name' ? thing.name : thing.id).toLowerCase();
  };
  const isBefore = (one: Thing, other: Thing): boolean => {
    const [first, second] = [placeOf(one), placeOf(other)];
    return first === second ? one.id < other.id : first < second;
  };
  const ordered = found.toSorted((one, other) => (isBefore(one, other) ? -1 : 1)).map(({ id }) => id);
  return isDown ? ordered.toReversed() : ordered;
}

test('a cursor of another organization shows nothing of it', async () => {
  await using stage = await openStage();
  const { world, orgId, owner, credential } = stage;
  await addThings(world, orgId, [owner, owner, owner]);
  const other = await world.found('other');
  const { nextCursor } = await pageOf(world, credential, { limit: 1 });
  assert.deepEqual(await pageOf(world, other.credential, { cursor: nextCursor }), { items: [], nextCursor: null });
});

test('a list is the set of x with may(caller, read, x), for every kind of caller and every ownership', async () => {
  await using stage = await openStage();
  const { world, acme, orgId, owner, credential } = stage;
  const [admin, member, colleague, viewer] = [
    await joinOrganization(world, acme, 'admin'),
    await joinOrganization(world, acme, 'member'),
    await joinOrganization(world, acme, 'member'),
    await joinOrganization(world, acme, 'viewer'),
  ];
  const keys = [
    await makeKey(world, credential, ['thing:read']),
    await makeKey(world, member.credential, ['thing:read']),
  ];
  const callers = [
    credential,
    admin.credential,
    member.credential,
    colleague.credential,
    ...keys.map((key) => key.credential),
  ];
  const owners = [owner, admin.userId, member.userId, colleague.userId, viewer.userId, newUuid()];
  const principals = await Promise.all(
    callers.map((one): Promise<Principal> =>
      identify(world.kernel, makeCall({ credential: one }), { path: '/', isPublic: false }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...owners), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (chosen, limit) => {
        await world.admin('delete from holdfast.thing');
        const ids = await addThings(world, orgId, chosen);
        for (const [index, principal] of principals.entries()) {
          const allowed = ids.filter((_, n) => may(principal, permissions.read, { owner_user_id: chosen[n] ?? null }));
          assert.deepEqual(await walk(world, callers[index], limit), allowed.toSorted().toReversed());
        }
      },
    ),
    { numRuns: 8 },
  );
  await assert.rejects(world.call('thing.list', { credential: viewer.credential }), { code: 'auth.forbidden' });
});
