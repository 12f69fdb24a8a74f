// Who receives webhooks in tests: a server on loopback that keeps what came, and checks signatures with code of its own.
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { startWorker } from '#jobs/worker.ts';
import { until } from './outbox.ts';
import { httpReply, type RawRequest, startRawServer } from './raw-server.ts';
import type { World } from './world.ts';

export type Receiver = AsyncDisposable & {
  readonly url: string;
  /** What the outbound client must be allowed, for it is on this machine. */
  readonly allow: string;
  readonly received: readonly RawRequest[];
  /** What it answers from now on: a status line, with headers. */
  readonly behave: (status: string, headers?: Readonly<Record<string, string>>) => void;
};

export async function startReceiver(): Promise<Receiver> {
  let answer = httpReply('', {}, '204 No Content');
  const server = await startRawServer((socket) => void socket.write(answer));
  const allow = `127.0.0.1:${String(server.port)}`;
  return {
    url: `http://${allow}/hooks/a-path-that-lets-in`,
    allow,
    received: server.requests,
    behave: (status, headers = {}) => {
      answer = httpReply('', headers, status);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The signatures of a request, and whether one of them is by this secret: as a receiver would find out. */
export function signaturesOf(request: RawRequest): readonly string[] {
  return (request.headers.get('webhook-signature') ?? '').split(' ').filter((text) => text !== '');
}

export function isSignedBy(secret: string, request: RawRequest): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  // The server of the test reads bytes as Latin-1.
  const body = Buffer.from(request.body, 'latin1');
  const head = `${request.headers.get('webhook-id') ?? ''}.${request.headers.get('webhook-timestamp') ?? ''}.`;
  const expected = createHmac('sha256', key).update(head).update(body).digest();
  return signaturesOf(request).some((text) => {
    const [version, signature = ''] = text.split(',');
    const bytes = Buffer.from(signature, 'base64');
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

export function idOf(request: RawRequest | undefined): string {
  return request?.headers.get('webhook-id') ?? '';
}

export function typeOf(request: RawRequest): string {
  return (JSON.parse(request.body) as { readonly type: string }).type;
}

export type MadeWebhook = { readonly id: string; readonly secret: string };

export async function addWebhook(
  world: World,
  credential: Credential,
  url: string,
  name = 'Pager',
): Promise<MadeWebhook> {
  return (await world.call('webhook.create', { credential, body: { name, url } })).body as MadeWebhook;
}

export type SeenDelivery = {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
};

export async function listDeliveries(
  world: World,
  credential: Credential,
  webhookId: string,
): Promise<readonly SeenDelivery[]> {
  const { body } = await world.call('webhook.list_deliveries', { credential, params: { webhookId } });
  return (body as { readonly items: readonly SeenDelivery[] }).items;
}

/** What is due later is due now. */
export async function hurry(world: World): Promise<void> {
  await world.admin(
    "update holdfast.job set run_at = now() where kind = 'webhooks.deliver' and lease_until is null and failed_at is null",
  );
}

export function work(world: World, kernel: Kernel = world.kernel) {
  return startWorker({ kernel, pollMs: 20, onFailure: ({ error }) => void world.unexpected.push(error) });
}

/** Works, tries and tries again included, until nothing waits any more. */
export async function deliverAll(world: World): Promise<void> {
  const worker = work(world);
  await until(async () => {
    await hurry(world);
    return (await world.admin("select 1 from holdfast.job where kind = 'webhooks.deliver'")).rowCount === 0;
  });
  await worker.stop();
}

/** Works until every delivery that waits was tried `attempts` times in all; no pause between tries is skipped. */
export async function tryOnce(world: World, attempts: number): Promise<void> {
  await hurry(world);
  const worker = work(world);
  const fewer = `select 1 from holdfast.webhook_delivery where attempts < ${String(attempts)}`;
  await until(async () => (await world.admin(fewer)).rowCount === 0);
  await worker.stop();
  assert.deepEqual(world.unexpected, []);
}
