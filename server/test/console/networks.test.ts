// Network rules in a real browser: the own address, what is refused and why, an address that is tried, and shutting oneself out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { makeKey } from '../system/lib/installation.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('network rules in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await makeKey(stage.caller, await stage.found());
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();
  const told = (text: string | RegExp) => page.getByText(text).first().waitFor();

  test('a block that is not canonical is refused at its list, with how it is written', async () => {
    await page.goto(stage.urlOf('/networks'));
    await told('This server sees you at');
    assert.match((await page.locator('main').textContent()) ?? '', /sees you at (?:127\.0\.0\.1|::1)/);
    await page.getByLabel('API with keys').fill('10.1.2.3/8');
    await save();
    await told('10.1.2.3/8 has bits behind its prefix; the block around it is 10.0.0.0/8');
    await assertAccessible(page);
    await photograph(page, 'networks-refused');
    await page.getByLabel('API with keys').fill('10.0.0.0/8');
    await save();
    await told('The rules are saved, and hold');
  });

  test('an address that is tried is told by which block it is let in', async () => {
    await page.getByRole('textbox', { name: 'Address' }).fill('::ffff:10.1.2.3');
    await page.getByRole('button', { name: 'Try it' }).click();
    const answer = page.getByRole('table', { name: 'What 10.1.2.3 is told' });
    await answer.getByRole('row', { name: /API with keys let in 10\.0\.0\.0\/8/ }).waitFor();
    await answer.getByRole('row', { name: /Console let in no rule/ }).waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('010.1.2.3');
    await page.getByRole('button', { name: 'Try it' }).click();
    await told('is no IPv4 or IPv6 address');
    await assertAccessible(page);
  });

  test('a key is held to networks of its own', async () => {
    await page.goto(stage.urlOf('/keys'));
    await page.getByRole('button', { name: /^Details of / }).click();
    await page.getByRole('button', { name: /^Networks of / }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Networks', { exact: true }).fill('2001:db8::/32\n192.0.2.0/24');
    await assertAccessible(page);
    await photograph(page, 'networks-of-a-key');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Details of / }).click();
    await page.getByRole('button', { name: /^Networks of / }).click();
    assert.equal(await dialog.getByLabel('Networks', { exact: true }).inputValue(), '2001:db8::/32\n192.0.2.0/24');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('whoever would shut themselves out is asked first, and is let in again by the operator of the host', async () => {
    await page.goto(stage.urlOf('/networks'));
    await page.getByLabel('Console', { exact: true }).fill('192.0.2.0/24');
    await save();
    const asked = page.getByRole('dialog', { name: 'Shut yourself out?' });
    await asked.waitFor();
    await assertAccessible(page);
    await photograph(page, 'networks-lock-out');
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    await page.reload();
    assert.equal(await page.getByLabel('Console', { exact: true }).inputValue(), '');
    await page.getByLabel('Console', { exact: true }).fill('192.0.2.0/24');
    await save();
    await asked.getByRole('button', { name: 'Save, and be shut out' }).click();
    await told('Your organization lets nobody in from where you are');
    stage.visitor.assertQuiet();
    assert.equal(
      await stage.operate('networks', 'clear', 'acme'),
      'Took 4 blocks of acme away. Its owners are told.\n',
    );
    await page.goto(stage.urlOf('/networks'));
    await told('This server sees you at');
    assert.equal(await page.getByLabel('API with keys').inputValue(), '');
  });
});
