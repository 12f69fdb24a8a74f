// Signing in, in a real browser: factors, recovery, a forgotten password, an account that is locked, and proofs in the middle of a form.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { codeOf } from '../authenticator-app.ts';
import { createCaller } from '../system/lib/caller.ts';
import { OWNER } from '../system/lib/installation.ts';
import { enterPassword, signOut } from './people-in-browser.ts';
import { mailedLink } from './mailed-link.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('signing in, in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let secret = '';
  let recoveryCodes: string[] = [];

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const copied = async (label: string) => (await page.getByLabel(label, { exact: true }).textContent()) ?? '';

  async function recover(window: Page): Promise<void> {
    await window.getByRole('button', { name: 'Use a recovery code instead' }).click();
    await window.getByLabel('Recovery code').fill(recoveryCodes.shift() ?? '');
  }

  test('a page that is asked for while nobody is signed in is shown after signing in', async () => {
    await page.goto(stage.urlOf('/keys'));
    await assertAccessible(page);
    await photograph(page, 'sign-in');
    await enterPassword(page, OWNER.email, 'not-the-Password-1');
    await page.getByText('The e-mail address or the password is wrong').waitFor();
    await assertAccessible(page);
    await enterPassword(page);
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('an authenticator app is added on the account page, and asked for from then on', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('button', { name: 'Add an app' }).click();
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    await assertAccessible(page);
    secret = await copied('secret');
    await page.getByLabel('Code that the app shows now').fill(codeOf(secret));
    await page.keyboard.press('Enter');
    await page.getByText('Keep these recovery codes apart').waitFor();
    recoveryCodes = (await copied('recovery codes')).split('\n');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('cell', { name: 'Authenticator app' }).first().waitFor();
    await signOut(page);
    await enterPassword(page);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'sign-in-factor');
    // The code before is used up; that of the next step is good by now.
    await page.getByLabel('Code of your authenticator app').fill(codeOf(secret, 1));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('a recovery code signs in, once', async () => {
    const device = await stage.visitor.openDevice();
    const [used = ''] = recoveryCodes;
    for (const [isFirst, seen] of [
      [true, 'Overview'],
      [false, 'refused'],
    ] as const) {
      await device.goto(stage.urlOf('/sign-in'));
      await enterPassword(device);
      await device.getByRole('button', { name: 'Use a recovery code instead' }).click();
      await device.getByLabel('Recovery code').fill(used);
      await device.keyboard.press('Enter');
      if (isFirst) {
        await device.getByRole('heading', { name: seen, level: 1 }).waitFor();
        await signOut(device);
      } else await device.getByRole('alert').waitFor();
    }
    recoveryCodes.shift();
    await device.context().close();
  });

  test('a change that needs a fresh proof asks for it in place, and keeps what was typed', async () => {
    await page.goto(stage.urlOf('/keys#new'));
    const form = page.getByRole('dialog', { name: 'Make a key' });
    await form.getByLabel('What it is for').fill('typed before the proof');
    await stage.ageProofs();
    const proof = page.getByRole('dialog', { name: 'Prove that it is you' });
    const send = () => form.getByRole('button', { name: 'Make the key' }).click();
    await send();
    await proof.waitFor();
    await assertAccessible(page);
    await photograph(page, 'step-up');
    await page.keyboard.press('Escape');
    await proof.waitFor({ state: 'detached' });
    assert.equal(await form.getByLabel('What it is for').inputValue(), 'typed before the proof');
    await send();
    await recover(page);
    await proof.getByRole('button', { name: 'Prove' }).click();
    await form.getByLabel('API key', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('cell', { name: 'typed before the proof', exact: true }).waitFor();
  });

  test('a session that is ended elsewhere leads back to the door, and from there to where it was', async () => {
    const device = await stage.visitor.openDevice();
    await device.goto(stage.urlOf('/sign-in'));
    await enterPassword(device);
    await recover(device);
    await device.keyboard.press('Enter');
    await device.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('table', { name: 'Sessions' }).getByRole('row').nth(2).waitFor({ state: 'detached' });
    await device.getByRole('link', { name: 'Members' }).click();
    await device.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(new URL(device.url()).searchParams.get('next'), '/members');
    await device.context().close();
    stage.visitor.assertQuiet();
  });

  test('a forgotten password is set anew with the link of a mail, and every device is signed out', async () => {
    const device = await stage.visitor.openDevice();
    await device.goto(stage.urlOf('/sign-in'));
    await device.getByRole('link', { name: 'I forgot my password' }).click();
    await device.getByLabel('E-mail address of your account').fill(OWNER.email);
    await assertAccessible(device);
    await photograph(device, 'forgotten-password');
    await device.keyboard.press('Enter');
    await device.getByText('Look at your mail').waitFor();
    await device.goto(await mailedLink(stage, 'Set a new password'));
    await device.getByRole('textbox', { name: 'New password' }).fill('short');
    await device.keyboard.press('Enter');
    await device.locator('input[aria-invalid=true]').waitFor();
    const about = await device.getByRole('textbox', { name: 'New password' }).getAttribute('aria-describedby');
    const ids = (about ?? '').split(' ').filter(Boolean);
    const atTheField = await Promise.all(ids.map((id) => device.locator(`[id="${id}"]`).textContent()));
    assert.ok(atTheField.includes('is shorter than 12 characters'), atTheField.join());
    assert.doesNotMatch((await device.getByRole('alert').textContent()) ?? '', /documented form|shorter/);
    await assertAccessible(device);
    await photograph(device, 'password-is-unfit');
    await device.getByRole('textbox', { name: 'New password' }).fill('Another-horse-battery-8');
    await device.keyboard.press('Enter');
    // The page says beforehand what ends “when it is set”.
    await device.getByText('It is set', { exact: true }).waitFor();
    await photograph(device, 'password-is-set');
    await page.goto(stage.urlOf('/'));
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await device.context().close();
  });

  test('an account that is locked is told from any device, with the time it takes', async () => {
    await stage.addMember('member', 'mia@acme.example');
    const body = { email: 'mia@acme.example', password: 'not-the-Password-1' };
    const device = await stage.visitor.openDevice();
    await device.goto(stage.urlOf('/sign-in'));
    // One address alone is slowed down before the account is locked.
    for (const localAddress of ['127.0.0.2', '127.0.0.3']) {
      using caller = createCaller({ port: stage.server.port, localAddress });
      for (let failure = 0; failure < 5; failure += 1)
        assert.equal((await caller.call('POST', '/api/v1/session', { body })).status, 401);
    }
    await enterPassword(device, body.email);
    const alert = device.getByRole('alert');
    await alert.waitFor();
    assert.match(
      (await alert.textContent()) ?? '',
      /Signing in is closed for [45] minutes.*Set a new password by mail/,
    );

    await assertAccessible(device);
    await photograph(device, 'locked');
    await device.context().close();
  });
});
