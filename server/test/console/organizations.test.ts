// A person in two organizations, in a real browser: from one to the other, and a tab that was left behind.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { connectUpstream, OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('organizations in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await connectUpstream(stage.caller, await stage.found(), stage.upstream.port);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const dialogOf = (tab: Page) => tab.getByRole('dialog', { name: 'Your organizations' });
  const head = (tab: Page) => tab.getByRole('banner');

  async function goTo(tab: Page, organization: string): Promise<void> {
    await head(tab).getByRole('button', { name: 'your organizations' }).click();
    await dialogOf(tab)
      .getByRole('button', { name: new RegExp(`^${organization} acme`) })
      .click();
    await dialogOf(tab).waitFor({ state: 'detached' });
    await head(tab).getByText(organization, { exact: true }).waitFor();
  }

  test('who is in one alone is told so', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('another org');
    await page.keyboard.press('Enter');
    await dialogOf(page).getByText('You are in no other').waitFor();
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'detached' });
    stage.visitor.assertQuiet();
  });

  test('another organization is found by its name and entered, and every page is about it from then on', async () => {
    await stage.addOrganization(OWNER.email);
    await page.goto(stage.urlOf('/providers?search=up'));
    await page.getByRole('cell', { name: 'upstream', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Your organizations' }).click();
    const dialog = dialogOf(page);
    await dialog.getByRole('button', { name: 'Acme Labs' }).waitFor();
    assert.equal(new URL(page.url()).search, '?search=up', 'the list below keeps what was asked of it');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
    await photograph(page, 'organizations');
    await dialog.getByRole('textbox', { name: 'Search your organizations' }).fill('no such');
    await dialog.getByText('None of your organizations is called “no such”.').waitFor();
    await dialog.getByRole('textbox', { name: 'Search your organizations' }).fill('labs');
    await until(async () => (await dialog.getByRole('listitem').count()) === 1, 'one is found');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('You are in Acme Labs now').waitFor();
    await head(page).getByText('Acme Labs', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Providers', exact: true }).click();
    await page.getByText('No provider is connected').waitFor();
    await goTo(page, 'Acme');
    await page.getByRole('link', { name: 'Providers', exact: true }).click();
    await page.getByRole('cell', { name: 'upstream', exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('a tab that was left behind writes nothing into the other organization, and is right again after a reload', async () => {
    await page.goto(stage.urlOf('/sign-in-policy'));
    await page.getByLabel('Name of the organization').fill('Written by a tab that was left behind');
    const other = await page.context().newPage();
    await other.goto(stage.urlOf('/'));
    await goTo(other, 'Acme Labs');
    const answer = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.getByRole('button', { name: 'Rename' }).click();
    assert.equal((await answer).status(), 409);
    const banner = page.getByRole('alert').filter({ hasText: 'You are in another organization by now' });
    await banner.waitFor();
    await assertAccessible(page);
    await photograph(page, 'switched-elsewhere');
    await banner.getByRole('button', { name: 'Reload' }).click();
    await head(page).getByText('Acme Labs', { exact: true }).waitFor();
    assert.equal(await banner.count(), 0);
    const names = await stage.query("select name from organization where name like 'Written%'");
    assert.deepEqual(names, []);
    await other.close();
    stage.visitor.assertQuiet();
  });
});
