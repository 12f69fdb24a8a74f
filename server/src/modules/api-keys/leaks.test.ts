// A key whose text was found somewhere can be ended by whoever found it, and nobody learns anything about keys by trying.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { AppError } from '#kernel/errors.ts';
import { joinOrganization } from '#test/people.ts';
import { listMails } from '#test/outbox.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Shown = { readonly id: string; readonly key: string };

describe('a key that was found', () => {
  let world: World;
  let acme: Founded;

  before(async () => {
    world = await createWorld();
    acme = await world.found();
  });
  after(() => world[Symbol.asyncDispose]());

  async function make(body: object = {}, credential = acme.credential): Promise<Shown> {
    const reply = await world.call('api_key.create', {
      credential,
      body: { name: 'found', scopes: ['session:read'], ...body },
    });
    return reply.body as Shown;
  }
  /** For the first time; the text before works on for a day. */
  async function rotate(id: string): Promise<Shown> {
    const call = { params: { apiKeyId: id }, body: { overlapHours: 24 }, ifMatch: '"1"' };
    return (await world.call('api_key.rotate', { credential: acme.credential, ...call })).body as Shown;
  }
  const report = (key: string) => world.call('api_key.revoke_leaked', { body: { key } });
  const works = (key: string): Promise<boolean> =>
    world.call('session.get', { credential: { kind: 'api_key', secret: key } }).then(
      () => true,
      (error: unknown) => {
        assert.equal((error as AppError).code, 'auth.invalid');
        return false;
      },
    );
  async function countMails(): Promise<number> {
    return (await listMails(world)).filter(({ template }) => template.startsWith('api_key_leaked')).length;
  }

  test('is ended by its text alone, its person is told once, and the log says so', async () => {
    const { id, key } = await make();
    const mails = await countMails();
    const replies = await Promise.all(Array.from({ length: 50 }, () => report(key)));
    assert.deepEqual(
      [...new Set(replies.map(({ status, body }) => `${String(status)} ${String(body)}`))],
      ['204 undefined'],
    );
    assert.equal(await works(key), false);
    assert.equal(await countMails(), mails + 1);
    const { rows } = await world.admin(
      `select count(*) filter (where facts ->> 'ended' = 'the key')::int as ended from holdfast.audit_pending
        where action = 'api_key.leak_reported' and target ->> 'id' = $1`,
      [decodeId('key', id)],
    );
    assert.deepEqual(rows, [{ ended: 1 }]);
  });

  test('gets the same answer as any text that is no key, which ends nothing', async () => {
    const { id, key } = await make();
    const forged = formatApiKey({ uuid: decodeId('key', id) ?? '', secretBytes: new Uint8Array(32).fill(9) });
    for (const text of [forged, id, key.slice(0, -1), 'sk-other', `${key} `, 'x'])
      assert.deepEqual({ ...(await report(text)), headers: {} }, { status: 204, headers: {}, body: undefined });
    assert.equal(await works(key), true);
    const { key: second } = await rotate(id);
    await report(forged);
    assert.deepEqual([await works(key), await works(second)], [true, true]);
  });

  test('loses the text before its last rotation, and keeps the new one', async () => {
    const first = await make();
    const second = (await rotate(first.id)).key;
    await report(first.key);
    assert.deepEqual([await works(first.key), await works(second)], [false, true]);
    await report(second);
    assert.equal(await works(second), false);
  });

  test('is not ended where everybody is meant to read it', async () => {
    const { key } = await make({ kind: 'publishable', scopes: ['models:read'], origins: ['https://shop.example'] });
    await report(key);
    await world.call('model.list', {
      credential: { kind: 'api_key', secret: key, claims: { origin: 'https://shop.example' } },
    });
  });

  test('is ended also while its member is suspended', async () => {
    const member = await joinOrganization(world, { ...acme, slug: 'acme' }, 'member');
    const { id, key } = await make({}, member.credential);
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [member.userId]);
    await report(key);
    const { rows } = await world.admin('select revoked_at is not null as revoked from holdfast.api_key where id = $1', [
      decodeId('key', id),
    ]);
    assert.deepEqual(rows, [{ revoked: true }]);
  });
});
