// What a program that looks at rules cannot see (WCAG 2.2): targets, the focus under the head, narrow screens, wide text, high contrast, motion.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { PAGES } from './all-pages.ts';
import { furnish } from './furnish.ts';
import { signIn } from './people-in-browser.ts';
import { findCut, findHidden, findSmall, findWide, TEXT_SPACING } from './reach.ts';
import { openStage, type Stage } from './stage.ts';
import { noBrowser, photograph } from './visitor.ts';

/** Stops of Tab that are looked at, forth and back. */
const STOPS = 30;

describe('the console for every hand, eye and screen', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await furnish(stage);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  async function open(name: string, path: string, width = 1440, height = 900): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.goto(stage.urlOf(path));
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByRole('button', { name: /your account/i }).waitFor();
    await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
  }

  for (const [name, path] of PAGES) {
    test(`${name}: targets of 24 pixels, whole text at 320 pixels and with wide spacing, the focus in sight`, async () => {
      await open(name, path);
      await photograph(page, `furnished-${name.toLowerCase().replaceAll(/\W+/g, '-')}`);
      // 2.5.8.
      assert.deepEqual(await findSmall(page), [], path);
      // 2.4.7, 2.4.11: each stop of Tab is seen, and not under the head that stays.
      assert.deepEqual(await findHidden(page, STOPS), [], path);
      // 1.4.12: as a reader's own style makes it.
      await page.evaluate(TEXT_SPACING);
      assert.deepEqual(await findCut(page), [], path);
      assert.deepEqual(await findWide(page), [], `${path} with wide text`);
      // 1.4.10: 320 pixels are 1280 at 400 %.
      for (const width of [320, 360]) {
        await open(name, path, width, 640);
        assert.deepEqual(await findWide(page), [], `${path} at ${String(width)}`);
        assert.deepEqual(await findSmall(page), [], `${path} at ${String(width)}`);
      }
    });
  }

  test('with motion reduced nothing moves by itself or on a change', async () => {
    await open('API keys', '/keys');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog').waitFor();
    const moving = await page.evaluate<number>(
      'document.getAnimations().filter(({ effect }) => Number(effect.getComputedTiming().duration) > 1).length',
    );
    assert.equal(moving, 0);
    await page.keyboard.press('Escape');
  });

  test('in forced colors what is chosen, what is wrong and what has the focus differ by more than a color', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await open('API keys', '/keys');
    const chosen = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'API keys' });
    const other = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Members' });
    const [one, two] = await Promise.all([chosen, other].map((link) => link.evaluate(edgeOf)));
    assert.notEqual(one, two);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
    assert.notEqual(outline, 'none');
    await photograph(page, 'forced-colors');
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

/** In the page: what is left of a look where colors are the reader's own. */
function edgeOf(element: unknown): string {
  const read = globalThis as unknown as { getComputedStyle: (of: unknown) => Readonly<Record<string, string>> };
  const style = read.getComputedStyle(element);
  return `${style['borderInlineStartWidth'] ?? ''} ${style['borderInlineStartStyle'] ?? ''} ${style['fontWeight'] ?? ''}`;
}
