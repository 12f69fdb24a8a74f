// The keyring refuses what it must: a missing, wrong or foreign key never becomes a new one over existing data.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../../tools/test/temporary-folder.ts';
import { createKeyFile } from '#crypto/key-file.ts';
import { createFileKekProvider } from '#crypto/kek.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import { openKeyring } from './keyring.ts';
import { createWorld, type World } from '#test/world.ts';

async function providerFor(environment: string) {
  using folder = temporaryFolder();
  const made = await createKeyFile({ path: join(folder.path, 'master.key'), environment, unixMs: 1_790_000_000_000 });
  assert.ok(made.ok);
  return { provider: createFileKekProvider(made.keyFile), kekId: made.keyFile.current.id };
}

async function reopen(world: World, environment = 'test') {
  const { provider } = await providerFor(environment);
  const { lanes, tools } = world.kernel;
  return openKeyring({ lanes, lookup: tools.lookup, provider, newId: tools.newId });
}

test('a database sealed under another master key refuses, naming the key it needs', async () => {
  await using world = await createWorld();
  const { rows } = await world.admin(
    "select value ->> 'kekId' as kek from holdfast.installation where name = 'root_key'",
  );
  await assert.rejects(reopen(world), (error: Error) => error.message.includes((rows[0] as { kek: string }).kek));
});

test('a root key that is gone while data keys exist is never made anew', async () => {
  await using world = await createWorld();
  await world.found();
  await world.admin("delete from holdfast.installation where name = 'root_key'");
  await assert.rejects(reopen(world), /root key is missing/);
  assert.equal((await world.admin("select 1 from holdfast.installation where name = 'root_key'")).rowCount, 0);
});

test('a database of another environment refuses', async () => {
  await using world = await createWorld();
  await assert.rejects(reopen(world, 'production'), /environment "test"/);
});

test('eight replicas that start at once over an empty database agree on one root key', async () => {
  await using world = await createWorld();
  await world.admin("delete from holdfast.installation where name = 'root_key'");
  const { provider } = await providerFor('test');
  const { lanes, tools } = world.kernel;
  const open = () => openKeyring({ lanes, lookup: tools.lookup, provider, newId: tools.newId });
  const rings = await Promise.all(Array.from({ length: 8 }, open));
  const publicKeys = new Set(rings.map((ring) => ring.audit.signer.publicKey.toString('hex')));
  assert.equal(publicKeys.size, 1);
});

test('what one organization sealed, another cannot open, nor the same one in another place', async () => {
  await using world = await createWorld();
  await world.found('acme');
  await world.found('other');
  const { rows } = await world.admin('select org_id from holdfast.organization order by slug');
  const [acme, other] = await Promise.all(
    (rows as { org_id: string }[]).map((row) => world.kernel.tools.keyring.forOrg(row.org_id)),
  );
  const place = { purpose: 'test', table: 't', column: 'c', rowId: '1' };
  const sealed = acme?.seal(place, toSecret(Buffer.from('hello')));
  assert.ok(sealed && acme && other);
  const opened = acme.open(place, sealed);
  assert.equal(opened.ok && reveal(opened.plaintext, 'test.compare').toString(), 'hello');
  assert.equal(other.open(place, sealed).ok, false);
  assert.equal(acme.open({ ...place, rowId: '2' }, sealed).ok, false);
});

test('a swapped or edited data key row stops its organization and no other', async () => {
  await using world = await createWorld();
  await world.found('acme');
  await world.found('other');
  await world.admin(`update holdfast.data_key k set wrapped = (select d.wrapped from holdfast.data_key d join holdfast.organization p on p.org_id = d.org_id where p.slug = 'other')
    from holdfast.organization o where o.org_id = k.org_id and o.slug = 'acme'`);
  const { rows } = await world.admin('select org_id from holdfast.organization order by slug');
  const [acme, other] = (rows as { org_id: string }[]).map((row) => row.org_id);
  const fresh = await world.openReplica();
  await assert.rejects(fresh.kernel.tools.keyring.forOrg(acme ?? ''), { code: 'server.unavailable' });
  await fresh.kernel.tools.keyring.forOrg(other ?? '');
});
