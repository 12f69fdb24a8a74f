// What somebody may not do, in a real browser: the button is there, does nothing, and tells the keyboard why.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { signIn } from './people-in-browser.ts';
import { seeReason } from './reasons.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser, openVisitor } from './visitor.ts';

describe('what somebody may not do, in a browser', { skip: noBrowser }, () => {
  let stage: Stage;

  before(async () => {
    stage = await openStage();
    const cookie = await stage.found();
    for (const name of ['ada', 'abe']) await stage.addMember('admin', `${name}@acme.example`);
    const listed = await stage.caller.call('GET', '/api/v1/members?search=ada', { cookie });
    const { items } = JSON.parse(listed.text) as { readonly items: readonly { readonly id: string }[] };
    const body = { name: 'Quarter', reviewers: items.map(({ id }) => id) };
    const started = await stage.caller.call('POST', '/api/v1/access-reviews', { cookie, body });
    assert.equal(started.status, 201, started.text);
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** Reached by the keyboard, which hears why and opens nothing. */
  async function assertRefused(page: Page, button: Locator, why: RegExp): Promise<void> {
    await button.and(page.locator('[aria-disabled="true"]')).waitFor();
    await button.focus();
    // Come to by the keyboard: what the pointer did before counts no more.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await seeReason(page, why);
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.mouse.move(0, 0);
  }
  async function openReview(page: Page, email: string): Promise<void> {
    await signIn(page, stage.urlOf('/sign-in'), email);
    await page.goto(stage.urlOf('/reviews'));
    await page.getByRole('link', { name: 'Quarter' }).click();
    await page.getByRole('table', { name: 'Items' }).getByText('Olga Owner').first().waitFor();
  }

  test('whoever reads a review and is no reviewer decides nothing in it', async () => {
    await using visitor = await openVisitor();
    const { page } = visitor;
    await openReview(page, 'abe@acme.example');
    for (const name of [/^Keep owner of Olga Owner/, /^Revoke owner of Olga Owner/])
      await assertRefused(page, page.getByRole('button', { name }), /You are no reviewer of it/);
    await page.getByRole('checkbox', { name: 'Choose all of Items' }).check();
    await assertRefused(page, page.getByRole('button', { name: /^Keep \d+$/ }), /You are no reviewer of it/);
    await assertUsable(page, 'review-as-a-reader');
    visitor.assertQuiet();
  });

  test('a reviewer decides about others, and not about their own access', async () => {
    await using visitor = await openVisitor();
    const { page } = visitor;
    await openReview(page, 'ada@acme.example');
    const own = page.getByRole('row').filter({ hasText: 'your own' });
    await assertRefused(page, own.getByRole('button', { name: /^Revoke / }).first(), /your own access/);
    const others = page
      .getByRole('row')
      .filter({ hasText: OWNER.name })
      .getByRole('button', { name: /^Keep / })
      .first();
    await others.and(page.locator(':not([aria-disabled="true"])')).waitFor();
    await others.click();
    await page.getByRole('dialog', { name: 'Keep this access?' }).waitFor();
    visitor.assertQuiet();
  });

  test('whoever may not change the network rules reads them all the same, and hears why', async () => {
    await using visitor = await openVisitor();
    const { page } = visitor;
    await signIn(page, stage.urlOf('/sign-in'), 'abe@acme.example');
    await page.goto(stage.urlOf('/networks'));
    const list = page.getByRole('textbox', { name: 'Console', exact: true });
    // The keyboard reads it.
    await list.focus();
    await list.and(page.locator(':focus')).waitFor();
    assert.equal(await list.isEditable(), false);
    await assertRefused(page, page.getByRole('button', { name: 'Save', exact: true }), /does not include/);
    await assertUsable(page, 'networks-as-a-reader');
    visitor.assertQuiet();
  });
});
