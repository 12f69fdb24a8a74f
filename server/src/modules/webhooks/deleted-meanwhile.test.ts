// A webhook that is deleted while something is told to it holds nothing up: that goes to the others.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { OPERATOR, REASON } from '#test/emergency-access.ts';
import { endingBehind, refusalOf } from '#test/held-transaction.ts';
import { addWebhook } from '#test/webhook-receiver.ts';
import { createWorld, type World } from '#test/world.ts';

describe('a webhook that is deleted meanwhile', () => {
  let world: World;
  let owner: Credential;

  before(async () => {
    world = await createWorld();
    owner = (await world.found()).credential;
  });
  after(() => world?.[Symbol.asyncDispose]());

  const add = async (name: string): Promise<string> =>
    (await addWebhook(world, owner, `https://${name}.example/hooks`, name)).id;
  const deletionOf = (webhookId: string) =>
    [['delete from holdfast.webhook_endpoint where id = $1', [decodeId('whk', webhookId)]]] as const;

  it('does not keep break-glass from opening, which is told to the others', async () => {
    const [goes, stays] = [await add('goes'), await add('stays')];
    const call = { credential: OPERATOR, body: { organization: 'acme', reason: REASON } };
    const ending = await endingBehind(world, deletionOf(goes), () => world.call('emergency.open_at_host', call));
    assert.equal(ending.status, 'fulfilled');
    const { rows } = await world.admin('select distinct endpoint_id as id from holdfast.webhook_delivery');
    assert.deepEqual(rows, [{ id: decodeId('whk', stays) }]);
    assert.deepEqual(world.unexpected, []);
  });

  it('is there no more to be tested', async () => {
    const webhookId = await add('tested');
    const call = { credential: owner, params: { webhookId } };
    const ending = await endingBehind(world, deletionOf(webhookId), () => world.call('webhook.test', call));
    assert.equal(refusalOf(ending), 'resource.not_found');
    assert.deepEqual(world.unexpected, []);
  });
});
