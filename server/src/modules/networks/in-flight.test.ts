// A rule that is put on one server holds on the other at once: for keys it remembers, and for streams that are open there.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '#test/outbox.ts';
import { makeKey } from '#test/people.ts';
import { openTwoReplicas, type TwoReplicas } from '#test/two-replicas.ts';

const [HERE, ELSEWHERE] = ['127.0.0.0/8', '203.0.113.0/24'] as const;

describe('a key that the other server knows', () => {
  let stage: TwoReplicas;

  before(async () => {
    stage = await openTwoReplicas();
  });
  after(() => stage[Symbol.asyncDispose]());

  const put = (models: readonly string[]) =>
    stage.world.call('network_rules.update', {
      credential: stage.acme.credential,
      body: { console: [], api: [], models },
    });

  type Way = readonly [
    what: string,
    shut: (keyId: string) => Promise<unknown>,
    open: (keyId: string) => Promise<unknown>,
  ];
  const putOfKey = (apiKeyId: string, networks: readonly string[]) =>
    stage.world.call('api_key.update_networks', {
      credential: stage.acme.credential,
      params: { apiKeyId },
      body: { networks },
    });
  const ways: readonly Way[] = [
    ['its organization', () => put([ELSEWHERE]), () => put([HERE, ELSEWHERE])],
    ['it alone', (id) => putOfKey(id, [ELSEWHERE]), (id) => putOfKey(id, [])],
    [
      'its organization, past the product',
      () => stage.world.admin(`update holdfast.network_rules set models = array['${ELSEWHERE}'] where models <> '{}'`),
      () => stage.world.admin(`update holdfast.network_rules set models = '{}'`),
    ],
  ];

  for (const [what, shut, open] of ways) {
    it(`is refused, and its stream there ends, once a rule of ${what} shuts it out; and is let in again when that goes`, async (t) => {
      const { world, acme, other, modelFor, hold } = stage;
      const key = await makeKey(world, acme.credential, ['models:use']);
      const neighbor = await makeKey(world, other.credential, ['models:use']);
      await put([HERE]);
      for (const { credential } of [key, neighbor]) assert.equal(await modelFor(credential), 'done');
      const [held, beside] = [await hold(key.credential), await hold(neighbor.credential)];
      await shut(key.id);
      const shutMs = performance.now();
      assert.equal(await modelFor(key.credential), 'network.refused');
      await until(() => !held.isOpen());
      assert.equal(await held.ended, 'auth.invalid');
      t.diagnostic(`the stream ended ${Math.round(performance.now() - shutMs)} ms after`);
      assert.equal(await modelFor(neighbor.credential), 'done');
      await open(key.id);
      assert.equal(await modelFor(key.credential), 'done');
      assert.equal(await beside.leave(), 'left');
      assert.deepEqual(world.unexpected, []);
    });
  }

  it('keeps its stream when a rule is put that lets it in', async () => {
    const { world, acme, hold, modelFor } = stage;
    await put([]);
    const { credential } = await makeKey(world, acme.credential, ['models:use']);
    assert.equal(await modelFor(credential), 'done');
    const held = await hold(credential);
    const asked = held.asked();
    await put([HERE]);
    await held.untilAsked(asked);
    assert.equal(held.isOpen(), true);
    assert.equal(await held.leave(), 'left');
  });
});
