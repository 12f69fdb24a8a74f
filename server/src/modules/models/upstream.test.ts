// Whole replies are held in bounded memory, and given to nobody before they proved to be JSON.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createWorld } from '#test/world.ts';
import { createReplyMemory } from './reply-memory.ts';
import { callUpstream } from './upstream.ts';
import { createUsageMeter } from './usage-meter.ts';

const REPLY = JSON.stringify({ pad: 'x'.repeat(4_000), usage: { prompt_tokens: 2, completion_tokens: 1 } });

test('replies that are held share one memory; what does not fit is refused, and room given back is had again', async () => {
  const upstream = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(REPLY);
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo;
  try {
    await using world = await createWorld({ outboundAllow: `127.0.0.1:${port}` });
    const memory = createReplyMemory(REPLY.length * 2 - 1);
    const call = async (room: ReturnType<typeof memory.open>) => {
      const meter = createUsageMeter(0);
      const provider = {
        id: 'p',
        name: 'p',
        kind: 'openai' as const,
        baseUrl: `http://127.0.0.1:${port}/v1`,
        models: null,
        local: true,
        secret: undefined,
        isBlocked: false,
      };
      const asked = { orgId: 'o', provider, endpoint: 'embeddings' as const, body: Buffer.from('{}'), meter, room };
      const reply = await callUpstream(world.kernel.tools, asked, new AbortController().signal);
      assert.equal(Buffer.from(reply.body as Uint8Array).toString(), REPLY);
      assert.deepEqual(meter.total(), { inputTokens: 2, outputTokens: 1, estimated: false });
    };
    const first = memory.open();
    await call(first);
    const second = memory.open();
    await assert.rejects(call(second), { code: 'server.busy' });
    second[Symbol.dispose]();
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await call(memory.open());
    await assert.rejects(call(memory.open()), { code: 'server.busy' });
  } finally {
    upstream.close();
    upstream.closeAllConnections();
  }
});
