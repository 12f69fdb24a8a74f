// A caller that is remembered is let in by what holds now, not by what held: on every replica, at once, whatever changed.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { connectProvider, type Key, openCounted, outcomeOf, type Replica } from '#test/counted-replica.ts';
import { addKeeper, NO_KEEPER } from '#test/memberships.ts';
import { makeKey, signIn } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';
import { createKnownCallers } from './known-callers.ts';
import type { KeyPrincipal } from './principal.ts';

const SCOPES = ['models:use'];

describe('a caller that is remembered', () => {
  let world: World;
  let acme: Founded;
  let [replica, other]: readonly Replica[] = [];

  before(async () => {
    world = await createWorld();
    acme = await world.found();
    await connectProvider(world, acme.credential);
    [replica, other] = [await openCounted(world), await openCounted(world)];
    await addKeeper(world);
  });

  after(() => world[Symbol.asyncDispose]());
  // What changes a role or suspends somebody ends their sessions too.
  beforeEach(async () => {
    acme = { ...acme, credential: await signIn(world, 'owner@acme.example') };
  });

  /** A key that both replicas remember. */
  async function makeKnown(): Promise<Key> {
    const key = await makeKey(world, acme.credential, SCOPES);
    for (const one of [replica, other]) {
      assert.equal(await outcomeOf(one, key), 'done');
      const before = one?.lookUps();
      assert.equal(await outcomeOf(one, key), 'done');
      assert.equal(one?.lookUps(), before, 'its next call needs no look-up');
    }
    return key;
  }

  async function countCalls(key: Key): Promise<number> {
    const { rows } = await world.admin('select count(*)::int as calls from holdfast.model_call where key_id = $1', [
      decodeId('key', key.id),
    ]);
    return (rows[0] as { readonly calls: number }).calls;
  }

  const revoke = (key: Key) =>
    world.call('api_key.revoke', { credential: acme.credential, params: { apiKeyId: key.id } });

  test('is refused by every replica from the moment the revocation is answered, and nothing is recorded', async () => {
    const key = await makeKnown();
    const before = await countCalls(key);
    await revoke(key);
    assert.equal(await outcomeOf(other, key), 'auth.invalid');
    assert.equal(await outcomeOf(replica, key), 'auth.invalid');
    assert.equal(await outcomeOf(replica, key), 'auth.invalid', 'and it is not remembered again');
    assert.equal(await countCalls(key), before);
  });

  for (const [what, change, undo] of [
    [
      'its person is suspended',
      "update holdfast.person set status = 'suspended'",
      "update holdfast.person set status = 'active'",
    ],
    [
      'the membership is suspended',
      `update holdfast.member set status = 'suspended' where ${NO_KEEPER}`,
      "update holdfast.member set status = 'active'",
    ],
    [
      'it has expired',
      "update holdfast.api_key set expires_at = now() - interval '1 second'",
      "update holdfast.api_key set expires_at = now() + interval '1 day'",
    ],
    ['its hash is another', 'update holdfast.api_key set secret_hash = sha256(secret_hash)', undefined],
  ] as const)
    test(`is unknown once ${what}, though nobody told`, async () => {
      const key = await makeKnown();
      await world.admin(change);
      for (const one of [replica, other]) assert.equal(await outcomeOf(one, key), 'auth.invalid');
      if (undo === undefined) return;
      await world.admin(undo);
      for (const one of [replica, other]) assert.equal(await outcomeOf(one, key), 'done');
    });

  for (const [what, change, undo] of [
    [
      'its person’s role',
      `update holdfast.member set role = 'viewer' where ${NO_KEEPER}`,
      "update holdfast.member set role = 'owner'",
    ],
    [
      'its scopes',
      "update holdfast.api_key set scopes = '{audit:read}'",
      "update holdfast.api_key set scopes = '{models:use}'",
    ],
  ] as const)
    test(`may do what ${what} allows now, neither more nor less`, async () => {
      const key = await makeKnown();
      await world.admin(change);
      for (const one of [replica, other]) assert.equal(await outcomeOf(one, key), 'auth.forbidden');
      await world.admin(undo);
      for (const one of [replica, other]) assert.equal(await outcomeOf(one, key), 'done');
    });

  test('is let in by nothing that was true: an epoch that rose means that the organization is read again', async () => {
    const key = await makeKnown();
    const provider = { name: 'r', kind: 'openai_compatible', baseUrl: 'https://old.example.com/v1', models: ['old'] };
    const made = await world.call('provider.create', { credential: acme.credential, body: provider });
    for (const one of [replica, other]) assert.equal(await outcomeOf(one, key, 'old'), 'done');
    const { id } = made.body as { readonly id: string };
    await world.call('provider.delete', { credential: acme.credential, params: { providerId: id } });
    for (const one of [replica, other]) assert.equal(await outcomeOf(one, key, 'old'), 'model.not_found');
  });

  test('calls the providers that are connected now', async () => {
    const key = await makeKnown();
    assert.equal(await outcomeOf(other, key, 'new'), 'model.not_found');
    const provider = { name: 'q', kind: 'openai_compatible', baseUrl: 'https://new.example.com/v1', models: ['new'] };
    const made = await world.call('provider.create', { credential: acme.credential, body: provider });
    for (const one of [replica, other]) assert.equal(await outcomeOf(one, key, 'new'), 'done');
    await world.call('provider.delete', {
      credential: acme.credential,
      params: { providerId: (made.body as { readonly id: string }).id },
    });
  });

  test('is told 401, not what would have become of the call, once it is revoked', async () => {
    const few = { perMinute: 0.001, burst: 1 };
    const limited = await openCounted(world, { api_key: few });
    const key = await makeKey(world, acme.credential, SCOPES);
    const another = await makeKnown();
    assert.equal(await outcomeOf(limited, key), 'done');
    assert.equal(await outcomeOf(limited, key), 'rate.exceeded');
    await revoke(key);
    await revoke(another);
    assert.equal(await outcomeOf(limited, key), 'auth.invalid');
    assert.equal(await outcomeOf(replica, another, 'unknown'), 'auth.invalid');
  });

  test('uses up none of what its organization shares when it is none any more, and is counted once otherwise', async () => {
    const few = { perMinute: 0.001, burst: 6 };
    const limited = await openCounted(world, { organization: few });
    const [key, witness] = [
      await makeKey(world, acme.credential, SCOPES),
      await makeKey(world, acme.credential, SCOPES),
    ];
    assert.equal(await outcomeOf(limited, key), 'done');
    assert.equal(await outcomeOf(limited, witness), 'done');
    await revoke(key);
    assert.equal(await outcomeOf(limited, key), 'auth.invalid');
    // Remembered under an epoch that the revocation ended: decided twice.
    assert.equal(await outcomeOf(limited, witness), 'done');
    for (let n = 0; n < 3; n += 1) assert.equal(await outcomeOf(limited, witness), 'done');
    assert.equal(await outcomeOf(limited, witness), 'rate.exceeded');
  });

  test('of fifty calls at once with its revocation, none that began after the answer is let in', async () => {
    const key = await makeKnown();
    const revocation = { isAnswered: false };
    const revoked = revoke(key).then(() => (revocation.isAnswered = true));
    const outcomes: Promise<{ readonly isLate: boolean; readonly outcome: string }>[] = [];
    const ask = (n: number): void => {
      const isLate = revocation.isAnswered;
      outcomes.push(outcomeOf(n % 2 === 0 ? replica : other, key).then((outcome) => ({ isLate, outcome })));
    };
    for (let n = 0; n < 50 || !revocation.isAnswered; n += 1) {
      ask(n);
      if (n % 5 === 4) await new Promise(setImmediate);
    }
    await revoked;
    for (let n = 0; n < 50; n += 1) ask(n);
    const ended = await Promise.all(outcomes);
    assert.deepEqual(
      [...new Set(ended.filter(({ isLate }) => isLate).map(({ outcome }) => outcome))],
      ['auth.invalid'],
    );
    assert.deepEqual(
      ended.filter(({ outcome }) => outcome !== 'done' && outcome !== 'auth.invalid'),
      [],
    );
    const { rows } = await world.admin("select count(*)::int as open from holdfast.model_call where state = 'open'");
    assert.deepEqual(rows, [{ open: 0 }]);
  });
});

test('only so many callers are remembered, the latest of them', () => {
  const known = createKnownCallers(2);
  const key = (secret: string) => ({ kind: 'api_key', secret }) as const;
  for (const name of ['a', 'b', 'c']) known.remember(key(name), { keyId: name } as KeyPrincipal);
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => known.find(key(name))?.keyId),
    [undefined, 'b', 'c'],
  );
  known.forget(key('c'));
  assert.equal(known.find(key('c')), undefined);
  assert.equal(known.find({ kind: 'session', secret: 'b' }), undefined);
});
