// The account of a person, in a real browser: the name is changed, everywhere at once, and not over somebody else's change.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('the account in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
    await page.goto(stage.urlOf('/account'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const field = () => page.getByRole('textbox', { name: 'Your name' });
  const save = () =>
    page.getByRole('region', { name: 'Name', exact: true }).getByRole('button', { name: 'Save' }).click();

  test('a name is changed, and stands in the head and among the members at once', async () => {
    await field().fill('Olga the Second');
    await save();
    await page.getByRole('log').getByText('Your name is changed').waitFor();
    await page.getByRole('banner').getByText('Olga the Second').waitFor();
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('cell', { name: 'Olga the Second', exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('what is no name is told at the field', async () => {
    await page.goto(stage.urlOf('/account'));
    await field().fill('   ');
    await save();
    await page.locator('input[aria-invalid=true]').waitFor();
    await page.getByText('is empty', { exact: true }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'account-name');
    stage.visitor.assertQuiet();
  });

  test('a name that was changed elsewhere is not written over unseen', async () => {
    await page.goto(stage.urlOf('/account'));
    await field().fill('Olga the Third');
    const other = await page.context().newPage();
    await other.goto(stage.urlOf('/account'));
    await other.getByRole('textbox', { name: 'Your name' }).fill('Olga of the other tab');
    await other.keyboard.press('Enter');
    await other.getByRole('log').getByText('Your name is changed').waitFor();
    await other.close();
    await save();
    await page.getByRole('alert').filter({ hasText: 'It changed since you read it' }).waitFor();
    await page.getByRole('banner').getByText('Olga of the other tab').waitFor();
    assert.equal(await field().inputValue(), 'Olga the Third');
    await save();
    await page.getByRole('banner').getByText('Olga the Third').waitFor();
    stage.visitor.assertQuiet();
  });
});
