// The outbox in a real browser: mail is read as text with the link of the host, and a link that has ended says what to do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { openStage, type Stage } from './stage.ts';
import { assertFits } from './usable.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('the outbox in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  async function newLink(): Promise<string> {
    return (JSON.parse(await stage.operate('mail', 'open', '--json')) as { readonly link: string }).link;
  }

  async function assertAccessibleInBoth(): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
  }

  test('without a link the page says how to get one, and asks the server for nothing', async () => {
    const asked: string[] = [];
    page.on('request', (request) => void (request.url().includes('/api/v1/outbox') && asked.push(request.url())));
    await page.goto(stage.urlOf('/outbox'));
    await page.getByText('This page needs a link').waitFor();
    assert.equal(await page.getByLabel('command', { exact: true }).textContent(), 'npx holdfast mail open');
    assert.deepEqual(asked, []);
    await assertAccessibleInBoth();
    stage.visitor.assertQuiet();
  });

  test('before any mail the page says what will be there, and the token is out of the address at once', async () => {
    await page.goto(await newLink());
    await page.getByText('No mail waits').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await assertAccessibleInBoth();
    await photograph(page, 'outbox-empty');
    stage.visitor.assertQuiet();
  });

  test('mails are found, and one is read as text with a link to copy that works', async () => {
    await stage.addMember('member', 'mia@acme.example');
    for (const email of [OWNER.email, 'mia@acme.example'])
      await stage.caller.call('POST', '/api/v1/account/password/forgotten', { body: { email } });
    await until(async () => (await stage.operate('mail', 'list')).includes('mia@'), 'the mails are queued');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('cell', { name: 'mia@acme.example', exact: true }).waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'outbox');
    await page.getByRole('searchbox', { name: 'Search Mails' }).fill('mia@');
    await page.getByRole('cell', { name: OWNER.email, exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Read the mail to mia@acme.example' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a new password' });
    const text = (await dialog.getByLabel('Text of the mail').textContent()) ?? '';
    assert.match(text, /^Somebody asked for a new password/);
    assert.equal(await dialog.getByRole('link').count(), 0, 'nothing of a mail is followed by a click');
    const link = (await dialog.getByLabel('link', { exact: true }).textContent()) ?? '';
    assert.match(link, /\/account\/reset-password#token=[\w-]{43}$/);
    await assertAccessibleInBoth();
    await photograph(page, 'outbox-mail');
    const device = await stage.visitor.openDevice();
    await device.goto(link);
    await device.getByRole('textbox', { name: 'New password' }).fill('Another-horse-battery-8');
    await device.keyboard.press('Enter');
    await device.getByText('It is set').waitFor();
    await device.context().close();
    stage.visitor.assertQuiet();
  });

  test('fits a screen of 360 pixels', async () => {
    await assertFits(page, 'the outbox');
  });

  test('a link that has ended shows nothing any more, and says which command makes another', async () => {
    await page.keyboard.press('Escape');
    await stage.query("update mail_reading set expires_at = now() - interval '1 second'");
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('The link has ended').waitFor();
    assert.equal(await page.getByRole('cell', { name: OWNER.email, exact: true }).count(), 0);
    await assertAccessibleInBoth();
    await photograph(page, 'outbox-ended');
    await page.goto(await newLink());
    await page.getByRole('cell', { name: OWNER.email, exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });
});
