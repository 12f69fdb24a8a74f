// The console with a keyboard alone, no pointer and no shortcut of a test: signing in, making a key, revoking it, dialogs that hold the focus and give it back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { type Listener, openListener } from './ax-tree.ts';
import { furnish } from './furnish.ts';
import { openStage, type Stage } from './stage.ts';
import { noBrowser } from './visitor.ts';

/** What hands without a pointer cannot do. */
const POINTER =
  /\.(?:click|dblclick|tap|hover|check|uncheck|fill|focus|selectOption|dragTo|dispatchEvent)\(|page\.(?:mouse|touchscreen)\./;

describe('the console with a keyboard alone', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let ears: Listener;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await furnish(stage);
    ears = await openListener(page);
    await page.goto(stage.urlOf('/keys'));
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const press = (key: string) => page.keyboard.press(key);
  const focusName = async () => (await ears.hearFocus().catch(() => undefined))?.name ?? '';
  const focusIs = (name: string) =>
    until(async () => (await focusName()) === name, `the focus is on ${name}`).catch(async () =>
      assert.fail(`the focus is on “${await focusName()}”, not on “${name}”`),
    );

  /** Moves on by Tab until what has this name has the focus; gives what was passed. */
  async function tabTo(name: string | RegExp): Promise<readonly string[]> {
    const passed: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      await press('Tab');
      const focus = await focusName();
      if (typeof name === 'string' ? focus === name : name.test(focus)) return passed;
      passed.push(focus);
    }
    return assert.fail(`no Tab leads to ${String(name)}, but to ${passed.join(', ')}`);
  }

  /** Where Tab goes in an open dialog: around in it, and nowhere else. */
  async function assertTrapped(name: string): Promise<void> {
    const isInside = () => page.evaluate<boolean>("document.activeElement?.closest('[role=dialog]') !== null");
    await page.getByRole('dialog', { name, exact: true }).waitFor();
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let step = 0; step < 12; step += 1) {
        await press(key);
        assert.ok(await isInside(), `${key} leads out of ${name}, to ${await focusName()}`);
      }
    }
  }
  const focusedRow = () => page.evaluate<string>("document.activeElement?.closest('tr')?.innerText ?? ''");
  const closed = () => page.getByRole('dialog').waitFor({ state: 'detached' });

  test('a person signs in, and the focus goes to the page that was asked for', async () => {
    await tabTo('E-mail address');
    await page.keyboard.type(OWNER.email);
    await tabTo('Password');
    await page.keyboard.type(OWNER.password);
    await tabTo('Sign in');
    await press('Enter');
    await focusIs('API keys');
    await page.getByRole('row').filter({ hasText: 'Support answers' }).waitFor();
  });

  test('the first stop of a page leads past the menu', async () => {
    await page.reload();
    await page.getByRole('row').filter({ hasText: 'Support answers' }).waitFor();
    assert.deepEqual(await tabTo('Skip to the page'), []);
    await press('Enter');
    assert.deepEqual(await tabTo('Make a key'), []);
  });

  test('a dialog has a name, holds the focus, closes with Escape, and gives the focus back to what opened it', async () => {
    await press('Enter');
    await focusIs('What it is for');
    await assertTrapped('Make a key');
    await press('Escape');
    await closed();
    await focusIs('Make a key');
  });

  test('a key is made: what is shown once has the focus when it comes, and the focus goes back when it is kept', async () => {
    await press('Enter');
    await focusIs('What it is for');
    await page.keyboard.type('By hand alone');
    await press('Enter');
    await focusIs('Your new key');
    await assertTrapped('Make a key');
    await tabTo('I have kept it');
    await press('Enter');
    await closed();
    await focusIs('Make a key');
    await page.getByRole('cell', { name: 'By hand alone', exact: true }).waitFor();
  });

  test('a warning that is turned away from gives the focus back to the button of its row', async () => {
    await tabTo(/^Revoke/);
    const opener = await focusedRow();
    await press('Enter');
    await page.getByRole('dialog', { name: /^Revoke .+\?$/ }).waitFor();
    await press('Escape');
    await closed();
    await until(async () => (await focusedRow()) === opener, 'the focus is back in its row');
  });

  test('what is revoked takes its button along, and the focus stays in the page', async () => {
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Revoke .+\?$/ });
    await dialog.waitFor();
    await tabTo('Revoke the key');
    await press('Enter');
    await closed();
    await until(
      () => page.evaluate<boolean>("document.activeElement?.closest('main') != null"),
      'the focus is in the page',
    );
  });

  test('a proof that is asked for in the middle holds the focus on top, and gives it back to the form under it', async () => {
    await page.goto(stage.urlOf('/keys'));
    await page.getByRole('row').filter({ hasText: 'Support answers' }).waitFor();
    await stage.ageProofs();
    await tabTo('Make a key');
    await press('Enter');
    await focusIs('What it is for');
    await page.keyboard.type('After a proof');
    await press('Enter');
    await focusIs('Your password');
    await assertTrapped('Prove that it is you');
    await press('Escape');
    await page.getByRole('dialog', { name: 'Prove that it is you' }).waitFor({ state: 'detached' });
    await until(
      () => page.evaluate<boolean>("document.activeElement?.closest('[role=dialog]') != null"),
      'the focus is in the form',
    );
    const kept = page.getByLabel('What it is for');
    assert.equal(await kept.inputValue(), 'After a proof');
    await tabTo('Make the key');
    await press('Enter');
    await focusIs('Your password');
    await page.keyboard.type(OWNER.password);
    await press('Enter');
    await focusIs('Your new key');
    await press('Escape');
    await closed();
  });

  test('a button that starts something keeps the focus while it is at work and after', async () => {
    await page.goto(stage.urlOf('/audit'));
    await page.getByRole('table').getByRole('row').nth(1).waitFor();
    await tabTo('Verify the chain');
    await press('Enter');
    await page.getByText('The chain is whole').waitFor();
    assert.equal(await focusName(), 'Verify the chain');
  });

  test('a row that goes with the button that was pressed leaves the focus in its list', async () => {
    await page.goto(stage.urlOf('/account'));
    const row = page.getByRole('row').filter({ hasText: '203.0.113.7' });
    await row.waitFor();
    await tabTo('Sign out A program that gave no name');
    await press('Enter');
    await row.waitFor({ state: 'detached' });
    await until(
      () =>
        page.evaluate<boolean>(
          "document.activeElement?.querySelector('table') != null && document.activeElement !== document.body",
        ),
      'the focus is on the list',
    );
  });

  test('the palette gives the focus back when it is turned away from', async () => {
    await page.goto(stage.urlOf('/audit'));
    await page.getByRole('table').getByRole('row').nth(1).waitFor();
    await tabTo('Verify the chain');
    await press('Control+k');
    await focusIs('Go to a page or an action');
    await press('Escape');
    await closed();
    await focusIs('Verify the chain');
    stage.visitor.assertQuiet();
  });
});

describe('tests of the keyboard', () => {
  test('use no pointer, and give the focus by keys alone', () => {
    for (const name of ['first-run.test.ts', 'reading.test.ts', 'keyboard.test.ts']) {
      const source = readFileSync(join(repositoryRoot, 'server/test/console', name), 'utf8');
      const lines = source.split('\n').filter((line) => POINTER.test(line));
      assert.deepEqual(lines, [], name);
    }
    const shortcuts = ['click', 'fill', 'focus'].map((name) => `await field.${name}('x')`);
    assert.ok(shortcuts.every((line) => POINTER.test(line)));
  });
});
