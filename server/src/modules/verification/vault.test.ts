// What is stored is shown of organizations that exist to be probed, of no other, and never changed by looking.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { toSecret } from '#crypto/secret.ts';
import { createWorld, type World } from '#test/world.ts';
import { openTenantVault } from './vault.ts';

const PLACE = { purpose: 'test', table: 't', column: 'c', rowId: '1' };

describe('the vault of the probed organizations', () => {
  let world: World;
  let [probed, other] = ['', ''];

  before(async () => {
    world = await createWorld();
    await world.found('probed');
    await world.found('other');
    const { rows } = await world.admin('select org_id from holdfast.organization order by slug desc');
    [probed = '', other = ''] = (rows as readonly { readonly org_id: string }[]).map((row) => row.org_id);
    await world.admin("insert into holdfast.installation (name, value) values ('probe_tenant_one', $1)", [
      JSON.stringify({ organization: probed }),
    ]);
  });
  after(() => world[Symbol.asyncDispose]());

  const vault = () => openTenantVault(world.kernel);

  test('shows rows of the probed organization alone', async () => {
    const rows = await vault().rows(probed, 'select org_id from holdfast.organization');
    assert.deepEqual(rows, [{ org_id: probed }]);
  });

  test('refuses an organization that is not there to be probed', async () => {
    await assert.rejects(vault().rows(other, 'select 1'), { code: 'resource.not_found' });
    await assert.rejects(vault().unseal(other, PLACE, Buffer.alloc(200)), { code: 'resource.not_found' });
  });

  test('changes nothing', async () => {
    await assert.rejects(vault().rows(probed, "update holdfast.organization set name = 'x'"), /read-only/);
  });

  test('opens a value at its place, and says why it does not elsewhere', async () => {
    const sealer = await world.kernel.tools.keyring.forOrg(probed);
    const sealed = sealer.seal(PLACE, toSecret(Buffer.from('hello')));
    assert.deepEqual(await vault().unseal(probed, PLACE, sealed), { ok: true, text: 'hello' });
    assert.deepEqual(await vault().unseal(probed, { ...PLACE, rowId: '2' }, sealed), {
      ok: false,
      reason: 'commitment',
    });
  });
});
