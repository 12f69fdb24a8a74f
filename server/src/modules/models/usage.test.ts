// Usage sums: of the right calls, with names for whoever may see them, and periods that make sense.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { encodeId } from '#kernel/fields.ts';
import type { Credential } from '#kernel/credential.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';
import { PERIOD_DAYS_MAX, SUMS_MAX } from './model.ts';

type Sum = Readonly<Record<'group' | 'name', string | null>> & {
  readonly calls: number;
  readonly failures: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};
type Sums = { readonly from: string; readonly to: string; readonly items: readonly Sum[]; readonly isWhole: boolean };

type CallRow = {
  readonly owner: string;
  readonly key?: string;
  readonly provider: string;
  readonly model?: string;
  readonly state?: string;
  readonly at: string;
};

describe('usage', () => {
  let world: World;
  let acme: Founded;
  let member: Person;
  let neighbor: Person;
  let keyId: string;
  let provider: string;
  const GONE = '01890000-0000-7000-8000-000000000001';

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    const organization = { organizationId: acme.organizationId, slug: 'acme' };
    member = await joinOrganization(world, organization, 'member');
    neighbor = await joinOrganization(world, organization, 'member');
    keyId = (await makeKey(world, member.credential, ['models:use'])).id;
    const body = { name: 'Upstream', kind: 'ollama', baseUrl: 'http://127.0.0.1:1/v1', models: ['a'] };
    const made = await world.call('provider.create', { credential: acme.credential, body });
    provider = (made.body as { readonly id: string }).id;
    const key = decodeId('key', keyId) ?? '';
    const known = decodeId('prv', provider) ?? '';
    await keep({ owner: member.userId, key, provider: known, at: '2026-03-01T00:00:00Z' });
    await keep({ owner: member.userId, key, provider: known, at: '2026-03-01T23:59:59Z', state: 'upstream_failed' });
    await keep({ owner: member.userId, key, provider: known, at: '2026-03-04T12:00:00Z', model: 'b' });
    await keep({ owner: neighbor.userId, provider: GONE, at: '2026-03-04T12:00:00Z', model: 'b' });
    await keep({ owner: neighbor.userId, provider: GONE, at: '2026-03-05T00:00:00Z', model: 'b' });
  });
  after(() => world[Symbol.asyncDispose]());

  function keep({ owner, key, provider: to, model = 'a', state = 'finished', at }: CallRow): Promise<unknown> {
    return world.admin(
      `insert into holdfast.model_call (org_id, id, owner_user_id, key_id, provider_id, model, endpoint, request_id, state,
         input_tokens, output_tokens, started_at)
       values ($1, gen_random_uuid(), $2, $3, $4, $5, 'responses', 'r', $6, 10, 3, $7)`,
      [decodeId('org', acme.organizationId), owner, key ?? null, to, model, state, at],
    );
  }

  const PERIOD = { from: '2026-03-01T00:00:00Z', to: '2026-03-05T00:00:00Z' };

  async function sum(groupBy: string, credential: Credential = acme.credential, query = {}): Promise<Sums> {
    const reply = await world.call('usage.sum', { credential, query: { groupBy, ...PERIOD, ...query } });
    return reply.body as Sums;
  }

  it('counts from the first instant of the period up to its last, by days of UTC in their order', async () => {
    const { items, from, to, isWhole } = await sum('day');
    assert.deepEqual([from, to, isWhole], ['2026-03-01T00:00:00.000Z', '2026-03-05T00:00:00.000Z', true]);
    assert.deepEqual(
      items.map(({ group, calls, failures, inputTokens, outputTokens }) => [
        group,
        calls,
        failures,
        inputTokens,
        outputTokens,
      ]),
      [
        ['2026-03-01', 2, 1, 20, 6],
        ['2026-03-04', 2, 0, 20, 6],
      ],
    );
  });

  it('has names beside the ids, the most calls first, and none for what is gone', async () => {
    const named = async (groupBy: string) => (await sum(groupBy)).items.map(({ group, name }) => [group, name]);
    assert.deepEqual(await named('provider'), [
      [provider, 'Upstream'],
      [encodeId('prv', GONE), null],
    ]);
    assert.deepEqual(await named('api_key'), [
      [keyId, 'made for a test'],
      [null, null],
    ]);
    assert.deepEqual(await named('user'), [
      [encodeId('usr', member.userId), 'A member'],
      [encodeId('usr', neighbor.userId), 'A member'],
    ]);
    assert.deepEqual(await named('model'), [
      ['a', null],
      ['b', null],
    ]);
  });

  it('is a member’s own alone', async () => {
    const { items } = await sum('user', neighbor.credential);
    assert.deepEqual(
      items.map(({ group, calls }) => [group, calls]),
      [[encodeId('usr', neighbor.userId), 1]],
    );
  });

  it('names nothing that the caller may not list: a key that reads usage reads no names with it', async () => {
    const { credential } = await makeKey(world, acme.credential, ['usage:read']);
    for (const groupBy of ['provider', 'api_key', 'user']) {
      const { items } = await sum(groupBy, credential);
      assert.equal(items.length, 2, groupBy);
      assert.deepEqual(
        items.map(({ name }) => name),
        [null, null],
        groupBy,
      );
    }
  });

  it('says what is wrong with a period that ends before it begins, or is too long', async () => {
    const refusal = (query: object, message: RegExp) =>
      assert.rejects(
        world.call('usage.sum', { credential: acme.credential, query }),
        (error: { readonly code: string; readonly fields: readonly { pointer: string; message: string }[] }) => {
          assert.equal(error.code, 'request.invalid');
          assert.equal(error.fields[0]?.pointer, '/query/from');
          assert.match(error.fields[0]?.message ?? '', message);
          return true;
        },
      );
    await refusal({ from: PERIOD.to, to: PERIOD.from }, /is not before `to`$/);
    await refusal({ from: PERIOD.to, to: PERIOD.to }, /is not before `to`$/);
    await refusal({ from: '2999-01-01T00:00:00Z' }, /is not before `to`, which is now$/);
    await refusal({ from: '2020-01-01T00:00:00Z', to: PERIOD.to }, /is more than 366 days before `to`/);
    const from = new Date(Date.parse(PERIOD.to) - PERIOD_DAYS_MAX * 86_400_000).toISOString();
    assert.equal((await sum('day', acme.credential, { from })).items.length, 2);
  });

  it('says when there are more sums than it tells', async () => {
    await world.admin(
      `insert into holdfast.model_call (org_id, id, owner_user_id, provider_id, model, endpoint, request_id, state, started_at)
       select $1, gen_random_uuid(), $2, $3, 'model ' || n, 'responses', 'r', 'finished', '2026-01-01' from generate_series(1, $4::int) n`,
      [decodeId('org', acme.organizationId), member.userId, GONE, SUMS_MAX + 1],
    );
    const january = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    const { items, isWhole } = await sum('model', acme.credential, january);
    assert.deepEqual([items.length, isWhole], [SUMS_MAX, false]);
  });
});
