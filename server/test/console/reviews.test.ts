// A review of access in a real browser: started from an empty page, decided about one by one and many at once, closed with evidence.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { canonicalJson } from '@holdfast/protocol/canonical-json.ts';
import { sha256Hex } from '#crypto/hash.ts';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { furnish } from './furnish.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('a review of access in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await furnish(stage);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const items = () => page.getByRole('table', { name: 'Items' }).locator('tbody tr');
  const members = async (): Promise<number> =>
    (await stage.query("select 1 as one from member m join organization o using (org_id) where o.slug = 'acme'"))
      .length;

  async function saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  }

  test('an empty page says what to do first, and leads to the report of access', async () => {
    await page.goto(stage.urlOf('/reviews'));
    await page.getByText('No review yet').waitFor();
    await page.getByText('Everything was never reviewed.').waitFor();
    await assertAccessible(page);
    await photograph(page, 'reviews-empty');
    await page.getByRole('link', { name: 'Report of access' }).click();
    await page.getByRole('heading', { name: 'Report of access', level: 1 }).waitFor();
    await page.getByRole('cell', { name: 'Mia Lindqvist' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'access-report');
    await page.getByRole('searchbox', { name: 'Search Access' }).fill('mia');
    await page.getByText('1 found').waitFor();
    assert.match(await saved('CSV'), /^Whose,Address,What,Which,.*\r\nMia Lindqvist,mia@acme\.example,member,member,/);
    stage.visitor.assertQuiet();
  });

  test('an owner starts one with the keyboard', async () => {
    await page.goto(stage.urlOf('/reviews'));
    await page.getByRole('button', { name: 'Start a review' }).first().press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'review-start');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Quarter');
    await dialog.getByRole('textbox', { name: 'Name' }).press('Enter');
    await page.getByRole('heading', { name: 'Quarter', level: 1 }).waitFor();
    await until(async () => (await items().count()) > 0, 'the items');
    await assertAccessible(page);
    await photograph(page, 'review');
  });

  test('one is revoked with a reason, and has ended; the decision stands beside it', async () => {
    const before = await members();
    await page.getByRole('button', { name: 'Revoke member of Bo' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('left in spring');
    await assertAccessible(page);
    await photograph(page, 'review-revoke');
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).press('Enter');
    await page.getByRole('row', { name: /Bo.*revoked.*left in spring/ }).waitFor();
    assert.equal((await members()) - before, -1);
  });

  test('many are kept at once, and one’s own are left out where somebody else could decide', async () => {
    await page.getByRole('combobox', { name: 'Decided' }).selectOption('open');
    await page.getByRole('checkbox', { name: 'Choose all of Items' }).press('Space');
    const keep = page.getByRole('button', { name: /^Keep \d+$/ });
    const count = Number((await keep.innerText()).replaceAll(/\D/g, ''));
    assert.ok(count > 1);
    await keep.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('looked at all of them');
    await dialog.getByRole('button', { name: 'Keep', exact: true }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page
      .getByRole('row', { name: /your own/ })
      .first()
      .waitFor();
    await until(async () => (await items().count()) > 0, 'those that are left');
    await assertAccessible(page);
  });

  test('what is left are the owner’s own; alone, they decide, and the evidence of the closed review has it', async () => {
    for (let left = await items().count(); left > 0; left -= 1) {
      await items()
        .first()
        .getByRole('button', { name: /^Keep / })
        .press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Why').fill('nobody else is an owner');
      await dialog.getByRole('button', { name: 'Keep', exact: true }).press('Enter');
      await until(async () => (await items().count()) < left, 'one less');
    }
    await page.getByRole('button', { name: 'Close it' }).press('Enter');
    await page.getByRole('button', { name: 'Close the review' }).press('Enter');
    await page.getByRole('button', { name: 'Evidence (JSON)' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'review-closed');
    const told = JSON.parse(await saved('Evidence (JSON)')) as {
      readonly evidence: { readonly items: readonly { readonly isOwn: boolean; readonly outcome: string }[] };
      readonly sha256: string;
    };
    assert.equal(sha256Hex(canonicalJson(told.evidence)), told.sha256);
    assert.ok(told.evidence.items.some(({ isOwn }) => isOwn));
    assert.match(await saved('Evidence (CSV)'), /Bo,bo@acme\.example,member,.*revoke,revoked,left in spring/);
    await page.goto(stage.urlOf('/reviews'));
    await page.getByText('Everything was last reviewed').waitFor();
    stage.visitor.assertQuiet();
  });
});
