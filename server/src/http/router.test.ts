// Tests that a target leads where it did before, whether the table of plain paths or the framework finds it.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { type Found, createRouter } from './router.ts';

const pages = (['/plain/page', '/plain/:name', '/'] as const).map((path) => ({
  path,
  respond: () => Promise.resolve(undefined),
}));
const router = await createRouter({ routes: [], streams: [] }, pages);

test('only the very path leads to its page; a query, a method or another spelling is looked at by the framework', async () => {
  await using world = await openWorld();
  const expected = {
    'GET /plain/page': ['/plain/page', {}, {}],
    'HEAD /plain/page': undefined,
    'GET /plain/page?a=1': ['/plain/page', {}, { a: '1' }],
    'GET /plain/p%61ge': ['/plain/page', {}, {}],
    'GET /plain/other': ['/plain/:name', { name: 'other' }, {}],
    'GET /plain/page/': [null],
    'GET /PLAIN/page': [null],
    'GET //plain/page': [null],
    'POST /plain/page': [null],
    'GET /': ['/', {}, {}],
    'GET /toString': [null],
  };
  for (const [target, found] of Object.entries(expected)) {
    const [method = '', path = ''] = target.split(' ');
    const told = await world.ask(method, path);
    assert.deepEqual(told === '' ? undefined : JSON.parse(told), found, target);
  }
});

async function openWorld() {
  const server = createServer((incoming, response) => {
    void Promise.resolve(router.find(incoming, response)).then(({ endpoint, params, query }: Found) =>
      response.end(JSON.stringify(endpoint === undefined ? [null] : [endpoint.name, params, query])),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    ask: async (method: string, path: string) => {
      const asking = request({ host: '127.0.0.1', port, method, path, agent: false }).end();
      const [reply] = await once(asking, 'response');
      return text(reply);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
