// Webhooks in a real browser: added, tested, refused by the receiver and sent again, given a new secret, disabled, removed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { idOf, isSignedBy, type Receiver, signaturesOf, startReceiver, typeOf } from '../webhook-receiver.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { assertAccessible, noBrowser } from './visitor.ts';

describe('webhooks in a browser', { skip: noBrowser }, () => {
  let receiver: Receiver;
  let stage: Stage;
  let page: Page;
  let secret: string;

  before(async () => {
    receiver = await startReceiver();
    stage = await openStage({ allow: [receiver.allow] });
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(async () => {
    await stage?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const inDialog = () => page.getByRole('dialog');
  const inRow = (text: RegExp) => page.getByRole('row', { name: text }).first().waitFor();

  test('an owner adds one, is told what is wrong with an address, and sees the secret once', async () => {
    await page.goto(stage.urlOf('/webhooks'));
    await page.getByText('No webhook is added').waitFor();
    await assertUsable(page, 'webhooks-none');
    await page.getByRole('button', { name: 'Add a webhook' }).first().click();
    await inDialog().getByLabel('Name').fill('Pager');
    await inDialog().getByLabel('Address').fill('https://pager.example/?token=1');
    await inDialog().getByRole('button', { name: 'Add' }).click();
    await inDialog().getByText('has no user, query or fragment').first().waitFor();
    await assertAccessible(page);
    await inDialog().getByLabel('Address').fill(receiver.url);
    await inDialog().getByRole('button', { name: 'Add' }).click();
    secret = await inDialog().getByLabel('secret', { exact: true }).innerText();
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    await assertUsable(page, 'webhook-secret');
    await inDialog().getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText('enabled', { exact: true }).waitFor();
    await page.reload();
    await page.getByText(receiver.url).waitFor();
    assert.ok(!(await page.content()).includes(secret));
    stage.visitor.assertQuiet();
  });

  test('a test arrives, one that the receiver refuses says so, and is sent again', async () => {
    await press('Test Pager');
    await inRow(/webhook\.test.*delivered/);
    const [first] = receiver.received;
    assert.ok(first !== undefined && typeOf(first) === 'webhook.test' && isSignedBy(secret, first));
    receiver.behave('500 Internal Server Error');
    await press('Test Pager');
    await inRow(/webhook\.test.*given up.*Status 500\. It refused the message\./);
    await assertUsable(page, 'webhook-deliveries');
    receiver.behave('204 No Content');
    await page
      .getByRole('row', { name: /given up/ })
      .getByRole('button')
      .click();
    await page.getByRole('row', { name: /given up/ }).waitFor({ state: 'detached' });
    await inRow(/webhook\.test.*delivered/);
    assert.equal(idOf(receiver.received.at(-1)), idOf(receiver.received[1]));
    stage.visitor.assertQuiet();
  });

  test('a new secret signs beside the one before, for as long as is asked', async () => {
    await press('New secret for Pager');
    await inDialog().getByLabel('Hours that the old secret signs too').waitFor();
    await assertUsable(page, 'webhook-rotation');
    await inDialog().getByRole('button', { name: 'Make a new secret' }).click();
    const next = await inDialog().getByLabel('secret', { exact: true }).innerText();
    await inDialog().getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText('the one before signs too until').waitFor();
    const before = receiver.received.length;
    await press('Test Pager');
    await page
      .getByRole('row', { name: /delivered/ })
      .nth(2)
      .waitFor();
    const last = receiver.received.at(-1);
    assert.ok(last !== undefined && receiver.received.length === before + 1);
    assert.deepEqual([signaturesOf(last).length, isSignedBy(secret, last), isSignedBy(next, last)], [2, true, true]);
  });

  test('it is changed, disabled with a word of what that means, enabled, and removed', async () => {
    await press('Change Pager');
    await inDialog().getByLabel('Name').fill('Night watch');
    await inDialog().getByRole('button', { name: 'Save' }).click();
    await press('Disable Night watch');
    await inDialog().getByText('Alarms are not sent there any more').waitFor();
    await assertAccessible(page);
    await inDialog().getByRole('button', { name: 'Disable it' }).click();
    await page.getByText('disabled', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Test Night watch' }).getAttribute('aria-disabled'), 'true');
    await press('Enable Night watch');
    await page.getByText('enabled', { exact: true }).waitFor();
    await press('Remove Night watch');
    await inDialog().getByRole('button', { name: 'Remove the webhook' }).click();
    await page.getByText('No webhook is added').waitFor();
    stage.visitor.assertQuiet();
  });
});
