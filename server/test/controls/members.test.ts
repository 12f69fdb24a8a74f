// Controls of members turn red on a running system whose invitations give too much, or whose leavers keep something.
import { after, before, describe, it } from 'node:test';
import { setUp } from './people.ts';
import { changeRequests } from './requests.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

describe('the controls of members, on the running system', () => {
  before(async () => {
    system = await startSystem();
    await setUp(system, 'owner@acme.example');
  });
  after(() => system[Symbol.asyncDispose]());

  it('RB4 sees a server where everybody invites everybody', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'inviting' },
      changeRequests(({ method, url, headers: { cookie } }, response) => {
        if (cookie === undefined || method !== 'POST' || url !== '/api/v1/invitations') return false;
        response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
        return true;
      }),
    ));

  it('RB4 sees a server that takes every invitation', () =>
    assertTurnsRed(
      system,
      { id: 'RB4', at: 'accepting', beside: ['RB8'] },
      changeRequests(({ method, url, headers: { cookie } }, response) => {
        if (cookie === undefined || method !== 'POST' || url !== '/api/v1/invitations/enter') return false;
        response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
        return true;
      }),
    ));

  it('RB8 sees a leaver who stays', () =>
    assertTurnsRed(
      system,
      { id: 'RB8', at: 'somebody who was taken out' },
      changeRequests(({ method, url = '', headers: { cookie, origin, host } }, response) => {
        // Other controls try this route without a cookie, from another page, and with ids that are none.
        const isOurs = cookie !== undefined && origin === `http://${String(host)}`;
        if (!isOurs || method !== 'DELETE' || !/^\/api\/v1\/members\/mem_[0-9a-z]{26}$/.test(url)) return false;
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"ended":{"sessions":1,"apiKeys":1}}');
        return true;
      }),
    ));
});
