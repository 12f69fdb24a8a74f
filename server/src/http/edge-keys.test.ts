// Keys of the organization at the edge: who a header may name, and which pages may call and read the answer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { encodeId } from '@holdfast/protocol/ids.ts';
import { joinOrganization, type Person, signIn } from '#test/people.ts';
import { ask, createEdgeWorld, type EdgeWorld, type Entered, type RawReply } from '#test/edge-world.ts';

const SHOP = 'https://shop.example';

describe('keys of the organization at the edge', () => {
  let stage: EdgeWorld;
  let entered: Entered;
  let member: Person;
  let [service, publishable] = ['', ''];

  before(async () => {
    stage = await createEdgeWorld();
    entered = await stage.enter();
    const { world } = stage;
    member = await joinOrganization(world, { organizationId: entered.organizationId, slug: 'acme' }, 'member');
    const credential = await signIn(world, 'owner@acme.example');
    const make = async (body: object): Promise<string> => {
      const reply = await world.call('api_key.create', { credential, body: { name: 'k', ...body } });
      return (reply.body as { readonly key: string }).key;
    };
    service = await make({ kind: 'service', scopes: ['session:read'], actsFor: [encodeId('usr', member.userId)] });
    publishable = await make({ kind: 'publishable', scopes: ['models:read'], origins: [SHOP] });
  });
  after(() => stage[Symbol.asyncDispose]());

  const send = (line: string, ...headers: readonly string[]): Promise<RawReply> => ask(stage.port, line, { headers });
  const behalf = (): string => `Holdfast-On-Behalf-Of: ${encodeId('usr', member.userId)}`;
  const codeOf = ({ body }: RawReply): string => (JSON.parse(body) as { readonly code: string }).code;
  const models = (...headers: readonly string[]): Promise<RawReply> => send('GET /v1/models', ...headers);

  test('a service key acts for the person the header names', async () => {
    const reply = await send('GET /api/v1/session', `Authorization: Bearer ${service}`, behalf());
    assert.equal(reply.status, 200);
    assert.match(reply.body, new RegExp(encodeId('usr', member.userId)));
  });

  test('the header is refused beside a session, beside nothing, and beside a key that acts for nobody', async () => {
    const beside = [
      await send('GET /api/v1/session', `Cookie: ${entered.cookie}`, behalf()),
      await send('GET /api/v1/session', behalf()),
      await send('GET /api/v1/session', `Authorization: Bearer ${entered.key}`, behalf()),
      await send('GET /api/v1/session', `Authorization: Bearer ${publishable}`, `Origin: ${SHOP}`, behalf()),
    ];
    for (const reply of beside) assert.deepEqual([reply.status, codeOf(reply)], [403, 'auth.behalf_refused']);
    const unknown = await send('GET /api/v1/session', 'Authorization: Bearer sk-foreign', behalf());
    assert.equal(unknown.status, 401);
  });

  test('the header names one person, by id', async () => {
    const key = `Authorization: Bearer ${service}`;
    for (const name of ['member1@acme.example', 'usr_short', encodeId('mem', member.userId)])
      assert.equal((await send('GET /api/v1/session', key, `Holdfast-On-Behalf-Of: ${name}`)).status, 400, name);
    assert.equal((await send('GET /api/v1/session', key, behalf(), behalf())).status, 400);
  });

  test('a page of the key’s origin may ask, call and read the reply; its visitor’s cookies never come along', async () => {
    const asked = await send(
      'OPTIONS /v1/models',
      `Origin: ${SHOP}`,
      'Access-Control-Request-Method: GET',
      'Access-Control-Request-Headers: authorization',
    );
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get('access-control-allow-origin'), SHOP);
    assert.equal(asked.headers.get('access-control-allow-methods'), 'GET, HEAD');
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /authorization/);
    const read = await models(`Origin: ${SHOP}`, `Authorization: Bearer ${publishable}`);
    assert.equal(read.status, 200);
    assert.equal(read.headers.get('access-control-allow-origin'), SHOP);
    assert.match(read.headers.get('vary') ?? '', /Origin/);
    const refused = await send('GET /api/v1/audit', `Origin: ${SHOP}`, `Authorization: Bearer ${publishable}`);
    assert.equal(refused.status, 403);
    for (const { headers } of [asked, read, refused]) assert.ok(!headers.has('access-control-allow-credentials'));
  });

  test('no other origin is told anything, nor this one where such keys have no business', async () => {
    const foreign = [
      'https://evil.example',
      `${SHOP}.evil.example`,
      'https://evil-shop.example',
      `${SHOP}:444`,
      'http://shop.example',
      'null',
    ];
    const preflight = (path: string, origin: string): Promise<RawReply> =>
      send(`OPTIONS ${path}`, `Origin: ${origin}`, 'Access-Control-Request-Method: GET');
    const replies = [
      ...(await Promise.all(foreign.map((origin) => preflight('/v1/models', origin)))),
      ...(await Promise.all(
        foreign.map((origin) => models(`Origin: ${origin}`, `Authorization: Bearer ${publishable}`)),
      )),
      await models(`Authorization: Bearer ${publishable}`),
      await preflight('/api/v1/audit', SHOP),
      await preflight('/v1/chat/completions', SHOP),
      // Another key's reply is not for this page.
      await models(`Origin: ${SHOP}`, `Authorization: Bearer ${entered.key}`),
      await models(`Origin: ${SHOP}`, `Authorization: Bearer ${publishable.slice(0, -1)}x`),
    ];
    for (const { headers, text } of replies) assert.ok(!headers.has('access-control-allow-origin'), text.slice(0, 200));
    for (const { status } of replies.slice(foreign.length, foreign.length * 2 + 1)) assert.equal(status, 403);
  });

  test('a publishable key in a cookie opens nothing', async () => {
    const name = entered.cookie.split('=')[0] ?? '';
    const reply = await models(`Origin: ${SHOP}`, `Cookie: ${name}=${publishable}`);
    assert.equal(reply.status, 401);
  });

  test('once the key is revoked its origin is told nothing any more', async () => {
    await stage.world.admin("update holdfast.api_key set revoked_at = now() where kind = 'publishable'");
    const asked = await send('OPTIONS /v1/models', `Origin: ${SHOP}`, 'Access-Control-Request-Method: GET');
    assert.ok(!asked.headers.has('access-control-allow-origin'));
  });
});
