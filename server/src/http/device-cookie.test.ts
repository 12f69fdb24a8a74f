// The cookie of a device over real sockets: given at sign-in beside the session's, brought back, and never a reason to refuse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, createEdgeWorld, type EdgeWorld } from '#test/edge-world.ts';
import { PASSWORD } from '#test/world.ts';

const body = JSON.stringify({ email: 'owner@acme.example', password: PASSWORD });

async function signIn({ port }: EdgeWorld, ...cookies: readonly string[]): Promise<readonly string[]> {
  const headers = [
    'Content-Type: application/json',
    ...(cookies.length === 0 ? [] : [`Cookie: ${cookies.join('; ')}`]),
  ];
  const reply = await ask(port, 'POST /api/v1/session', { headers, body });
  assert.equal(reply.status, 201, reply.text);
  return [...reply.text.matchAll(/^set-cookie: (.+)\r$/gim)].map(([, cookie = '']) => cookie);
}

const devices = async ({ world }: EdgeWorld): Promise<number> =>
  (await world.admin('select 1 from holdfast.device')).rowCount ?? 0;

test('a device gets a cookie of its own beside the session’s, hidden from scripts, for 180 days, and is known by it', async () => {
  await using stage = await createEdgeWorld();
  await stage.enter();
  const [session = '', device = '', ...more] = await signIn(stage);
  assert.deepEqual(more, []);
  assert.match(session, new RegExp(`^__Host-holdfast-${String(stage.port)}=`));
  const form = `^__Host-holdfast-device-${String(stage.port)}=[\\w-]{43}; Max-Age=15552000; Path=/; Secure; HttpOnly; SameSite=Lax$`;
  assert.match(device, new RegExp(form));
  const known = await devices(stage);
  const [, again] = await signIn(stage, device.split(';')[0] ?? '');
  assert.deepEqual([again, await devices(stage)], [device, known]);
});

test('a device cookie that stands twice or is nonsense refuses nobody and is nobody’s', async () => {
  await using stage = await createEdgeWorld();
  await stage.enter();
  const [, device = ''] = await signIn(stage);
  const pair = device.split(';')[0] ?? '';
  const known = await devices(stage);
  for (const cookies of [[pair, pair], [`${pair.split('=')[0] ?? ''}=x`], [`${pair.split('=')[0] ?? ''}=`]])
    assert.notEqual((await signIn(stage, ...cookies))[1], device);
  assert.equal(await devices(stage), known + 3);
});

test('a device cookie alone signs nobody in', async () => {
  await using stage = await createEdgeWorld();
  await stage.enter();
  const [, device = ''] = await signIn(stage);
  const pair = device.split(';')[0] ?? '';
  const token = pair.slice(pair.indexOf('=') + 1);
  for (const cookie of [pair, `${stage.cookieName}=${token}`])
    assert.equal((await ask(stage.port, 'GET /api/v1/session', { headers: [`Cookie: ${cookie}`] })).status, 401);
});
