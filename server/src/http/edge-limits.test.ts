// Guessing is throttled wherever it is tried: on routes, on pages and on paths that do not exist (RL1).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, codeOf, createEdgeWorld, type EdgeWorld, type Entered, type RawReply } from '#test/edge-world.ts';
import { WIDE_LIMITS } from '#test/world.ts';

describe('limits at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  const FAILURES = 3;
  before(async () => {
    const failed = { perMinute: 1, burst: FAILURES };
    stage = await createEdgeWorld({
      limitTable: { ...WIDE_LIMITS, failed_credentials: failed, model: { perMinute: 1, burst: 2 } },
    });
    entered = await stage.enter();
  });
  after(() => stage[Symbol.asyncDispose]());

  const get = (path: string, key: string): Promise<RawReply> =>
    ask(stage.port, `GET ${path}`, { headers: [`Authorization: Bearer ${key}`] });

  test('a caller over its limit is told 429 with the time to wait and the policy', async () => {
    const post = (): Promise<RawReply> =>
      ask(stage.port, 'POST /v1/chat/completions', {
        headers: [`Authorization: Bearer ${entered.key}`, 'Content-Type: application/json'],
        body: '{"model":"none"}',
      });
    assert.deepEqual([(await post()).status, (await post()).status], [404, 404]);
    const reply = await post();
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.headers.get('retry-after')) >= 1);
    assert.match(reply.headers.get('ratelimit') ?? '', /^"model";r=0/);
    assert.match(reply.headers.get('ratelimit-policy') ?? '', /^"model";q=2;w=\d+/);
  });

  test('failed credentials use up one budget of the address, whatever path they are tried on', async () => {
    for (const path of ['/nope', '/problems', '/v1/models'].slice(0, FAILURES))
      assert.equal((await get(path, 'bad')).status, 401, path);
    for (const path of ['/nope', '/problems', '/.well-known/security.txt', '/api/v1/organization']) {
      const reply = await get(path, 'bad');
      assert.equal(reply.status, 429, path);
      assert.equal(codeOf(reply), 'rate.exceeded', path);
    }
    assert.equal((await ask(stage.port, 'GET /problems')).status, 200, 'without a credential nothing is guessed');
  });

  test('calls use up one budget of the address, on paths that do not exist too', async () => {
    const address = { perMinute: 1, burst: 3 };
    await using narrow = await createEdgeWorld({ limitTable: { ...WIDE_LIMITS, address } });
    const visit = (path: string, headers: readonly string[] = []): Promise<RawReply> =>
      ask(narrow.port, `GET ${path}`, { headers });
    for (const path of ['/nope', '/nope', '/nope']) assert.equal((await visit(path)).status, 404);
    assert.equal(codeOf(await visit('/nope')), 'rate.exceeded');
    assert.equal(codeOf(await visit('/problems', ['Authorization: Bearer bad'])), 'rate.exceeded');
    assert.equal((await visit('/health/live')).status, 200, 'health is asked by load balancers all day');
  });
});
