// The first run as a screen reader has it: each step says where it is, each field what it wants, each refusal what is wrong and where.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { codeOf } from '../authenticator-app.ts';
import { chatOf, OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { PAGES } from './all-pages.ts';
import { findUnspoken, type Listener, openListener, type Spoken } from './ax-tree.ts';
import { openStage, type Stage } from './stage.ts';
import { noBrowser } from './visitor.ts';

describe('the first run on the accessibility tree alone', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let ears: Listener;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    ears = await openListener(page);
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** Waits until something of this role is said with these words. */
  async function heard(role: string, words: string): Promise<Spoken> {
    let found: Spoken | undefined;
    await until(async () => {
      found = (await ears.hear()).find((node) => node.role === role && node.name === words);
      return found !== undefined;
    }, `${role} ${words} is said`);
    assert.ok(found !== undefined);
    return found;
  }
  async function focusOn(role: string, words: string): Promise<Spoken> {
    let last = '';
    await until(async () => {
      const focus = await ears.hearFocus().catch(() => undefined);
      last = `${focus?.role ?? 'nothing'} “${focus?.name ?? ''}”`;
      return focus?.role === role && focus.name === words;
    }, `the focus is on ${role} ${words}`).catch(() =>
      assert.fail(`the focus is on ${last}, not on ${role} “${words}”`),
    );
    return ears.hearFocus();
  }
  /** Moves on by the key Tab alone. */
  async function tabTo(role: string, name: string): Promise<void> {
    const seen: string[] = [];
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      const focus = await ears.hearFocus().catch(() => undefined);
      if (focus?.role === role && focus.name === name) return;
      seen.push(`${focus?.role ?? ''} ${focus?.name ?? ''}`);
    }
    assert.fail(`no Tab leads to ${role} ${name}, but to ${seen.join(', ')}`);
  }
  async function type(name: string, text: string, role = 'textbox'): Promise<void> {
    await tabTo(role, name);
    await page.keyboard.type(text);
  }
  const press = (key: string) => page.keyboard.press(key);

  test('the set-up page has one main part, one head, and a title that says the step', async () => {
    await page.goto(stage.server.ready.setupLink ?? '');
    await heard('heading', 'Step 1 of 4: Organization');
    assert.deepEqual(findUnspoken(await ears.hear(), ['main']), []);
    assert.equal(await page.title(), 'Step 1 of 4: Organization · Holdfast');
  });

  test('each field says its name, what it wants and whether it must be filled', async () => {
    const fields = (await ears.hear()).filter(({ role }) => role === 'textbox');
    const told = fields.map(({ name, description, states }) => [name, description !== '', states['required'] === true]);
    assert.deepEqual(told, [
      ['Set-up token', true, true],
      ['Organization', false, true],
      ['Short name', true, false],
      ['Your name', false, true],
      ['Your e-mail address', false, true],
      ['Password', true, true],
    ]);
  });

  test('what is refused leads to its field, which says that it is wrong and how', async () => {
    await type('Organization', 'Acme Works');
    await type('Your name', OWNER.name);
    await type('Your e-mail address', OWNER.email);
    await type('Password', 'short');
    await press('Enter');
    await until(async () => (await ears.hearFocus()).states['invalid'] === 'true', 'the focus is on what is wrong');
    const wrong = await ears.hearFocus();
    assert.deepEqual([wrong.role, wrong.name], ['textbox', 'Password']);
    assert.match(wrong.description, /12 characters/);
  });

  test('the next step is read out when it comes: the focus is on its head, and the title says it', async () => {
    await press('Control+a');
    await page.keyboard.type(OWNER.password);
    await press('Enter');
    await focusOn('heading', 'Step 2 of 4: Second factor');
    assert.equal(await page.title(), 'Step 2 of 4: Second factor · Holdfast');
    assert.deepEqual(findUnspoken(await ears.hear(), ['main']), []);
  });

  test('an authenticator app: the secret is a picture with a name and a text, with a button that says what it copies', async () => {
    await tabTo('button', 'Set up an authenticator app');
    await press('Enter');
    await focusOn('group', 'Your authenticator app');
    await heard('image', 'QR code for your authenticator app');
    await tabTo('button', 'Copy secret');
    await type('Code that the app shows now', '000000');
    await press('Enter');
    const alert = await heard('alert', '');
    assert.equal(alert.states['focused'], true, 'the words of the refusal have the focus');
    const secret = (await page.getByLabel('secret', { exact: true }).textContent()) ?? '';
    await page.keyboard.press('Shift+Tab');
    assert.equal((await ears.hearFocus()).name, 'Code that the app shows now');
    await press('Control+a');
    await page.keyboard.type(codeOf(secret));
    await press('Enter');
    await focusOn('group', 'Recovery codes');
    await tabTo('button', 'Copy recovery codes');
    await tabTo('button', 'I have kept them');
    await press('Enter');
    await focusOn('heading', 'Step 3 of 4: Model provider');
    assert.equal(await page.title(), 'Step 3 of 4: Model provider · Holdfast');
  });

  test('a provider: a list of kinds that says what is chosen, and an address that is refused at its field', async () => {
    await tabTo('combobox', 'Kind');
    await press('ArrowDown');
    await heard('option', 'Speaks as OpenAI does');
    for (let step = 0; step < 3; step += 1) await press('ArrowDown');
    await press('Enter');
    await type('Name', 'Test upstream');
    await type('Address', 'no address');
    await type('Key of the provider', 'sk-of-the-upstream');
    await press('Enter');
    await until(async () => (await ears.hearFocus()).states['invalid'] === 'true', 'the focus is on what is wrong');
    const wrong = await ears.hearFocus();
    assert.equal(wrong.name, 'Address');
    assert.notEqual(wrong.description, '');
    await press('Control+a');
    await page.keyboard.type(`http://127.0.0.1:${String(stage.upstream.port)}/v1`);
    await press('Enter');
    await focusOn('heading', 'Step 4 of 4: First call');
  });

  test('the first key and the first call: each copy button says what it copies, and the arrival is said without a key pressed', async () => {
    await tabTo('button', 'Make the first key');
    await press('Enter');
    await focusOn('group', 'Your first key');
    await tabTo('button', 'Copy API key');
    await tabTo('tab', 'curl');
    await tabTo('button', 'Copy curl command');
    assert.deepEqual(findUnspoken(await ears.hear(), ['main']), []);
    const key = (await page.getByLabel('API key', { exact: true }).textContent()) ?? '';
    const made = await stage.caller.call('POST', '/v1/chat/completions', { key, body: chatOf('whole') });
    assert.equal(made.status, 200, made.text);
    await heard('StaticText', 'The first call arrived');
    const live = (await ears.hear()).filter(({ states }) => states['live'] === 'polite');
    assert.ok(live.length > 0, 'a live region says it');
    await tabTo('button', 'Open the console');
    await press('Enter');
    await heard('heading', 'Overview');
    await focusOn('main', 'Overview');
  });

  test('every page has its title, one head, its landmarks by name, and no control without a name', async () => {
    for (const [name, path] of PAGES) {
      await page.goto(stage.urlOf(path));
      await heard('heading', name);
      await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
      const spoken = await ears.hear();
      assert.deepEqual(findUnspoken(spoken, ['banner', 'main']), [], path);
      assert.equal(await page.title(), `${name} · Holdfast`);
      const named = spoken.filter(({ role }) => role === 'navigation' || role === 'main').map((node) => node.name);
      // Pages that belong together lead to each other by a landmark of its own.
      assert.ok(named.includes('Pages') && named.includes(name) && !named.includes(''), path);
      assert.equal(new Set(named).size, named.length, path);
    }
  });

  test('the net finds a page with two heads, without a main part, and a button that says nothing', () => {
    const node = (role: string, name = '', states = {}): Spoken => ({ role, name, description: '', states });
    const bad = [node('heading', 'One', { level: 1 }), node('heading', 'Two', { level: 1 }), node('button')];
    assert.deepEqual(findUnspoken(bad, ['main']), ['0 of main', '2 heads of level 1', 'button without a name']);
    assert.deepEqual(
      findUnspoken([node('main'), node('heading', 'One', { level: 1 }), node('button', 'Go')], ['main']),
      [],
    );
  });
});
