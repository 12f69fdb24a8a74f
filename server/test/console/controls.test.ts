// The controls in a real browser: looked at on the spot, found among the others, and opened to the evidence itself.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

/** A check looks at everything, and machines may be busy. */
const CHECK_MS = 120_000;

describe('controls in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
    await page.goto(stage.urlOf('/controls'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const promises = () => page.locator('[data-accordion-control]');
  const promise = (id: string) => promises().filter({ hasText: new RegExp(`(?:^|[^A-Z])${id}(?:[^0-9]|$)`) });

  async function saved(button: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  }

  test('a check that was asked for ends with a grade, and with no promise unknown', async () => {
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByLabel(/^Grade [A-F]$/).waitFor({ timeout: CHECK_MS });
    await page.locator('button[data-loading]').waitFor({ state: 'detached', timeout: CHECK_MS });
    await until(async () => (await promises().filter({ hasText: 'unknown' }).count()) === 0, 'all are looked at');
  });

  test('a promise is found by its words and its verdict, and what is found is saved as CSV', async () => {
    const all = await promises().count();
    assert.ok(all > 40, String(all));
    await page.getByRole('searchbox', { name: 'Search Controls' }).fill('database itself apart');
    await until(async () => (await promises().count()) === 1, 'one is left');
    await promise('TN1').waitFor();
    const rows = (await saved('CSV')).trim().split(/\r?\n/);
    assert.equal(rows.length, 2);
    assert.match(rows[1] ?? '', /^"?TN1"?,.*pass/);
    await page.getByLabel('Verdict').selectOption('fail');
    await page.getByText('No promise is like that').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(async () => (await promises().count()) === all, 'all are back');
  });

  test('it opens to its evidence, with the way to see the same, and all of it as a file', async () => {
    await promise('TR4').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^Evidence: \d+ pieces?$/).waitFor();
    const details = page.locator('.evidence').first();
    await details.getByText('What was seen').click();
    await details.getByText(/SHA-256 [0-9a-f]{64}/).waitFor();
    const { id, evidence } = JSON.parse(await saved('Save evidence of TR4 as JSON')) as {
      readonly id: string;
      readonly evidence: readonly { readonly sha256: string; readonly reproduce?: string }[];
    };
    assert.equal(id, 'TR4');
    assert.ok(evidence.length > 0);
    const shown = (await details.textContent()) ?? '';
    assert.ok(
      evidence.some(({ sha256 }) => shown.includes(sha256)),
      shown,
    );
    const [way] = evidence.flatMap(({ reproduce }) => reproduce ?? []);
    assert.ok(way !== undefined);
    assert.equal(
      await page
        .getByLabel(/^command that shows/)
        .first()
        .textContent(),
      way,
    );
    await assertUsable(page, 'controls-evidence');
    stage.visitor.assertQuiet();
  });
});
