// Every page of the console in a real browser: accessible in light and dark, silent, and the same by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { callModels, connectUpstream, makeKey, OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { CONSOLE_PATHS } from '../../src/start/console-pages.ts';
import { PAGES } from './all-pages.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { assertAccessible, measure, noBrowser, photograph } from './visitor.ts';

/** The console's other addresses but the one with every piece, in the state without a token or an id; what they do is looked at elsewhere. */
const REST = CONSOLE_PATHS.filter((path) => path !== '/design' && !PAGES.some(([, menu]) => menu === path));
/** Nobody is signed in there. */
const isBeforeTheDoor = (path: string): boolean =>
  /^\/(?:setup|outbox|sign-in|invitation|emergency)$|^\/account\/./.test(path);

describe('the pages of the console in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    const cookie = await stage.found();
    await page.emulateMedia({ colorScheme: 'light' });
    await signIn(page, stage.urlOf('/sign-in'));
    await page.goto(stage.urlOf('/keys'));
    await page.getByText('No key yet').waitFor();
    await assertAccessible(page);
    await photograph(page, 'empty-list');
    await connectUpstream(stage.caller, cookie, stage.upstream.port);
    await callModels(stage.caller, (await makeKey(stage.caller, cookie)).key);
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

  async function assertAccessibleInBoth(): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
  }

  for (const [name, path] of PAGES) {
    test(`${name} can be used by everybody, in light and dark, and complains of nothing`, async (t) => {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
      await heading(name).waitFor();
      await page.waitForLoadState('networkidle');
      assert.equal(new URL(page.url()).pathname, path);
      await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
      await assertAccessibleInBoth();
      await photograph(page, name.toLowerCase().replaceAll(/\W+/g, '-'));
      stage.visitor.assertQuiet();
      t.diagnostic(await measure(page, stage.urlOf(path)));
    });
  }

  test('the page with every piece of the design language is as accessible as the others, and in no menu', async () => {
    assert.equal(await page.getByRole('link', { name: 'Design language' }).count(), 0);
    await page.goto(stage.urlOf('/design'));
    await heading('Design language').waitFor();
    await page.getByRole('cell', { name: 'Billing reports', exact: true }).waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'design');
    for (const name of ['Open a form', 'Open a warning']) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('dialog').waitFor();
      await assertAccessibleInBoth();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    stage.visitor.assertQuiet();
  });

  for (const path of REST) {
    test(`${path} can be used by everybody, also by who comes there with nothing`, async () => {
      const at = isBeforeTheDoor(path) ? await stage.visitor.openDevice() : page;
      await at.goto(stage.urlOf(path));
      await at.getByRole('heading', { level: 1 }).first().waitFor();
      await until(async () => (await at.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
      await assertUsable(at, `at${path.replaceAll(/\W+/g, '-')}`);
      if (at !== page) await at.context().close();
      stage.visitor.assertQuiet();
    });
  }

  test('no page is wider than a screen of 360 pixels', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [name, path] of [...PAGES, ['Design language', '/design']] as const) {
      await page.goto(stage.urlOf(path));
      await heading(name).waitFor();
      await page.waitForLoadState('networkidle');
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= 360, `${path} is ${String(wide)} wide`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('the command palette goes to a page and to an action from the keyboard alone', async () => {
    await page.goto(stage.urlOf('/'));
    await heading('Overview').waitFor();
    // The head of a page is there before the shell that listens to keys.
    await page.getByRole('button', { name: 'Go to' }).waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Go to a page or an action' });
    await field.waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'palette');
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.getByRole('option', { selected: true }).textContent(), 'UsagePage');
    await page.keyboard.type('audit');
    await page.keyboard.press('Enter');
    await heading('Audit log').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('make');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Make a key' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname, '/keys');
    stage.visitor.assertQuiet();
  });

  test('a policy that is refused says why, and one that is accepted holds', async () => {
    await page.goto(stage.urlOf('/sign-in-policy'));
    const minutes = page.getByLabel('Minutes a session may rest');
    await minutes.fill('600');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Sessions are idle for at most 60 minutes here').waitFor();
    await assertAccessible(page);
    await minutes.fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is saved, and holds').waitFor();
    await page.reload();
    await minutes.waitFor();
    assert.equal(await minutes.inputValue(), '30');
  });

  test('a provider is changed in place, and a wrong address is told at its field', async () => {
    await page.goto(stage.urlOf('/providers'));
    await page.getByRole('button', { name: 'Change upstream' }).click();
    const form = page.getByRole('dialog', { name: 'Change upstream' });
    await form.getByLabel('Address').fill('not an address');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.locator('input[aria-invalid=true]').waitFor();
    await assertAccessible(page);
    await form.getByLabel('Address').fill(`http://127.0.0.1:${String(stage.upstream.port)}/v1`);
    await form.getByLabel('Name').fill('Renamed upstream');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Renamed upstream', exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('prices are written with a provider, and a key says what it cost', async () => {
    await page.goto(stage.urlOf('/providers'));
    await page.getByRole('button', { name: 'Change Renamed upstream' }).click();
    const form = page.getByRole('dialog', { name: 'Change Renamed upstream' });
    const prices = form.getByLabel('Prices for a million tokens');
    await prices.fill('whole 2,50 10');
    await form.getByText('“whole 2,50 10” is not a model and two numbers.').waitFor();
    await assertAccessible(page);
    await photograph(page, 'provider-prices');
    await prices.fill('whole 1000 1000');
    await form.getByLabel('Currency').fill('eur');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Renamed upstream is saved').waitFor();
    await page.goto(stage.urlOf('/keys'));
    await page.getByRole('button', { name: 'Details of test' }).click();
    await page
      .getByRole('dialog')
      .getByText(/Cost: 0\.\d+ EUR, beside \d+ calls of models without a price\./)
      .waitFor();
    stage.visitor.assertQuiet();
  });

  test('an admin sees where a member is signed in, and ends one session there', async () => {
    await stage.addMember('member', 'mia@acme.example');
    const { email, password } = { ...OWNER, email: 'mia@acme.example' };
    await stage.caller.call('POST', '/api/v1/session', { body: { email, password } });
    await page.goto(stage.urlOf('/members'));
    const row = page.getByRole('row').filter({ hasText: 'mia@acme.example' });
    await row.getByRole('button', { name: 'Sessions' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sessions of A member' });
    await dialog.getByRole('button', { name: 'End it' }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'member-sessions');
    await dialog.getByRole('button', { name: 'End it' }).click();
    await dialog.getByText('Not signed in').waitFor();
    stage.visitor.assertQuiet();
  });

  test('an address that leads nowhere is not the console', async () => {
    const answer = await page.goto(stage.urlOf('/nowhere'));
    assert.equal(answer?.status(), 404);
  });
});
