// What webhooks must not be: a way to secrets, into the network, around a right, or out of an alarm.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { maskText } from '#telemetry/scan.ts';
import { breakGlass, requestAtHost } from '#test/emergency-access.ts';
import { joinOrganization } from '#test/people.ts';
import { startRawServer } from '#test/raw-server.ts';
import {
  addWebhook,
  deliverAll,
  hurry,
  listDeliveries,
  signaturesOf,
  startReceiver,
  tryOnce,
  work,
} from '#test/webhook-receiver.ts';
import { until } from '#test/outbox.ts';
import { createWorld } from '#test/world.ts';

async function openStage(isAllowed = true) {
  await using opened = new AsyncDisposableStack();
  const receiver = opened.use(await startReceiver());
  const world = opened.use(await createWorld(isAllowed ? { outboundAllow: receiver.allow } : {}));
  const { credential: owner, organizationId } = await world.found();
  const rest = opened.move();
  return { world, receiver, owner, organizationId, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

describe('the bounds of webhooks', () => {
  it('keep the secret sealed, show it once, and write neither it nor the path into the log', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id, secret } = await addWebhook(world, owner, receiver.url);
    const params = { webhookId: id };
    const { body } = await world.call('webhook.rotate', { credential: owner, params, body: {} });
    const secrets = [secret, (body as { readonly secret: string }).secret];
    const seen = [
      JSON.stringify((await world.call('webhook.list', { credential: owner })).body),
      JSON.stringify((await world.admin('select facts from holdfast.audit_pending')).rows),
      JSON.stringify((await world.admin('select s::text as text from holdfast.webhook_secret s')).rows),
      maskText(`the secret ${secret} was given`),
    ];
    for (const text of secrets) {
      const bytes = Buffer.from(text.slice('whsec_'.length), 'base64');
      const forms = [text.slice('whsec_'.length), bytes.toString('hex'), Buffer.from(text).toString('hex')];
      for (const form of forms) assert.ok(!seen.join('\n').includes(form));
    }
    assert.ok(!(seen[1] ?? '').includes('a-path-that-lets-in'));
    assert.ok((seen[1] ?? '').includes(receiver.allow));
  });

  it('sign with no secret that was moved, and with none alone while two are promised', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    await world.call('webhook.rotate', { credential: owner, params: { webhookId: id }, body: {} });
    await world.admin(
      'update holdfast.webhook_secret set sealed = (select sealed from holdfast.webhook_secret where ends_at is null)',
    );
    await requestAtHost(world);
    await tryOnce(world, 1);
    assert.equal((await listDeliveries(world, owner, id))[0]?.lastError, 'unreadable');
    assert.deepEqual(receiver.received, []);
  });

  it('follow no redirect, and read no reply', async () => {
    await using elsewhere = await startReceiver();
    await using receiver = await startReceiver();
    await using world = await createWorld({ outboundAllow: `${receiver.allow},${elsewhere.allow}` });
    const { credential: owner } = await world.found();
    const { id } = await addWebhook(world, owner, receiver.url);
    const params = { webhookId: id };
    for (const status of ['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect']) {
      receiver.behave(status, { location: elsewhere.url });
      await world.call('webhook.test', { credential: owner, params });
      await deliverAll(world);
      const [newest] = await listDeliveries(world, owner, id);
      assert.deepEqual([newest?.state, newest?.lastError], ['dead', 'redirected']);
    }
    assert.equal(receiver.received.length, 4);
    assert.deepEqual(elsewhere.received, []);
    // A body that never comes is none that is waited for.
    receiver.behave('200 OK', { 'content-length': '1000000' });
    await world.call('webhook.test', { credential: owner, params });
    await deliverAll(world);
    assert.equal((await listDeliveries(world, owner, id))[0]?.state, 'delivered');
  });

  it('reach no address of this machine or its network that the operator has not listed, and do not say why', async () => {
    await using stage = await openStage(false);
    const { world, receiver, owner } = stage;
    const { port } = new URL(receiver.url);
    const urls = [receiver.url, `http://localhost:${port}/`, `https://127.0.0.1:${port}/`, 'http://169.254.169.254/'];
    for (const [at, url] of urls.entries()) {
      const { id } = await addWebhook(world, owner, url, `Pager ${String(at)}`);
      await world.call('webhook.test', { credential: owner, params: { webhookId: id } });
      await deliverAll(world);
      const [tried] = await listDeliveries(world, owner, id);
      assert.deepEqual([tried?.lastError, tried?.lastStatus], ['unavailable', null], url);
    }
    assert.deepEqual(receiver.received, []);
    const refused = ['ftp://pager.example/', 'https://a:b@pager.example/', 'https://pager.example/?key=1', 'pager'];
    for (const url of refused) await assert.rejects(addWebhook(world, owner, url), { code: 'request.invalid' }, url);
  });

  it('send nothing to a webhook that is disabled or removed, and stop at once where the receiver is gone', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    const params = { webhookId: id };
    const enable = (isEnabled: boolean) =>
      world.call('webhook.update', { credential: owner, params, body: { isEnabled } });
    await requestAtHost(world);
    await enable(false);
    await requestAtHost(world);
    await assert.rejects(world.call('webhook.test', { credential: owner, params }), { code: 'webhook.disabled' });
    await deliverAll(world);
    const [only, ...others] = await listDeliveries(world, owner, id);
    assert.deepEqual([only?.state, only?.lastError, others.length], ['dead', 'disabled', 0]);
    const redelivery = { webhookId: id, deliveryId: only?.id ?? '' };
    await assert.rejects(world.call('webhook.redeliver', { credential: owner, params: redelivery }), {
      code: 'webhook.disabled',
    });
    await enable(true);
    receiver.behave('410 Gone');
    await requestAtHost(world);
    await deliverAll(world);
    assert.equal((await listDeliveries(world, owner, id))[0]?.lastError, 'gone');
    assert.equal(receiver.received.length, 1);
    await requestAtHost(world);
    await world.call('webhook.delete', { credential: owner, params });
    await deliverAll(world);
    assert.equal(receiver.received.length, 1);
    for (const table of ['webhook_endpoint', 'webhook_secret', 'webhook_delivery'])
      assert.equal((await world.admin(`select 1 from holdfast.${table}`)).rowCount, 0);
  });

  it('that let one organization wait keep nothing from another', async () => {
    await using silent = await startRawServer(() => undefined);
    await using receiver = await startReceiver();
    const silence = `127.0.0.1:${String(silent.port)}`;
    await using world = await createWorld({ outboundAllow: `${silence},${receiver.allow}` });
    const [{ credential: slow }, { credential: quick }] = [await world.found('slow'), await world.found('quick')];
    const waiting = await addWebhook(world, slow, `http://${silence}/`);
    const served = await addWebhook(world, quick, receiver.url);
    const tell = (credential: Credential, webhookId: string) =>
      world.call('webhook.test', { credential, params: { webhookId } });
    for (let n = 0; n < 12; n += 1) await tell(slow, waiting.id);
    const worker = work(world);
    await until(() => silent.requests.length > 0);
    await tell(quick, served.id);
    await until(() => receiver.received.length === 1);
    assert.ok(silent.requests.length <= 2, `${String(silent.requests.length)} of one organization at once`);
    await silent[Symbol.asyncDispose]();
    await until(async () => (await listDeliveries(world, slow, waiting.id)).every(({ state }) => state !== 'waiting'));
    await worker.stop();
  });

  it('are five, also when ten are added at once, under names that differ', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const add = (n: number) => addWebhook(world, owner, receiver.url, `Pager ${String(n)}`);
    const made = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => add(n)));
    const endings = made.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code));
    assert.deepEqual(endings.toSorted(), [
      ...Array.from({ length: 5 }, () => 'done'),
      ...Array.from({ length: 5 }, () => 'webhook.too_many'),
    ]);
    const { items } = (await world.call('webhook.list', { credential: owner })).body as {
      readonly items: readonly { readonly id: string; readonly name: string }[];
    };
    const [one, other] = items;
    const rename = (name: string) =>
      world.call('webhook.update', { credential: owner, params: { webhookId: one?.id ?? '' }, body: { name } });
    await assert.rejects(rename(other?.name ?? ''), { code: 'webhook.name_taken' });
    await rename(one?.name ?? '');
    await rename('Another pager');
    await world.call('webhook.delete', { credential: owner, params: { webhookId: one?.id ?? '' } });
    await assert.rejects(addWebhook(world, owner, receiver.url, other?.name), { code: 'webhook.name_taken' });
  });

  it('are for whoever manages security, and not for an emergency session, which could silence its own alarm', async () => {
    await using stage = await openStage();
    const { world, receiver, owner, organizationId } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    const params = { webhookId: id };
    const admin = await joinOrganization(world, { organizationId, slug: 'acme' }, 'admin');
    const inEmergency = await breakGlass(world, owner);
    await deliverAll(world);
    const [delivery] = await listDeliveries(world, owner, id);
    const before = receiver.received.length;
    const ofDelivery = { ...params, deliveryId: delivery?.id ?? '' };
    const changing: readonly (readonly [string, object])[] = [
      ['webhook.create', { body: { name: 'Mine', url: receiver.url } }],
      ['webhook.update', { params, body: { isEnabled: false } }],
      ['webhook.rotate', { params, body: {} }],
      ['webhook.delete', { params }],
    ];
    const others: readonly (readonly [string, object])[] = [
      ['webhook.list', {}],
      ['webhook.test', { params }],
      ['webhook.list_deliveries', { params }],
      ['webhook.redeliver', { params: ofDelivery }],
    ];
    for (const [operation, call] of [...changing, ...others])
      await assert.rejects(world.call(operation, { credential: admin.credential, ...call }), {
        code: 'auth.forbidden',
      });
    for (const [operation, call] of changing)
      await assert.rejects(world.call(operation, { credential: inEmergency, ...call }), {
        code: 'webhook.person_needed',
      });
    await deliverAll(world);
    assert.equal(receiver.received.length, before);
    const { id: otherId } = await addWebhook(world, owner, receiver.url, 'Other');
    await assert.rejects(
      world.call('webhook.redeliver', { credential: owner, params: { ...ofDelivery, webhookId: otherId } }),
      { code: 'resource.not_found' },
    );
  });

  it('forget what is long over, and end what nothing tries any more', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    for (let n = 0; n < 2; n += 1) await requestAtHost(world);
    await deliverAll(world);
    await requestAtHost(world);
    await world.admin(
      `update holdfast.webhook_delivery set ended_at = ended_at - interval '31 days'
        where id = (select id from holdfast.webhook_delivery where state = 'delivered' limit 1)`,
    );
    await world.admin("delete from holdfast.job where kind = 'webhooks.deliver'");
    await world.admin(
      "update holdfast.webhook_delivery set next_at = now() - interval '4 days' where ended_at is null",
    );
    await world.admin("update holdfast.job set run_at = now() where kind = 'webhooks.forget'");
    const worker = work(world);
    await until(async () => {
      await hurry(world);
      return (await listDeliveries(world, owner, id)).length === 2;
    });
    await worker.stop();
    const states = (await listDeliveries(world, owner, id)).map(
      ({ state, lastError }) => `${state} ${String(lastError)}`,
    );
    assert.deepEqual(states.toSorted(), ['dead lost', 'delivered null']);
    assert.ok(receiver.received.every((request) => signaturesOf(request).length === 1));
  });
});
