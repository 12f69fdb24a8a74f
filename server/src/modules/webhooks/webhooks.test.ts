// Webhooks bring every alarm to the receiver, signed so that it can check them, until it has them or they are given up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { breakGlass, OPERATOR, REASON, requestAtHost } from '#test/emergency-access.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { until } from '#test/outbox.ts';
import {
  addWebhook,
  deliverAll,
  hurry,
  idOf,
  isSignedBy,
  listDeliveries,
  type Receiver,
  signaturesOf,
  startReceiver,
  tryOnce,
  typeOf,
  work,
} from '#test/webhook-receiver.ts';
import { createWorld, type World } from '#test/world.ts';
import { PAUSES_SECONDS } from './backoff.ts';

type Stage = AsyncDisposable & { readonly world: World; readonly receiver: Receiver; readonly owner: Credential };

async function openStage(): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const receiver = opened.use(await startReceiver());
  const world = opened.use(await createWorld({ outboundAllow: receiver.allow }));
  const { credential: owner } = await world.found();
  const rest = opened.move();
  return { world, receiver, owner, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

const test = (world: World, credential: Credential, webhookId: string) =>
  world.call('webhook.test', { credential, params: { webhookId } });

describe('webhooks', () => {
  it('bring every step of break-glass once, signed by the secret that was shown, without a word about people', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { secret } = await addWebhook(world, owner, receiver.url);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    await breakGlass(world, owner);
    await deliverAll(world);
    const types = ['emergency.opened', 'emergency.requested', 'emergency.sealed'];
    assert.deepEqual(receiver.received.map(typeOf).sort(), types);
    for (const request of receiver.received) {
      assert.match(request.line, /^POST \/hooks\/a-path-that-lets-in HTTP/);
      assert.ok(isSignedBy(secret, request));
      assert.ok(!isSignedBy(`whsec_${Buffer.alloc(32).toString('base64')}`, request));
      assert.ok(!isSignedBy(secret, { ...request, body: `${request.body} ` }));
      assert.match(idOf(request), /^whd_[0-9a-z]{26}$/);
      assert.match(request.headers.get('webhook-timestamp') ?? '', /^\d{10}$/);
      assert.equal(request.headers.get('content-type'), 'application/json');
      assert.doesNotMatch(request.body, /olga|@/i);
    }
    assert.equal(new Set(receiver.received.map(idOf)).size, 3);
    const opened = receiver.received.find((request) => typeOf(request) === 'emergency.opened');
    const { timestamp, ...told } = JSON.parse(opened?.body ?? '') as Record<string, unknown>;
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(told, {
      type: 'emergency.opened',
      data: { organization: 'acme', reason: REASON, minutes: 60 },
    });
  });

  it('are tried again under the same id, later each time, and given up by name after about a day', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id, secret } = await addWebhook(world, owner, receiver.url);
    receiver.behave('500 Internal Server Error');
    await requestAtHost(world);
    for (let tries = 1; tries <= PAUSES_SECONDS.length; tries += 1) {
      await tryOnce(world, tries);
      const { rows } = await world.admin(
        `select d.state, round(extract(epoch from d.next_at - d.tried_at))::integer as pause, d.next_at = j.run_at as planned
           from holdfast.webhook_delivery d join holdfast.job j on j.kind = 'webhooks.deliver'`,
      );
      assert.deepEqual(rows, [{ state: 'waiting', pause: PAUSES_SECONDS[tries - 1], planned: true }]);
    }
    assert.equal(Math.round(PAUSES_SECONDS.reduce((sum, pause) => sum + pause, 0) / 3_600), 24);
    await deliverAll(world);
    assert.equal(receiver.received.length, PAUSES_SECONDS.length + 1);
    assert.equal(new Set(receiver.received.map((request) => `${idOf(request)} ${request.body}`)).size, 1);
    assert.ok(receiver.received.every((request) => isSignedBy(secret, request)));
    const [dead] = await listDeliveries(world, owner, id);
    assert.deepEqual(
      [dead?.state, dead?.lastStatus, dead?.lastError, dead?.nextAt, dead?.id],
      ['dead', 500, 'refused', null, idOf(receiver.received[0])],
    );
    const { rows } = await world.admin(
      `select outcome, facts ->> 'error' as error, facts ->> 'delivery' as delivery from holdfast.audit_pending where action = 'webhook.given_up'`,
    );
    assert.deepEqual(rows, [{ outcome: 'failed', error: 'refused', delivery: dead?.id }]);
  });

  it('that were given up are sent again by hand, under the id they had', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    receiver.behave('500 Internal Server Error');
    await requestAtHost(world);
    await deliverAll(world);
    const [dead] = await listDeliveries(world, owner, id);
    assert.equal(dead?.state, 'dead');
    receiver.behave('200 OK');
    const params = { webhookId: id, deliveryId: dead.id };
    await world.call('webhook.redeliver', { credential: owner, params });
    await assert.rejects(world.call('webhook.redeliver', { credential: owner, params }), {
      code: 'webhook.still_waiting',
    });
    await deliverAll(world);
    assert.equal(new Set(receiver.received.map(idOf)).size, 1);
    assert.equal(idOf(receiver.received.at(-1)), dead.id);
    const [again] = await listDeliveries(world, owner, id);
    assert.deepEqual([again?.state, again?.attempts, again?.lastError], ['delivered', 12, null]);
  });

  it('that are down hold nothing up, and an alarm that cannot be queued opens nothing', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    await addWebhook(world, owner, receiver.url);
    await receiver[Symbol.asyncDispose]();
    await breakGlass(world, owner);
    await tryOnce(world, 1);
    const { rows: tried } = await world.admin('select distinct state, last_error from holdfast.webhook_delivery');
    assert.deepEqual(tried, [{ state: 'waiting', last_error: 'unavailable' }]);
    await world.admin(
      `create function holdfast.mute() returns trigger language plpgsql as $$ begin raise exception 'mute'; end $$;
       grant execute on function holdfast.mute() to public;
       create trigger mute before insert on holdfast.webhook_delivery for each row execute function holdfast.mute()`,
    );
    const uses = 'select 1 from holdfast.emergency_use';
    const before = (await world.admin(uses)).rowCount;
    const body = { organization: 'acme', reason: REASON };
    await assert.rejects(world.call('emergency.open_at_host', { credential: OPERATOR, body }), {
      code: 'server.unexpected',
    });
    assert.equal((await world.admin(uses)).rowCount, before);
    world.unexpected.length = 0;
  });

  it('bring fifty alarms of one moment from two servers, each once', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id } = await addWebhook(world, owner, receiver.url);
    const body = { organization: 'acme', reason: REASON };
    const ring = (on: World['kernel']) => world.call('emergency.open_at_host', { credential: OPERATOR, body }, on);
    assert.deepEqual(await fiftyTimes(world, ring), { done: 50 });
    const other = await world.openReplica();
    const workers = [work(world), work(world, other.kernel)];
    const waiting = "select 1 from holdfast.webhook_delivery where state = 'waiting'";
    await until(async () => (await world.admin(waiting)).rowCount === 0);
    await Promise.all(workers.map((worker) => worker.stop()));
    assert.equal(receiver.received.length, 50);
    assert.equal(new Set(receiver.received.map(idOf)).size, 50);
    const listed = await listDeliveries(world, owner, id);
    assert.ok(listed.length === 50 && listed.every(({ state, attempts }) => state === 'delivered' && attempts === 1));
  });

  it('lose nothing with a server that dies before it sends, or before it has noted that it did', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    await addWebhook(world, owner, receiver.url);
    await requestAtHost(world);
    // The first process is gone with the message in its hand, the second when the receiver has it.
    const dieAt = async (sends: boolean): Promise<void> => {
      const dying = await world.openReplica();
      const died = Promise.withResolvers<void>();
      const { outbound } = dying.kernel.tools;
      const open: typeof outbound.open = async (request) => {
        if (sends) await outbound.open(request);
        died.resolve();
        return new Promise<never>(() => undefined);
      };
      const kernel = { ...dying.kernel, tools: { ...dying.kernel.tools, outbound: { ...outbound, open } } };
      const worker = work(world, kernel);
      await died.promise;
      // It claims nothing any more, and never comes to the end of what it holds.
      void worker.stop();
      await new Promise((resolve) => setTimeout(resolve, 150));
      await world.admin(
        "update holdfast.job set lease_until = now() - interval '1 second' where lease_until is not null",
      );
    };
    await dieAt(false);
    assert.equal(receiver.received.length, 0);
    await dieAt(true);
    assert.equal(receiver.received.length, 1);
    const next = work(world);
    await until(async () => {
      await hurry(world);
      return (await world.admin("select 1 from holdfast.webhook_delivery where state = 'delivered'")).rowCount === 1;
    });
    await next.stop();
    assert.equal(receiver.received.length, 2);
    assert.equal(new Set(receiver.received.map(idOf)).size, 1);
  });

  it('that were told of an opening are seen by the control of break-glass, and one that was not as well', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    await addWebhook(world, owner, receiver.url);
    await world.admin("update holdfast.webhook_endpoint set enabled_at = now() - interval '1 hour'");
    await breakGlass(world, owner);
    const seen = async () =>
      (await world.admin('select untold::integer, given_up::integer from holdfast.look_at_emergencies()')).rows;
    assert.deepEqual(await seen(), [{ untold: 0, given_up: 0 }]);
    receiver.behave('410 Gone');
    await deliverAll(world);
    assert.deepEqual(await seen(), [{ untold: 0, given_up: 3 }]);
    await world.admin('delete from holdfast.webhook_delivery');
    assert.deepEqual(await seen(), [{ untold: 1, given_up: 0 }]);
  });

  it('sign with both secrets while one replaces the other, and with no older one', async () => {
    await using stage = await openStage();
    const { world, receiver, owner } = stage;
    const { id, secret: first } = await addWebhook(world, owner, receiver.url);
    const params = { webhookId: id };
    const rotate = async (body: object): Promise<string> => {
      const reply = await world.call('webhook.rotate', { credential: owner, params, body });
      return (reply.body as { readonly secret: string }).secret;
    };
    const lastBy = async (...secrets: readonly string[]): Promise<readonly boolean[]> => {
      await test(world, owner, id);
      await deliverAll(world);
      const request = receiver.received.at(-1);
      assert.ok(request);
      assert.equal(signaturesOf(request).length, secrets.filter((secret) => isSignedBy(secret, request)).length);
      return secrets.map((secret) => isSignedBy(secret, request));
    };
    const second = await rotate({});
    assert.deepEqual(await lastBy(first, second), [true, true]);
    const third = await rotate({ overlapHours: 1 });
    assert.deepEqual(await lastBy(first, second, third), [false, true, true]);
    await world.admin('update holdfast.webhook_secret set ends_at = now() where ends_at is not null');
    assert.deepEqual(await lastBy(second, third), [false, true]);
    const fourth = await rotate({ overlapHours: 0 });
    assert.deepEqual(await lastBy(third, fourth), [false, true]);
  });
});
