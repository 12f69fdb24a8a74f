// A key that others have seen ends at once, whoever says so first, and shows where it was used; those who must know are told.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { listMails } from '#test/outbox.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

type Exposed = {
  readonly worked: boolean;
  readonly exposedAt: string;
  readonly usage: {
    readonly calls: number;
    readonly places: readonly { readonly address: string; readonly client: string }[];
  };
};

describe('a key that was seen by others', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let member: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    member = await joinOrganization(world, acme, 'member');
  });
  after(() => world?.[Symbol.asyncDispose]());

  const mark = async (by: { readonly credential: Person['credential'] }, id: string): Promise<Exposed> =>
    (await world.call('api_key.mark_exposed', { credential: by.credential, params: { apiKeyId: id } })).body as Exposed;
  const mailsOf = async (): Promise<readonly string[]> =>
    (await listMails(world)).filter(({ template }) => template === 'api_key_exposed').map(({ to }) => to);

  it('ends at once, shows where it was used, and is told once to owners and to its person', async () => {
    const key = await makeKey(world, member.credential, ['session:read']);
    await world.call('session.get', { credential: key.credential });
    await world.admin(
      `insert into holdfast.api_key_use (org_id, key_id, day, address, client, calls, failures, last_at)
         select org_id, id, to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), '203.0.113.9', 'curl', 7, 1, now()
           from holdfast.api_key where id = $1`,
      [decodeId('key', key.id)],
    );
    const replies = await Promise.all(Array.from({ length: 8 }, () => mark(acme, key.id)));
    assert.equal(replies.filter(({ worked }) => worked).length, 1);
    assert.equal(new Set(replies.map(({ exposedAt }) => exposedAt)).size, 1);
    const { calls, places } = replies[0]?.usage ?? assert.fail();
    assert.equal(calls, 8);
    assert.ok(places.some(({ address, client }) => address === '203.0.113.9' && client === 'curl'));
    await assert.rejects(world.call('session.get', { credential: key.credential }), { code: 'auth.invalid' });
    const owners = await world.admin(
      `select p.email from holdfast.member m join holdfast.person p on p.user_id = m.user_id where m.role = 'owner'`,
    );
    const expected = [
      ...(owners.rows as readonly { readonly email: string }[]).map(({ email }) => email),
      member.email,
    ];
    assert.deepEqual((await mailsOf()).toSorted(), expected.toSorted());
    const { rows } = await world.admin(
      `select facts ->> 'reason' as reason, facts ->> 'worked' as worked from holdfast.audit_pending
        where action = 'api_key.marked_exposed' and target ->> 'id' = $1 order by 2 desc limit 1`,
      [decodeId('key', key.id)],
    );
    assert.deepEqual(rows, [{ reason: 'exposed', worked: 'true' }]);
  });

  it('is told of in the report of ages, and what was ended before is marked too', async () => {
    const key = await makeKey(world, member.credential, ['session:read']);
    const params = { apiKeyId: key.id };
    const reported = async () => {
      const { body } = await world.call('credential.report', { credential: acme.credential });
      const { items } = body as {
        readonly items: readonly { readonly id: string; readonly exposedAt: string | null }[];
      };
      return items.find(({ id }) => id === key.id);
    };
    assert.equal((await reported())?.exposedAt, null);
    await world.call('api_key.revoke', { credential: member.credential, params });
    assert.equal(await reported(), undefined);
    const mails = (await mailsOf()).length;
    const { worked, exposedAt } = await mark(member, key.id);
    assert.equal(worked, false);
    assert.equal((await mailsOf()).length, mails);
    assert.equal((await reported())?.exposedAt, exposedAt);
    const { body } = await world.call('api_key.get', { credential: member.credential, params });
    assert.equal((body as { readonly exposedAt: string }).exposedAt, exposedAt);
  });

  it('keeps no live key out of the report, however many there are', async () => {
    const key = await makeKey(world, member.credential, ['session:read']);
    const filled = `insert into holdfast.api_key
        (org_id, id, owner_user_id, name, scopes, secret_hash, created_at, revoked_at, exposed_at)
      select org_id, gen_random_uuid(), owner_user_id, 'filler', scopes, sha256(n::text::bytea), created_at - interval '1 day', now(), now()
        from holdfast.api_key, generate_series(1, 600) n where id = $1`;
    await world.admin(filled, [decodeId('key', key.id)]);
    const { body } = await world.call('credential.report', { credential: acme.credential });
    const { items, isWhole } = body as {
      readonly items: readonly { readonly id: string }[];
      readonly isWhole: boolean;
    };
    assert.ok(items.some(({ id }) => id === key.id));
    assert.equal(isWhole, false);
    await world.admin("delete from holdfast.api_key where name = 'filler'");
  });

  it('is ended by nobody who could not revoke it, and not where everybody is meant to read it', async () => {
    const [peer, admin] = [await joinOrganization(world, acme, 'member'), await joinOrganization(world, acme, 'admin')];
    const key = await makeKey(world, member.credential, ['session:read']);
    await assert.rejects(mark(peer, key.id), { code: 'resource.not_found' });
    await world.call('session.get', { credential: key.credential });
    assert.equal((await mark(admin, key.id)).worked, true);
    const body = { name: 'page', kind: 'publishable', scopes: ['models:read'], origins: ['https://shop.example'] };
    const page = (await world.call('api_key.create', { credential: acme.credential, body })).body as {
      readonly id: string;
    };
    await assert.rejects(mark(acme, page.id), { code: 'api_key.public_by_nature' });
  });
});
