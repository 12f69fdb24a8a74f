// What is told of uses of break-glass when there were many.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Told = {
  readonly isWhole: boolean;
  readonly uses: readonly { readonly reason: string; readonly openedAt: string | null }[];
};

describe('uses of break-glass', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Requests of the host, a day apart: the first is the newest, none was opened. */
  const make = (count: number) =>
    world.admin(
      `insert into holdfast.emergency_use (org_id, id, request_hash, reason, requested_at, request_ends_at)
       select (select org_id from holdfast.organization where slug = 'acme'), gen_random_uuid(), sha256(n::text::bytea),
              'Request number ' || n, now() - make_interval(days => n), now() - make_interval(days => n)
         from generate_series(1, $1) n`,
      [count],
    );
  const look = async (): Promise<Told> =>
    (await world.call('emergency.get', { credential: acme.credential })).body as Told;

  it('are told to the fiftieth, those that owe a review first, and that there were more is said', async () => {
    await make(50);
    const whole = await look();
    assert.deepEqual([whole.isWhole, whole.uses.length, whole.uses[0]?.reason], [true, 50, 'Request number 1']);
    await world.admin(
      `insert into holdfast.emergency_use (org_id, id, request_hash, reason, requested_at, request_ends_at, granted_at, opened_at,
         token_hash, expires_at)
       select org_id, gen_random_uuid(), sha256('old'), 'Opened long ago', t, t, t, t, sha256('token'), t + interval '1 hour'
         from holdfast.organization, (select now() - interval '900 days' as t) as long_ago where slug = 'acme'`,
    );
    const cut = await look();
    assert.deepEqual([cut.isWhole, cut.uses.length], [false, 50]);
    assert.deepEqual(
      cut.uses.slice(0, 2).map(({ reason }) => reason),
      ['Opened long ago', 'Request number 1'],
    );
  });
});
