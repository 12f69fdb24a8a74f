// Pages that stand still: with slow replies each has its head and a skeleton at once, and nothing moves when its content comes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { PAGES } from './all-pages.ts';
import { faultsOf, paceOf, recordFrames, takeFrames, untilHeaded } from './frames.ts';
import { furnish } from './furnish.ts';
import { holdReplies, slowDown } from './held-replies.ts';
import { collectShifts, findMoved, placesOf, takeShifts } from './layout-shift.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { noBrowser } from './visitor.ts';

/** Cumulative, of a whole visit, also right after an input; the Core Web Vitals call 0.1 good. */
const SHIFT_MAX = 0.05;
const WIDTHS = [1440, 390] as const;
const BEFORE_THE_DOOR = [
  ['Sign in', '/sign-in'],
  ['This installation is set up', '/setup'],
  ['Set a new password', '/account/forgotten'],
  ['Set a new password', '/account/reset-password#token=x'],
  ['Confirm your address', '/account/verify-email#token=x'],
  ['Confirm the change of your address', '/account/confirm-email#token=x'],
] as const;

describe('pages that stand still', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await furnish(stage);
    await collectShifts(page);
    await recordFrames(page);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  /** Grey for those who see, and a word for those who do not. */
  async function assertWaiting(): Promise<void> {
    await page.locator('main [aria-busy=true]').first().waitFor();
    const main = page.getByRole('main');
    const said = main.getByRole('status', { name: 'Loading' }).or(main.getByRole('status').getByText('Loading'));
    await said.first().waitFor();
  }
  const loaded = () =>
    until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');

  async function assertStill(): Promise<string> {
    const shifts = await takeShifts(page);
    const sum = shifts.reduce((before, { value }) => before + value, 0);
    const told = shifts.map(({ value, sources }) => `${value.toFixed(4)} ${sources.join(' | ')}`).join('\n');
    assert.ok(sum <= SHIFT_MAX, `${sum.toFixed(4)} moved:\n${told}`);
    return `layout shift ${sum.toFixed(4)}`;
  }

  for (const [name, path] of PAGES) {
    for (const width of WIDTHS) {
      test(`${name} at ${String(width)} pixels has head and skeleton while its replies are held back, and nothing moves when they come`, async (t) => {
        await page.setViewportSize({ width, height: 900 });
        await using held = await holdReplies(page);
        await page.goto(stage.urlOf(path), { waitUntil: 'commit' });
        await heading(name).waitFor();
        await assertWaiting();
        const nobody = await placesOf(page);
        assert.ok(nobody.has(`H1 ${name}`), 'the head is looked at');
        held.releaseOne('/api/v1/session');
        await until(async () => held.waiting().length > 0, 'the page asks');
        await assertWaiting();
        const somebody = await placesOf(page);
        assert.deepEqual(findMoved(nobody, somebody), []);
        held.release();
        await loaded();
        assert.deepEqual(findMoved(somebody, await placesOf(page)), []);
        t.diagnostic(await assertStill());
      });

      test(`${name} at ${String(width)} pixels is never bare and stands still while replies come late, one after the other`, async (t) => {
        await page.setViewportSize({ width, height: 900 });
        await using slow = await slowDown(page, { firstMs: 200, nextMs: 120, begun: () => untilHeaded(page) });
        void slow;
        await page.goto(stage.urlOf(path));
        await heading(name).waitFor();
        await loaded();
        t.diagnostic(await assertStill());
        const frames = await takeFrames(page);
        assert.deepEqual(faultsOf(frames, name), []);
        t.diagnostic(paceOf(frames));
      });
    }
  }

  test('going from page to page in the console moves nothing that stays, and shows no bare page', async (t) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(stage.urlOf('/account'));
    await loaded();
    for (const [name] of PAGES) {
      await using held = await holdReplies(page);
      await takeShifts(page);
      await takeFrames(page);
      const menu = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });
      await menu.focus();
      await page.keyboard.press('Enter');
      await heading(name).waitFor();
      const before = await placesOf(page);
      held.release();
      await loaded();
      assert.deepEqual(findMoved(before, await placesOf(page)), [], name);
      const bare = (await takeFrames(page)).filter((frame) => frame.heading === '');
      assert.deepEqual(bare, [], name);
      t.diagnostic(`${name}: ${await assertStill()}`);
    }
  });

  for (const [name, path] of BEFORE_THE_DOOR) {
    test(`${path.split('#')[0] ?? ''} has a head and stands still, though nobody is signed in and replies are late`, async (t) => {
      const device = await stage.visitor.openDevice();
      await collectShifts(device);
      await recordFrames(device);
      for (const width of WIDTHS) {
        await device.setViewportSize({ width, height: 900 });
        await using slow = await slowDown(device, { firstMs: 200, nextMs: 120 });
        void slow;
        await device.goto('about:blank');
        await device.goto(stage.urlOf(path));
        await device.getByRole('heading', { name, level: 1 }).waitFor();
        await until(async () => (await device.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
        const shifts = await takeShifts(device);
        const sum = shifts.reduce((before, { value }) => before + value, 0);
        assert.ok(sum <= SHIFT_MAX, JSON.stringify(shifts));
        const frames = await takeFrames(device);
        const first = frames.findIndex((frame) => frame.heading !== '');
        const wrong = frames.slice(first).filter((frame) => frame.heading !== name && !frame.isBusy);
        assert.deepEqual(wrong, []);
        t.diagnostic(`${String(width)}: layout shift ${sum.toFixed(4)}, ${paceOf(frames)}`);
      }
      await device.context().close();
    });
  }
});
