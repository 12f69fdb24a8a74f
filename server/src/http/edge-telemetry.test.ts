// What the edge tells about requests: one line each with the route's id, metrics, and the caller's trace carried on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ask, createEdgeWorld, type EdgeWorld, type Entered } from '#test/edge-world.ts';
import { renderMetrics } from '#telemetry/metrics.ts';
import { currentTraceparent } from '#telemetry/traces.ts';

describe('telemetry at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  before(async () => {
    stage = await createEdgeWorld({
      pages: [
        {
          path: '/trace',
          respond: () => ({
            status: 200,
            headers: { 'content-type': 'text/plain' },
            body: currentTraceparent() ?? 'none',
          }),
        },
      ],
    });
    entered = await stage.enter();
  });
  after(() => stage[Symbol.asyncDispose]());

  test('each request leaves one line, with the id of its route and of its reply, and nothing of its address', async () => {
    const reply = await ask(stage.port, 'GET /api/v1/api-keys/key_01m81cwd94fh3vwwm04ztn5qkr?secret=x', {
      headers: [`Authorization: Bearer ${entered.key}`],
    });
    const id = reply.headers.get('x-request-id');
    const { time: _time, durationMs, ...rest } = await stage.lineOf(id);
    assert.equal(stage.lines.filter((line) => line['requestId'] === id).length, 1);
    assert.equal(typeof durationMs, 'number');
    assert.deepEqual(rest, {
      level: 'info',
      event: 'http.request',
      message: 'a request ended',
      requestId: id,
      route: 'api_key.get',
      method: 'GET',
      status: 403,
      outcome: 'answered',
      refusal: 'auth.forbidden',
      requestBytes: 0,
      replyBytes: reply.body.length,
    });
  });

  test('metrics count requests by route and class, refusals by code, and broken requests by reason', async () => {
    const read = async (series: string): Promise<number> => {
      const line = (await renderMetrics()).split('\n').find((one) => one.startsWith(`${series} `));
      return Number(line?.slice(series.length) ?? 0);
    };
    const series = [
      'holdfast_http_requests_total{route="model.list",class="2xx"}',
      'holdfast_http_requests_total{route="http.none",class="4xx"}',
      'holdfast_http_refusals_total{code="route.not_found"}',
      'holdfast_http_connection_refusals_total{reason="headers_too_large"}',
      'holdfast_http_request_duration_seconds_count{route="model.list"}',
    ];
    const before = await Promise.all(series.map(read));
    await ask(stage.port, 'GET /v1/models', { headers: [`Authorization: Bearer ${entered.key}`] });
    await ask(stage.port, 'GET /no/such/path');
    await ask(stage.port, 'GET /', { headers: [`X: ${'x'.repeat(20_000)}`] });
    const after = await Promise.all(series.map(read));
    assert.deepEqual(
      after.map((value, index) => value - (before[index] ?? 0)),
      [1, 1, 1, 1, 1],
    );
  });

  test('a caller’s trace is carried on, and a malformed one is not', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const carried = await ask(stage.port, 'GET /trace', { headers: [`traceparent: 00-${trace}-b7ad6b7169203331-01`] });
    assert.match(carried.body, new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    const broken = await ask(stage.port, 'GET /trace', {
      headers: [`traceparent: 00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    });
    assert.equal(broken.body, 'none');
  });
});
