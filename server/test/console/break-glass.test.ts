// Break-glass in a real browser: sealed by an owner, opened by two people at two devices, seen by everybody, ended and reviewed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('break-glass in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let parts: readonly string[];

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('an owner seals two parts, which are shown once', async () => {
    await page.goto(stage.urlOf('/break-glass'));
    await page.getByText('Nothing is sealed.').waitFor();
    await page.getByRole('button', { name: 'Seal a credential' }).click();
    await page.getByRole('button', { name: 'Make both parts' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Part 2 of 2').waitFor();
    parts = await Promise.all(
      ['part 1', 'part 2'].map((label) => dialog.getByLabel(label, { exact: true }).innerText()),
    );
    assert.match(parts.join(' '), /^(?:[a-z2-7]{4}-){7}[a-z2-7]{4} (?:[a-z2-7]{4}-){7}[a-z2-7]{4}$/);
    await assertAccessible(page);
    await photograph(page, 'break-glass-sealed');
    await page.getByRole('button', { name: 'Both parts are kept' }).click();
    await page.getByRole('button', { name: 'Seal anew' }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('two people at two devices open a session, and everybody inside is told', async () => {
    const [one, other] = [await stage.visitor.openDevice(), await stage.visitor.openDevice()];
    await one.goto(stage.urlOf('/emergency'));
    await one.getByLabel('Short name of the organization').fill('acme');
    await one.getByLabel('Your sealed part').fill(parts[0] ?? '');
    await one.getByLabel('Why').fill('the identity provider is down');
    await assertAccessible(one);
    await photograph(one, 'emergency-begin');
    await one.getByRole('button', { name: 'Begin, and tell every owner' }).click();
    const code = await one.getByLabel('code of the request', { exact: true }).innerText();
    await assertAccessible(one);
    await other.goto(stage.urlOf('/emergency'));
    await other.getByText('Grant one').click();
    await other.getByLabel('Short name of the organization').fill('acme');
    await other.getByLabel('Your sealed part').fill(parts[0] ?? '');
    await other.getByLabel('Code of the request').fill(code);
    await other.getByRole('button', { name: 'Grant the request' }).click();
    await other.getByText('This opens nothing').waitFor();
    await assertAccessible(other);
    await other.getByLabel('Your sealed part').fill((parts[1] ?? '').toUpperCase());
    await other.getByRole('button', { name: 'Grant the request' }).click();
    await other.getByText('The request is granted').waitFor();
    await one.getByText('You are in an emergency session').waitFor();
    await one.getByRole('link', { name: 'Members', exact: true }).click();
    await one.getByRole('heading', { name: 'Members', level: 1 }).waitFor();
    await assertAccessible(one);
    await photograph(one, 'emergency-session');
    await page.goto(stage.urlOf('/'));
    await page.getByRole('alert').filter({ hasText: 'An emergency session is open' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'emergency-banner');
  });

  test('an owner ends it, writes the review and seals anew, and the banner goes', async () => {
    await page.goto(stage.urlOf('/break-glass'));
    await page.getByRole('button', { name: 'End it', exact: true }).click();
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByRole('button', { name: 'Write the review' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What happened').fill('A rehearsal of the plan; nothing was changed.');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Write the review' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('A new credential has to be sealed.').waitFor();
    await photograph(page, 'break-glass-reviewed');
    await page.getByRole('button', { name: 'Seal a credential' }).click();
    await page.getByRole('button', { name: 'Make both parts' }).click();
    await page.getByRole('button', { name: 'Both parts are kept' }).click();
    await page.getByText('A new credential has to be sealed.').waitFor({ state: 'detached' });
    await assertAccessible(page);
    stage.visitor.assertQuiet();
  });

  test('the operator of the host gets a link that opens the same, when a hand opens it', async () => {
    const screen = await stage.operate('break-glass', 'acme', '--reason', 'nobody gets in any more');
    const link = /https?:\S+\/emergency#request=\S+/.exec(screen)?.[0] ?? '';
    const device = await stage.visitor.openDevice();
    await device.goto(link);
    await device.getByRole('button', { name: 'Open the emergency session' }).click();
    await device.getByText('You are in an emergency session').waitFor();
    stage.visitor.assertQuiet();
  });
});
