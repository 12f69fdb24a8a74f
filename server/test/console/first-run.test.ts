// The first run in a real browser, with a keyboard alone: from the link of the terminal to a first call that is seen to arrive.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { codeOf } from '../authenticator-app.ts';
import { OWNER } from '../system/lib/installation.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

const run = promisify(execFile);

describe('the first run in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  const copied = async (label: string) => (await page.getByLabel(label, { exact: true }).textContent()) ?? '';
  /** Moves on as a keyboard does, until what has this name has the focus. */
  async function tabTo(name: string): Promise<void> {
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.locator(':focus').ariaSnapshot();
      if (focused.includes(`"${name}"`)) return;
    }
    assert.fail(`no Tab leads to ${name}`);
  }

  test('a link with an address goes on at the name, and leaves no token in the address bar', async () => {
    await page.goto((stage.server.ready.setupLink ?? '').replace('localhost', '127.0.0.1'));
    await heading('Welcome to Holdfast').waitFor();
    await page.getByText('Step 1 of 4').waitFor();
    assert.equal(new URL(page.url()).hostname, 'localhost');
    assert.equal(new URL(page.url()).hash, '');
  });

  test('the form of the first step is a tree of names that a screen reader can say', async () => {
    const tree = await page.locator('main').ariaSnapshot();
    const expected = [
      'heading "Welcome to Holdfast" [level=1]',
      'Step 1 of 4: Organization',
      'textbox "Set-up token"',
      'textbox "Organization"',
      'textbox "Short name"',
      'textbox "Your name"',
      'textbox "Your e-mail address"',
      'textbox "Password"',
      'button "Found the organization"',
    ];
    const places = expected.map((text) => tree.indexOf(text));
    assert.ok(!places.includes(-1), `${expected[places.indexOf(-1)] ?? ''} is not in\n${tree}`);
    assert.deepEqual(
      places,
      places.toSorted((one, other) => one - other),
    );
    await assertAccessible(page);
    await photograph(page, 'setup-1-organization');
  });

  test('a password that is refused is told at its field, and the organization is founded with a better one', async () => {
    for (const [name, text] of [
      ['Organization', 'Acme Works'],
      ['Short name', 'acme'],
      ['Your name', OWNER.name],
      ['Your e-mail address', OWNER.email],
      ['Password', 'short'],
    ] as const) {
      await tabTo(name);
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    const wrong = page.locator('input[type=password][aria-invalid=true]');
    await wrong.waitFor();
    const told = await wrong.getAttribute('aria-describedby');
    const message = await page.locator(`[id="${told?.split(' ')[0] ?? ''}"]`).textContent();
    assert.match(message ?? '', /12 characters/);
    await assertAccessible(page);
    await page.locator('input[type=password]:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(OWNER.password);
    await page.keyboard.press('Enter');
    await page.getByText('Step 2 of 4').waitFor();
  });

  test('a second factor is enrolled, and its recovery codes are shown once', async () => {
    await assertAccessible(page);
    await tabTo('Set up an authenticator app');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
    await photograph(page, 'setup-2-factor');
    const secret = await copied('secret');
    await tabTo('Code that the app shows now');
    await page.keyboard.type(codeOf(secret));
    await page.keyboard.press('Enter');
    await page.getByText('Keep these recovery codes apart').waitFor();
    assert.equal((await copied('recovery codes')).split('\n').length, 10);
    await assertAccessible(page);
    await tabTo('I have kept them');
    await page.keyboard.press('Enter');
    await page.getByText('Step 3 of 4').waitFor();
  });

  test('a provider is connected', async () => {
    await tabTo('Kind');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'Speaks as OpenAI does' }).waitFor();
    await assertAccessible(page);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    for (const [name, text] of [
      ['Name', 'Test upstream'],
      ['Address', `http://127.0.0.1:${String(stage.upstream.port)}/v1`],
      ['Key of the provider', 'sk-of-the-upstream'],
    ] as const) {
      await tabTo(name);
      await page.keyboard.type(text);
    }
    await assertAccessible(page);
    await photograph(page, 'setup-3-provider');
    await tabTo('Connect');
    await page.keyboard.press('Enter');
    await page.getByText('Step 4 of 4').waitFor();
  });

  test('a key is made, and the first call is seen to arrive', async () => {
    await tabTo('Make the first key');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the first call').waitFor();
    const key = await copied('API key');
    assert.match(key, /^hf_live_/);
    // What the provider says it serves stands in what is copied, which runs as it is.
    const command = await copied('curl command');
    assert.ok(command.includes(key), 'what is copied is whole');
    assert.match(command, /-d '\{"model":"from-upstream",/);
    await assertAccessible(page);
    await photograph(page, 'setup-4-first-call');
    await tabTo('curl');
    await page.keyboard.press('ArrowRight');
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', await copied('openai snippet')], {
      cwd: repositoryRoot,
      timeout: 60_000,
    });
    assert.match(stdout, /Hello wörld/);
    await page.getByText('The first call arrived').waitFor();
    await page.getByText(/^from-upstream answered: \d+ tokens in, \d+ out\./).waitFor();
    await tabTo('Open the console');
    await page.keyboard.press('Enter');
    await heading('Overview').waitFor();
    stage.visitor.assertQuiet();
  });

  test('the link is worth nothing once it was used', async () => {
    const device = await stage.visitor.openDevice();
    await device.goto(stage.server.ready.setupLink ?? '');
    await device.getByRole('heading', { name: 'This installation is set up' }).waitFor();
    await assertAccessible(device);
    await device.context().close();
  });
});
