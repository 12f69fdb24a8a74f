// What is done is said: every change of a page has words for it or a reason for none, and the words can be read by everybody.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { listFiles } from '../../../tools/lib/list-files.ts';
import { repositoryRoot } from '../../../tools/lib/repository.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

/** The words between the brackets of each `useMutation(…)`. */
function mutationsIn(source: string): readonly string[] {
  return source
    .split(/\buseMutation\(/)
    .slice(1)
    .map((rest) => {
      let depth = 1;
      let at = 0;
      while (depth > 0 && at < rest.length) {
        if (rest[at] === '(') depth += 1;
        if (rest[at] === ')') depth -= 1;
        at += 1;
      }
      return rest.slice(0, at);
    });
}

const isSilent = (mutation: string): boolean => !/\bmeta: \{ done\b/.test(mutation);

describe('words about what is done, in the sources of the console', () => {
  test('every change says what is said when it is done, or that the page itself shows it', () => {
    const files = listFiles(repositoryRoot, 'console/src', (path) => /\.tsx?$/.test(path));
    const found = files.flatMap((path) =>
      mutationsIn(readFileSync(join(repositoryRoot, path), 'utf8')).map((mutation) => ({ path, mutation })),
    );
    assert.ok(found.length > 20);
    assert.deepEqual(
      found.filter(({ mutation }) => isSilent(mutation)).map(({ path, mutation }) => `${path}: ${mutation}`),
      [],
    );
  });

  test('the net finds a change that ends silently', () => {
    const found = mutationsIn(
      "useMutation({ mutationFn: () => f(1) }); useMutation({ mutationFn: f, meta: { done: 'x' } })",
    );
    assert.deepEqual(found.map(isSilent), [true, false]);
  });
});

describe('words about what is done, in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('a change that is saved is said in a live region that was there before', async () => {
    await page.goto(stage.urlOf('/sign-in-policy'));
    const region = page.getByRole('log', { name: 'What was done' });
    await region.waitFor({ state: 'attached' });
    assert.equal(await region.getAttribute('aria-live'), 'polite');
    assert.equal(await region.textContent(), '');
    await page.getByLabel('Name of the organization').fill('Acme Two');
    await page.getByRole('button', { name: 'Rename' }).click();
    await region.getByText('The organization is renamed').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page);
    }
    await photograph(page, 'toast');
    stage.visitor.assertQuiet();
  });

  test('a text that is copied is said, and where a browser refuses it is selected instead', async () => {
    await page.goto(stage.urlOf('/design'));
    const region = page.getByRole('log', { name: 'What was done' });
    const copy = page.getByRole('button', { name: /^Cop(y|ied) sample key$/ });
    const key = (await page.getByLabel('sample key', { exact: true }).textContent()) ?? '';
    assert.match(key, /^hf_live_[0-9a-f]{64}$/);
    // As a page that came without TLS has it.
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await copy.click();
    await region.getByText('the sample key is selected').waitFor();
    assert.equal(await page.evaluate<string>('String(window.getSelection())'), key);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.reload();
    await copy.click();
    await region.getByText('The sample key is copied').waitFor();
    assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), key);
    stage.visitor.assertQuiet();
  });

  test('words stay while the keyboard or a pointer is on them, go by themselves after, and can be sent away', async () => {
    await page.clock.install();
    await page.goto(stage.urlOf('/design'));
    const region = page.getByRole('log', { name: 'What was done' });
    const words = region.getByText('Something is done');
    const button = page.getByRole('button', { name: 'Say what is done' });
    await button.click();
    await words.waitFor();
    await page.clock.runFor(6_000);
    assert.equal(await words.count(), 1, 'six seconds are not enough for everybody');
    await words.hover();
    await page.clock.runFor(60_000);
    assert.equal(await words.count(), 1, 'a pointer holds them');
    await page.mouse.move(0, 0);
    await page.clock.runFor(60_000);
    await words.waitFor({ state: 'detached' });
    await button.click();
    const dismiss = region.getByRole('button', { name: 'Dismiss: Something is done' });
    await dismiss.focus();
    await page.clock.runFor(60_000);
    assert.equal(await words.count(), 1, 'the keyboard holds them');
    await page.keyboard.press('Enter');
    await words.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement?.id'), 'main');
    stage.visitor.assertQuiet();
  });
});
