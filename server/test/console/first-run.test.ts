// The console in a real browser: the first run to its end, every page, and what happens when things change elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { codeOf } from '../authenticator-app.ts';
import { makeDataDir, type TestDataDir } from '../embedded-support.ts';
import { startModelUpstream, type ModelUpstream } from '../e2e/model-upstream.ts';
import { createCaller } from '../system/lib/caller.ts';
import { chatOf } from '../system/lib/installation.ts';
import { type ServerProcess, start } from '../system/lib/processes.ts';
import { settingsOf } from '../system/lib/settings.ts';
import { assertAccessible, noBrowser, openVisitor, photograph, type Visitor } from './visitor.ts';

const PASSWORD = 'Choose-your-own-7!';
const EMAIL = 'olga@acme.example';

/** Every page of the menu, and what stands on it when there is something to show. */
const PAGES = [
  ['Overview', '/'],
  ['Usage', '/usage'],
  ['Providers', '/providers'],
  ['API keys', '/keys'],
  ['Members', '/members'],
  ['Sign-in policy', '/sign-in-policy'],
  ['Controls', '/controls'],
  ['Audit log', '/audit'],
  ['Your account', '/account'],
] as const;

describe('the console in a browser', { skip: noBrowser, timeout: 170_000 }, () => {
  let dataDir: TestDataDir;
  let upstream: ModelUpstream;
  let server: ServerProcess;
  let visitor: Visitor;
  let page: Page;
  let secret = '';
  let recoveryCodes: readonly string[] = [];
  let options: Parameters<typeof start>[0];

  before(async () => {
    dataDir = await makeDataDir();
    upstream = await startModelUpstream();
    options = {
      settings: await settingsOf(dataDir.path, { HOLDFAST_OUTBOUND_ALLOW: `127.0.0.1:${String(upstream.port)}` }),
    };
    server = await start(options);
    visitor = await openVisitor();
    ({ page } = visitor);
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    await upstream?.[Symbol.asyncDispose]();
    await dataDir?.[Symbol.asyncDispose]();
  });

  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });

  test('the set-up link is followed with a keyboard alone, to a factor, a provider, a key and a first call', async () => {
    // The link of the terminal may name an address; passkeys need the name.
    const link = (server.ready.setupLink ?? '').replace('localhost', '127.0.0.1');
    await page.goto(link);
    await heading('Welcome to Holdfast').waitFor();
    assert.equal(new URL(page.url()).hostname, 'localhost');
    assert.equal(new URL(page.url()).hash, '', 'the token is not left in the address bar');
    await assertAccessible(page);
    await photograph(page, 'setup-1-organization');
    const type = async (text: string): Promise<void> => {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    };
    await page.getByLabel('Set-up token').focus();
    for (const text of ['Acme Works', 'acme', 'Olga Owner', EMAIL, 'short']) await type(text);
    await page.keyboard.press('Enter');
    await page
      .getByText(/at least 12|shorter|Too small|12 characters/i)
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.keyboard.press('Enter');

    await page.getByText('Step 2 of 4').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Set up an authenticator app' }).press('Enter');
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    await photograph(page, 'setup-2-factor');
    secret = (await page.getByLabel('secret', { exact: true }).textContent()) ?? '';
    await page.getByLabel('Code that the app shows now').fill(codeOf(secret, -1));
    await page.keyboard.press('Enter');
    await page.getByText('Keep these recovery codes apart').waitFor();
    recoveryCodes = ((await page.getByLabel('recovery codes', { exact: true }).textContent()) ?? '').split('\n');
    assert.equal(recoveryCodes.length, 10);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'I have kept them' }).press('Enter');

    await page.getByText('Step 3 of 4').waitFor();
    await page.getByRole('combobox', { name: 'Kind' }).or(page.getByLabel('Kind')).first().click();
    await page.getByRole('option', { name: 'Speaks as OpenAI does' }).click();
    await page.getByLabel('Name').fill('Test upstream');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${String(upstream.port)}/v1`);
    await page.getByLabel('Key of the provider').fill('sk-of-the-upstream');
    await assertAccessible(page);
    await photograph(page, 'setup-3-provider');
    await page.getByRole('button', { name: 'Connect' }).press('Enter');

    await page.getByText('Step 4 of 4').waitFor();
    await page.getByRole('button', { name: 'Make the first key' }).press('Enter');
    const key = (await page.getByLabel('API key', { exact: true }).textContent()) ?? '';
    assert.match(key, /^hf_live_/);
    await page.getByText('Waiting for the first call').waitFor();
    await assertAccessible(page);
    await photograph(page, 'setup-4-first-call');
    using caller = createCaller({ port: server.port });
    assert.equal((await caller.call('POST', '/v1/chat/completions', { key, body: chatOf('whole') })).status, 200);
    await page.getByText('The first call arrived').waitFor();
    await page.getByRole('button', { name: 'Open the console' }).press('Enter');
    await heading('Overview').waitFor();
    visitor.assertQuiet();
  });

  test('every page of the menu is accessible, in light and dark, and complains of nothing', async () => {
    for (const [name, path] of PAGES) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
      await heading(name).waitFor();
      await page.waitForLoadState('networkidle');
      assert.equal(new URL(page.url()).pathname, path);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await assertAccessible(page);
      }
      await photograph(page, name.toLowerCase().replaceAll(/\W+/g, '-'));
    }
    visitor.assertQuiet();
  });

  test('a page that is asked for while nobody is signed in is shown after signing in', async () => {
    await page.getByRole('button', { name: /your account/i }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await heading('Sign in').waitFor();
    await page.goto(`${server.ready.origin}/keys`);
    await heading('Sign in').waitFor();
    await assertAccessible(page);
    await photograph(page, 'sign-in');
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByRole('textbox', { name: 'Password' }).fill('not-the-Password-1');
    await page.keyboard.press('Enter');
    await page.getByText('The e-mail address or the password is wrong').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await heading('One more step').waitFor();
    await assertAccessible(page);
    await photograph(page, 'sign-in-factor');
    await page.getByLabel('Code of your authenticator app').fill(codeOf(secret));
    await page.keyboard.press('Enter');
    await heading('API keys').waitFor();
  });

  test('a recovery code signs in, once', async () => {
    const device = await visitor.openDevice();
    await device.goto(`${server.ready.origin}/sign-in`);
    await device.getByLabel('E-mail address').fill(EMAIL);
    await device.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await device.keyboard.press('Enter');
    await device.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await device.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
    await device.keyboard.press('Enter');
    await device.getByRole('heading', { name: 'Overview' }).waitFor();
    await device.context().close();
  });

  test('a change that needs a fresh proof asks for it in place, and keeps what was typed', async () => {
    await page.goto(`${server.ready.origin}/keys`);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('What it is for').fill('typed before the proof');
    // As if the person had been away: what is old is the proof, not the session.
    let demanded = false;
    await page.route('**/api/v1/api-keys', async (route) => {
      if (demanded || route.request().method() !== 'POST') return route.continue();
      demanded = true;
      const challenge =
        'Bearer realm="holdfast", error="insufficient_user_authentication", acr_values="factor", max_age="900"';
      await route.fulfill({
        status: 401,
        headers: { 'content-type': 'application/problem+json', 'www-authenticate': challenge },
        body: JSON.stringify({ code: 'auth.step_up', title: 'Prove again that it is you', status: 401 }),
      });
    });
    await page.getByRole('dialog', { name: 'Make a key' }).getByRole('button', { name: 'Make the key' }).click();
    const proof = page.getByRole('dialog', { name: 'Prove that it is you' });
    await proof.waitFor();
    await assertAccessible(page);
    await photograph(page, 'step-up');
    await proof.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await proof.getByLabel('Recovery code').fill(recoveryCodes[1] ?? '');
    await proof.getByRole('button', { name: 'Prove' }).click();
    await page.getByRole('dialog', { name: 'Make a key' }).getByLabel('API key', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('cell', { name: 'typed before the proof' }).waitFor();
  });

  test('a session that is ended elsewhere leads back to the door', async () => {
    const device = await visitor.openDevice();
    await device.goto(`${server.ready.origin}/sign-in`);
    await device.getByLabel('E-mail address').fill(EMAIL);
    await device.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await device.keyboard.press('Enter');
    await device.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await device.getByLabel('Recovery code').fill(recoveryCodes[2] ?? '');
    await device.keyboard.press('Enter');
    await device.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(`${server.ready.origin}/account`);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('table', { name: 'Sessions' }).getByRole('row').nth(2).waitFor({ state: 'detached' });
    await device.getByRole('link', { name: 'Members' }).click();
    await device.getByRole('heading', { name: 'Sign in' }).waitFor();
    await device.context().close();
  });

  test('a policy that is refused says why at the place, and one that is accepted holds', async () => {
    await page.goto(`${server.ready.origin}/sign-in-policy`);
    await page.getByLabel('Minutes a session may rest').fill('600');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Sessions are idle for at most 60 minutes here').waitFor();
    await page.getByLabel('Minutes a session may rest').fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.reload();
    await page.getByLabel('Minutes a session may rest').waitFor();
    assert.equal(await page.getByLabel('Minutes a session may rest').inputValue(), '30');
  });

  test('an address that leads nowhere says so', async () => {
    const answer = await page.goto(`${server.ready.origin}/nowhere`);
    assert.equal(answer?.status(), 404);
  });
});
