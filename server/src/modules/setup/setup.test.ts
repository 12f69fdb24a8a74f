// The first run: one token, one winner, everything or nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueSetupLink } from './service.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

async function tokenOf(world: World): Promise<string> {
  const link = await issueSetupLink(world.kernel.lanes, world.kernel.tools, 'http://localhost:7420');
  const token = link?.split('/setup#token=')[1];
  assert.ok(token);
  return token;
}

const request = (token: string, n = 0) => ({
  token,
  organization: { name: `Org ${n}`, slug: `org-${n}` },
  owner: { name: 'Olga', email: `olga${n}@example.com`, password: PASSWORD },
});

test('fifty parallel uses of one token found one organization, with one owner, key and session', async () => {
  await using world = await createWorld();
  const token = await tokenOf(world);
  const uses = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) => world.call('setup.complete', { body: request(token, n) })),
  );
  assert.equal(uses.filter((use) => use.status === 'fulfilled').length, 1);
  const { rows } = await world.admin(`select
    (select count(*) from holdfast.organization)::int as organizations, (select count(*) from holdfast.person)::int as people,
    (select count(*) from holdfast.member where role = 'owner')::int as owners, (select count(*) from holdfast.data_key)::int as keys,
    (select count(*) from holdfast.session)::int as sessions, (select count(*) from holdfast.password)::int as passwords,
    (select count(*) from holdfast.audit_pending where action = 'setup.completed' and outcome = 'allowed')::int as events`);
  assert.deepEqual(rows, [{ organizations: 1, people: 1, owners: 1, keys: 1, sessions: 1, passwords: 1, events: 1 }]);
});

test('a wrong or expired token founds nothing, and a newer token ends the older', async () => {
  await using world = await createWorld();
  const older = await tokenOf(world);
  const newer = await tokenOf(world);
  await assert.rejects(world.call('setup.complete', { body: request('guess') }), { code: 'setup.token_refused' });
  await assert.rejects(world.call('setup.complete', { body: request(older) }), { code: 'setup.token_refused' });
  await world.admin("update holdfast.setup_token set expires_at = now() - interval '1 second'");
  await assert.rejects(world.call('setup.complete', { body: request(newer) }), { code: 'setup.token_refused' });
  assert.equal((await world.admin('select 1 from holdfast.organization')).rowCount, 0);
});

test('replicas that start together leave one token, and even two tokens found one organization', async () => {
  await using world = await createWorld();
  await Promise.all(
    Array.from({ length: 8 }, () => issueSetupLink(world.kernel.lanes, world.kernel.tools, 'http://localhost')),
  );
  assert.equal((await world.admin('select 1 from holdfast.setup_token')).rowCount, 1);
  const token = await tokenOf(world);
  const { rows } = await world.admin("select encode(token_hash, 'hex') as hash from holdfast.setup_token");
  const second = await tokenOf(world);
  await world.admin(
    `insert into holdfast.setup_token select decode('${(rows[0] as { hash: string }).hash}', 'hex'), now(), now() + interval '1 hour'`,
  );
  const uses = await Promise.allSettled(
    [token, second].map((one, n) => world.call('setup.complete', { body: request(one, n) })),
  );
  assert.equal(uses.filter((use) => use.status === 'fulfilled').length, 1);
  assert.equal((await world.admin('select 1 from holdfast.organization')).rowCount, 1);
});

test('once set up there is no link, no token and no second setup', async () => {
  await using world = await createWorld();
  await world.call('setup.complete', { body: request(await tokenOf(world)) });
  assert.equal(await issueSetupLink(world.kernel.lanes, world.kernel.tools, 'http://localhost'), undefined);
  const operator = { credential: { kind: 'operator', uid: 0 } } as const;
  await assert.rejects(world.call('setup.issue_token', operator), { code: 'setup.done' });
  await assert.rejects(world.call('setup.complete', { body: request('x'.repeat(43), 2) }), { code: 'setup.done' });
  assert.deepEqual((await world.call('setup.state')).body, { done: true });
});

test('the token is stored only as a keyed hash', async () => {
  await using world = await createWorld();
  const token = await tokenOf(world);
  const { rows } = await world.admin(
    "select encode(token_hash, 'escape') || encode(token_hash, 'base64') as text from holdfast.setup_token",
  );
  assert.equal(JSON.stringify(rows).includes(token), false);
});

test('an organization that exists to be probed shuts nobody out of the first run, any other does', async () => {
  await using world = await createWorld();
  const orgId = world.kernel.tools.newId();
  await world.admin(
    "insert into holdfast.organization (org_id, name, slug, created_at) values ($1, 'Probe', 'probe', now())",
    [orgId],
  );
  assert.deepEqual((await world.call('setup.state')).body, { done: true });
  await world.admin(
    "insert into holdfast.installation (name, value) values ('probe_tenant_one', jsonb_build_object('organization', $1::text))",
    [orgId],
  );
  assert.deepEqual((await world.call('setup.state')).body, { done: false });
  await world.call('setup.complete', { body: request(await tokenOf(world)) });
  assert.deepEqual((await world.call('setup.state')).body, { done: true });
});
