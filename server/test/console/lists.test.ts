// A list in a real browser: what is searched, filtered and sorted is the whole list, not the page of it that is shown.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { makeKey } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

/** More than one page of fifty, and more than one of the two hundred that a file is read by. */
const KEYS = 205;

describe('a long list in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    const cookie = await stage.found();
    for (let n = 1; n <= KEYS; n += 1) await makeKey(stage.caller, cookie, undefined, nameOf(n));
    await signIn(page, stage.urlOf('/sign-in'));
    await page.goto(stage.urlOf('/keys'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const nameOf = (n: number): string => `Program ${String(n).padStart(3, '0')}`;
  const names = () => page.getByRole('table', { name: 'API keys' }).locator('tbody tr td.name');
  const search = () => page.getByRole('searchbox', { name: 'Search API keys' });
  const shows = (expected: readonly string[]) =>
    until(
      async () => JSON.stringify(await names().allTextContents()) === JSON.stringify(expected),
      expected.join(', '),
    );

  test('it comes in pages, newest first', async () => {
    await until(async () => (await names().count()) === 50, 'a first page');
    assert.equal(await names().first().textContent(), nameOf(KEYS));
    await page.getByRole('button', { name: 'Show more' }).click();
    await until(async () => (await names().count()) === 100, 'a second page');
  });

  test('a search finds what is on no page yet, and stands in the address', async () => {
    await search().fill('003 program');
    await shows([nameOf(3)]);
    await page.getByText('1 found').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('search'), '003 program');
    await page.reload();
    await shows([nameOf(3)]);
    assert.equal(await search().inputValue(), '003 program');
  });

  test('a search that finds nothing says so, and how to see all again', async () => {
    await search().fill('no such key');
    await page.getByText('Nothing matches what you asked for.').waitFor();
    await assertAccessible(page);
    await photograph(page, 'list-nothing-found');
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(async () => (await names().count()) === 50, 'everything again');
    assert.equal(await search().inputValue(), '');
  });

  test('a head sorts the whole list up, down, and back, and says how it stands', async () => {
    const head = page.getByRole('columnheader', { name: 'Name' });
    await head.getByRole('button').press('Enter');
    await until(async () => (await names().first().textContent()) === nameOf(1), 'up');
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    await head.getByRole('button').press('Enter');
    await until(async () => (await names().first().textContent()) === nameOf(KEYS), 'down');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    await head.getByRole('button').press('Enter');
    await until(async () => (await head.getAttribute('aria-sort')) === 'none', 'back');
  });

  test('a filter and a search together leave as one file, with every row of them', async () => {
    await search().fill('Program 20');
    await until(async () => (await names().count()) === 8, 'the search');
    await page.getByRole('combobox', { name: 'State' }).selectOption('revoked');
    await page.getByText('Nothing matches what you asked for.').waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('works');
    await until(async () => (await names().count()) === 8, 'those that work');
    assert.deepEqual(await savedNames(), [205, 204, 203, 202, 201, 200, 120, 20].map(nameOf));
    await search().fill('');
    await until(async () => (await names().count()) === 50, 'all that work');
    assert.equal((await savedNames()).length, KEYS);
    stage.visitor.assertQuiet();
  });

  async function savedNames(): Promise<readonly string[]> {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const file = await saving;
    assert.equal(file.suggestedFilename(), 'api-keys.csv');
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n').slice(1, -1);
    return lines.map((line) => line.split(',')[0] ?? '');
  }
});
