// The controls of the edge turn red when the running server lets more in, or listens further, than it says.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { hardeningHeaders } from '#http/headers.ts';
import { changeReplies } from './replies.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

describe('controls of the edge, on the running system', () => {
  before(async () => {
    system = await startSystem({ HOLDFAST_CORS_ORIGINS: 'https://app.example.org' });
  });
  after(() => system[Symbol.asyncDispose]());

  it('TR5 sees a server that reflects every origin, preflights aside', () =>
    assertTurnsRed(
      system,
      { id: 'TR5', at: 'header access-control-allow-origin' },
      changeReplies((headers, { req }) => {
        const { origin } = req.headers;
        if (origin !== undefined && req.method !== 'OPTIONS') headers.set('access-control-allow-origin', [origin]);
      }),
    ));

  it('TR5 sees replies that caches give to the wrong origin', () =>
    assertTurnsRed(
      system,
      { id: 'TR5', at: 'header vary' },
      changeReplies((headers) => void headers.delete('vary')),
    ));

  it('TR6 sees a socket that this process opened to the network without saying so', () =>
    assertTurnsRed(system, { id: 'TR6', at: 'further socket' }, async () => {
      const further = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0');
      await once(further, 'listening');
      return async () => {
        further.close();
        await once(further, 'close');
      };
    }));

  it('TR10 sees a server that believes X-Forwarded-For of everybody', () =>
    assertTurnsRed(
      system,
      // Whoever can claim another address gets around the limits of theirs.
      { id: 'TR10', at: 'forwarding header', beside: ['RL1'] },
      changeRequests(({ headers, socket }) => {
        const claimed = headers['x-forwarded-for'];
        if (claimed === undefined) return;
        delete headers['x-forwarded-for'];
        Object.defineProperty(socket, 'remoteAddress', { value: claimed });
      }),
    ));

  it('SE1 sees a session cookie that scripts can read', () =>
    assertTurnsRed(
      system,
      { id: 'SE1', at: 'cookie HttpOnly' },
      changeReplies((headers) => {
        const cookies = headers.get('set-cookie');
        if (cookies === undefined) return;
        headers.set(
          'set-cookie',
          cookies.map((cookie) => cookie.replace('; HttpOnly', '')),
        );
      }),
    ));

  it('SE1 sees a second cookie that a proxy adds', () =>
    assertTurnsRed(
      system,
      // A cookie of another host would go past the rules of networks as well.
      { id: 'SE1', at: 'cookie SameSite', beside: ['TR9'] },
      changeReplies((headers) => {
        const cookies = headers.get('set-cookie');
        if (cookies !== undefined) headers.set('set-cookie', [...cookies, 'lb=1; Path=/; Secure; SameSite=None']);
      }),
    ));

  it('SE1 sees a server that cannot tell from which page a mutation comes', () =>
    assertTurnsRed(
      system,
      { id: 'SE1', at: 'cross-site mutation' },
      changeRequests(({ method, headers }) => {
        if (method !== 'DELETE') return;
        delete headers.origin;
        delete headers['sec-fetch-site'];
      }),
    ));

  it('FI1 sees a server that overlooks fields it does not know', () =>
    assertTurnsRed(system, { id: 'FI1', at: 'input' }, async () => {
      const { parse } = JSON;
      JSON.parse = (text, reviver) => {
        const value: unknown = parse(text, reviver);
        if (typeof value === 'object' && value !== null) Reflect.deleteProperty(value, 'holdfast_probe');
        return value;
      };
      return async () => void (JSON.parse = parse);
    }));

  it('FI1 sees refusals in another form', () =>
    assertTurnsRed(
      system,
      { id: 'FI1', at: 'problem details' },
      changeReplies((headers) => {
        if (headers.get('content-type')?.[0] === 'application/problem+json')
          headers.set('content-type', ['application/json']);
      }),
    ));

  it('OB2 sees metrics that a proxy shows to everybody', () =>
    assertTurnsRed(
      system,
      { id: 'OB2', at: 'metrics' },
      changeRequests(({ url }, response) => {
        if (url !== '/metrics') return false;
        response.writeHead(200, hardeningHeaders(false)).end('# TYPE holdfast_up gauge\nholdfast_up 1\n');
        return true;
      }),
    ));

  it('OB2 sees a proxy that answers for the server that it is ready', () =>
    assertTurnsRed(
      system,
      { id: 'OB2', at: 'health' },
      changeRequests(({ url }, response) => {
        if (url !== '/health/ready') return false;
        response.writeHead(200, hardeningHeaders(false)).end('{"status":"pass"}');
        return true;
      }),
    ));
});
