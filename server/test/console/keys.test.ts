// API keys in a real browser: each kind made, the whole text shown once, looked at, changed and rotated.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseApiKey } from '@holdfast/protocol/api-key.ts';
import type { Page } from 'playwright-core';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('API keys in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const dialog = () => page.getByRole('dialog');
  const press = (name: string) => dialog().getByRole('button', { name, exact: true }).click();

  async function beginKey(name: string, kind?: string): Promise<void> {
    await page.goto(stage.urlOf('/'));
    await page.goto(stage.urlOf('/keys#new'));
    await page.reload();
    if (kind !== undefined) await dialog().getByRole('radio', { name: kind }).check();
    await dialog().getByLabel('What it is for').fill(name);
  }
  /** The text that is shown, whole; the dialog is closed then. */
  async function takeText(): Promise<string> {
    const shown = dialog().getByLabel('API key', { exact: true });
    await shown.waitFor();
    const text = (await shown.textContent()) ?? '';
    assert.ok(parseApiKey(text) !== undefined, 'the text is whole');
    await press('I have kept it');
    await dialog().waitFor({ state: 'detached' });
    return text;
  }
  const ask = (key: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    page.request.get(stage.urlOf(path), { headers: { authorization: `Bearer ${key}`, ...headers } });

  test('a service key acts for the member that was chosen, and says so', async () => {
    await beginKey('reports', 'Service');
    await dialog().getByLabel('Acts for').first().click();
    await page.getByRole('option').first().click();
    await page.keyboard.press('Escape');
    await dialog().getByLabel('What it is for').click();
    await assertAccessible(page);
    await photograph(page, 'keys-new-service');
    await press('Make the key');
    await takeText();
    await page.getByRole('button', { name: 'Details of reports' }).click();
    await dialog().getByRole('table', { name: 'What it can do for Olga Owner' }).waitFor();
    await dialog().getByText('Never used').waitFor();
    await assertAccessible(page);
    await photograph(page, 'keys-details');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('a publishable key works from the page it was made for, and a wrong origin is told at its field', async () => {
    await beginKey('shop', 'Publishable');
    await dialog().getByLabel('Pages it works from').fill('https://shop.example/');
    await press('Make the key');
    await dialog().getByText('is no origin such as https://shop.example').waitFor();
    await dialog().getByLabel('Pages it works from').fill('https://shop.example');
    await press('Make the key');
    const text = await takeText();
    assert.match(text, /^hf_pub_/);
    assert.equal((await ask(text, '/v1/models', { origin: 'https://shop.example' })).status(), 200);
    assert.equal((await ask(text, '/v1/models')).status(), 403);
  });

  test('what is due is told, by the schedule that is saved there', async () => {
    await page.goto(stage.urlOf('/keys'));
    const section = page.getByRole('region', { name: 'To be rotated' });
    await section.getByText('each is younger').waitFor();
    await section.getByLabel('Days for a key').fill('30');
    await section.getByRole('button', { name: 'Save the schedule' }).click();
    await page.getByText('The schedule is saved').first().waitFor();
    await page.reload();
    assert.equal(await section.getByLabel('Days for a key').inputValue(), '30');
    await assertAccessible(page);
  });

  test('a key is rotated: the new text is shown whole, and the old one has ended when that was wanted', async () => {
    await beginKey('nightly');
    await press('Make the key');
    const first = await takeText();
    assert.equal((await ask(first, '/v1/models')).status(), 200);
    await page.getByRole('button', { name: 'Details of nightly' }).click();
    await press('Rotate nightly');
    await dialog().getByLabel('The old text works on for').first().click();
    await page.getByRole('option', { name: 'End it at once' }).click();
    await assertAccessible(page);
    await photograph(page, 'keys-rotate');
    await press('Rotate the key');
    const second = await takeText();
    assert.notEqual(second, first);
    assert.deepEqual(
      [(await ask(first, '/v1/models')).status(), (await ask(second, '/v1/models')).status()],
      [401, 200],
    );
  });

  test('a key that others have seen ends when it is marked, and it is told from where it was used', async () => {
    await beginKey('leaky');
    await press('Make the key');
    const text = await takeText();
    assert.equal((await ask(text, '/v1/models')).status(), 200);
    await page.getByRole('button', { name: 'Details of leaky' }).click();
    await dialog().getByRole('button', { name: 'Mark as exposed: leaky' }).click();
    await dialog().getByText('It cannot be undone').waitFor();
    await assertAccessible(page);
    await photograph(page, 'keys-exposed');
    await press('End it as exposed');
    await page.getByText(/The key has ended\. It was used for 1 calls, last from /).waitFor();
    await page.getByRole('row').filter({ hasText: 'leaky' }).getByText('exposed', { exact: true }).waitFor();
    assert.equal((await ask(text, '/v1/models')).status(), 401);
    await page.getByRole('table', { name: 'To be rotated' }).getByText('Exposed').waitFor();
  });

  test('the secret of a provider that others have seen is used no more when it is marked', async () => {
    await stage.query(
      `insert into provider (org_id, id, name, kind, base_url, local, secret_reference, created_at)
         select org_id, gen_random_uuid(), 'seen', 'openai', 'https://models.example.com/v1', false, 'env:NONE', now()
           from organization order by created_at desc limit 1`,
    );
    await page.goto(stage.urlOf('/providers'));
    await page.getByRole('button', { name: 'Mark seen as exposed' }).click();
    await dialog().getByText('Use it on until it is replaced').waitFor();
    await assertAccessible(page);
    await photograph(page, 'providers-exposed');
    await press('Mark it as exposed');
    await page.getByText('It is not used any more. No call was made with it.').waitFor();
    await page.getByRole('row').filter({ hasText: 'seen' }).getByText('exposed, not used').waitFor();
  });

  test('a key is changed, and one that never ends is flagged', async () => {
    await beginKey('endless');
    await dialog().getByLabel('It never ends').check();
    await press('Make the key');
    await takeText();
    const row = page.getByRole('row', { name: /endless/ });
    await row.getByText('Never ends').waitFor();
    await page.getByRole('button', { name: 'Details of endless' }).click();
    await press('Change endless');
    await dialog().getByLabel('What it is for').fill('endless batch');
    await dialog().getByLabel('Calls a minute').fill('30');
    await assertAccessible(page);
    await photograph(page, 'keys-change');
    await press('Save');
    await dialog().waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /endless batch/ }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'keys-list');
  });
});
