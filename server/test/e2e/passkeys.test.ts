// Passkeys in a real browser with a virtual authenticator, against a running server: enrolled, signed in with, and nothing else asked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Browser, noBrowser, startBrowser } from '../browser.ts';
import { makeDataDir, type TestDataDir } from '../embedded-support.ts';
import { ORGANIZATION, OWNER, tokenOf } from '../system/lib/installation.ts';
import { type ServerProcess, start } from '../system/lib/processes.ts';
import { settingsOf } from '../system/lib/settings.ts';

/** As a page of ours would call: with the cookie that the browser keeps, and nothing that a script could read of it. */
const CALL = `async ({ method, path, body }) => {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const reply = await fetch(path, { method, ...json });
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? null : JSON.parse(text) };
}`;

const CREATE = `async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}`;

const GET = `async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}`;

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

describe('passkeys in a browser', { skip: noBrowser }, () => {
  let dataDir: TestDataDir;
  let server: ServerProcess;
  let browser: Browser;
  let authenticator: string;

  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    browser.run(CALL, { method, path: `/api/v1/${path}`, body });

  async function callWell(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await call(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  const show = async (): Promise<unknown> => browser.run(GET, await callWell('GET', 'session/passkey/options'));

  const whoAmI = async (): Promise<readonly unknown[]> => {
    const { user, provenBy } = await callWell('GET', 'session');
    return [(user as { readonly email: string }).email, provenBy];
  };

  async function signOut(): Promise<void> {
    await callWell('DELETE', 'session');
    assert.equal((await call('GET', 'session')).status, 401);
  }

  before(async () => {
    dataDir = await makeDataDir();
    server = await start({ settings: await settingsOf(dataDir.path) });
    browser = await startBrowser();
    authenticator = await browser.addAuthenticator();
    await browser.open(`${server.ready.origin}/health/live`);
    const token = tokenOf(server.ready.setupLink);
    await callWell('POST', 'setup', { token, organization: ORGANIZATION, owner: OWNER });
  });

  after(async () => {
    await browser?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await dataDir?.[Symbol.asyncDispose]();
  });

  test('a passkey is enrolled, and its authenticator makes no second one for the same person', async () => {
    const options = await callWell('POST', 'account/factors/passkeys/options');
    const registration = await browser.run(CREATE, options);
    const enrolled = await callWell('POST', 'account/factors/passkeys', { name: 'this computer', registration });
    assert.equal((enrolled['recoveryCodes'] as readonly string[]).length, 10);
    assert.deepEqual(await whoAmI(), [OWNER.email, 'passkey']);
    const again = await callWell('POST', 'account/factors/passkeys/options');
    await assert.rejects(browser.run(CREATE, again), /InvalidStateError/);
  });

  test('it signs in alone, without a name or a password, and each answer once', async () => {
    await signOut();
    const passkey = await show();
    await callWell('POST', 'session/passkey', { passkey });
    assert.deepEqual(await whoAmI(), [OWNER.email, 'passkey']);
    await signOut();
    const again = await call('POST', 'session/passkey', { passkey });
    assert.deepEqual([again.status, again.body['code']], [401, 'factor.refused']);
  });

  test('it is the second factor beside a password, and a fresh proof', async () => {
    const { email, password } = OWNER;
    const { challenge } = await callWell('POST', 'session', { email, password });
    assert.equal((await call('GET', 'session')).status, 401);
    const { token } = challenge as { readonly token: string };
    await callWell('POST', 'session/factor', { challenge: token, passkey: await show() });
    assert.deepEqual(await whoAmI(), [email, 'passkey']);
    const { provenBy } = await callWell('POST', 'session/proof', { passkey: await show() });
    assert.equal(provenBy, 'passkey');
  });

  test('it is silent while nobody proves to the authenticator who they are', async () => {
    await browser.verifyUser(authenticator, false);
    await assert.rejects(show(), /NotAllowedError/);
    await browser.verifyUser(authenticator, true);
    await callWell('POST', 'session/proof', { passkey: await show() });
  });
});
