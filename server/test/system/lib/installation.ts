// An operator's and a caller's first steps over HTTP: set up, sign in, connect a provider, make keys, call a model, read the log.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Caller, Json, Who } from './caller.ts';

export const OWNER = { name: 'Olga Owner', email: 'olga@acme.example', password: 'Choose-your-own-7!' } as const;
export const ORGANIZATION = { name: 'Acme', slug: 'acme' } as const;
export const UPSTREAM_SECRET = 'sk-upstream-secret-of-the-test';

export type MadeKey = { readonly id: string; readonly key: string };

export function tokenOf(setupLink: string | null): string {
  const token = setupLink?.split('#token=')[1];
  assert.ok(token !== undefined && token.length > 30, `no setup link: ${String(setupLink)}`);
  return token;
}

/** Founds the organization with the token of the setup link; returns the Cookie header of its owner. */
export async function setUp(caller: Caller, setupLink: string | null): Promise<string> {
  const token = tokenOf(setupLink);
  const answer = await caller.call('POST', '/api/v1/setup', {
    body: { token, organization: ORGANIZATION, owner: OWNER },
  });
  assert.equal(answer.status, 201, answer.text);
  return cookieOf(answer);
}

export async function signIn(caller: Caller): Promise<string> {
  const { email, password } = OWNER;
  const answer = await caller.call('POST', '/api/v1/session', { body: { email, password } });
  assert.equal(answer.status, 201, answer.text);
  return cookieOf(answer);
}

/** The Cookie header that a Set-Cookie asks for. */
export function cookieOf(answer: Answer): string {
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
  assert.ok(cookie !== undefined, 'the reply sets no cookie');
  return cookie;
}

/** The same session for the replica behind another port: the port is a part of the cookie's name. */
export function carryOver(cookie: string, caller: Caller): string {
  return `${caller.cookieName}=${cookie.slice(cookie.indexOf('=') + 1)}`;
}

export async function connectUpstream(caller: Caller, cookie: string, port: number): Promise<void> {
  const answer = await caller.call('POST', '/api/v1/providers', {
    cookie,
    body: {
      name: 'upstream',
      kind: 'openai_compatible',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      apiKey: UPSTREAM_SECRET,
    },
  });
  assert.equal(answer.status, 201, answer.text);
}

export async function makeKey(
  caller: Caller,
  cookie: string,
  scopes = ['models:use'],
  name = 'test',
): Promise<MadeKey> {
  const answer = await caller.call('POST', '/api/v1/api-keys', { cookie, body: { name, scopes } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json() as MadeKey;
}

export function chatOf(model: string, stream = false): Json {
  return { model, messages: [{ role: 'user', content: 'Say hello' }], ...(stream ? { stream } : {}) };
}

/** One model call whole and one streamed, as a client makes them. */
export async function callModels(caller: Caller, key: string): Promise<void> {
  const whole = await caller.call('POST', '/v1/chat/completions', { key, body: chatOf('whole') });
  assert.equal(whole.status, 200, whole.text);
  assert.match(whole.text, /Hello wörld ✓/);
  const stream = await caller.open('/v1/chat/completions', { key, body: chatOf('streamed', true) });
  assert.equal(await stream.ended, 'end');
  assert.equal(stream.status, 200, stream.text());
  const pieces = [...stream.text().matchAll(/"delta":\{"content":"([^"]*)"\}/g)].map(([, piece]) => piece);
  assert.equal(pieces.join(''), 'Hello wörld ✓');
  assert.match(stream.text(), /data: \[DONE\]\n\n$/);
}

export type Entry = Json & {
  readonly action: string;
  readonly outcome: string;
  readonly actor: Json;
  readonly facts: Json;
  readonly target: Json | null;
};

/** The newest entries of the log, whose chain must be whole and must have all of these actions within some seconds. */
export async function readLog(caller: Caller, who: Who, ...actions: readonly string[]): Promise<readonly Entry[]> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await caller.call('GET', '/api/v1/audit?verify_chain=true&limit=100', who);
    assert.equal(answer.status, 200, answer.text);
    const body = answer.json() as {
      readonly chain_valid: boolean;
      readonly items: readonly Entry[];
      readonly fault: unknown;
    };
    assert.equal(body.chain_valid, true, JSON.stringify(body.fault));
    const seen = new Set(body.items.map(({ action }) => action));
    if (actions.every((action) => seen.has(action))) return body.items;
    assert.ok(attempt < 40, `the log has no ${actions.filter((action) => !seen.has(action)).join(', ')}`);
    await wait(250);
  }
}
