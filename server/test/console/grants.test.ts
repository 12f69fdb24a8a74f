// Granting a provider, in a real browser: to a member, changed, ended; and what it is to who was granted it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { connectUpstream } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { linkFor, signIn } from './people-in-browser.ts';
import { seeReason } from './reasons.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { assertAccessible, noBrowser, openVisitor, photograph } from './visitor.ts';

describe('grants in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let owner: Page;

  before(async () => {
    stage = await openStage();
    owner = stage.visitor.page;
    await connectUpstream(stage.caller, await stage.found(), stage.upstream.port);
    await stage.addMember('viewer', 'vera@acme.example');
    await signIn(owner, stage.urlOf('/sign-in'), 'olga@acme.example');
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('an owner grants a provider to a member, and the dialog says who has it', async () => {
    await owner.goto(stage.urlOf('/providers'));
    await owner.getByRole('button', { name: /^Access to/ }).click();
    const dialog = owner.getByRole('dialog');
    await dialog.getByText('Nobody was granted it').waitFor();
    await dialog.getByRole('combobox', { name: 'As' }).selectOption('editor');
    await dialog.getByRole('combobox', { name: 'Which one' }).fill('vera');
    await owner.getByRole('option', { name: /vera@acme\.example/ }).click();
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await dialog.getByRole('row', { name: /editor/ }).waitFor();
    await assertAccessible(owner);
    await photograph(owner, 'access-to-a-provider');
  });

  test('a grant ends with the day that was chosen, today too, and a day that has passed is told as that', async () => {
    const dialog = owner.getByRole('dialog');
    const end = dialog.getByLabel(/^Until the end of/);
    await dialog.getByRole('combobox', { name: 'Which one' }).fill('vera');
    await owner.getByRole('option', { name: /vera@acme\.example/ }).click();
    await dialog.getByRole('combobox', { name: 'As' }).selectOption('editor');
    await end.fill('2001-01-01');
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await dialog.getByText('A grant cannot end then').waitFor();
    await assertUsable(owner, 'access-unfit-end');
    const today = await owner.evaluate(() => new Date().toLocaleDateString('sv'));
    await end.fill(today);
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await dialog.getByText('A grant cannot end then').waitFor({ state: 'detached' });
    await until(async () => (await endOfGrant()) === (await endOfDay(today)), 'the grant ends with the day');
    await dialog.getByRole('button', { name: /^Edit the grant to A viewer/ }).click();
    const edit = owner.getByRole('dialog', { name: /^What A viewer may do with/ });
    await edit.getByLabel(/^Until the end of/).fill(dayAfter(today));
    await assertUsable(owner, 'edit-grant');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    assert.equal(await endOfGrant(), await endOfDay(dayAfter(today)));
    await dialog.getByRole('button', { name: /^Edit the grant to A viewer/ }).click();
    await edit.getByLabel(/^Until the end of/).fill('');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    assert.equal(await endOfGrant(), null);
    stage.visitor.assertQuiet();
  });

  /** When the one grant there is ends, as the database has it. */
  async function endOfGrant(): Promise<string | null> {
    const [row] = await stage.query(`select (extract(epoch from expires_at) * 1000)::float8 as at from object_grant`);
    return typeof row?.['at'] === 'number' ? new Date(row['at']).toISOString() : null;
  }
  const endOfDay = (day: string): Promise<string> =>
    owner.evaluate((text) => new Date(`${text}T23:59:59.999`).toISOString(), day);
  const dayAfter = (day: string): string =>
    new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

  test('who was granted it finds it under what is shared with them, and may do what the level says and no more', async () => {
    await using visitor = await openVisitor();
    const { page } = visitor;
    await signIn(page, stage.urlOf('/sign-in'), 'vera@acme.example');
    await page.goto(stage.urlOf('/shared'));
    await page.getByRole('row', { name: /provider.*editor.*you/i }).waitFor();
    await assertAccessible(page);
    await photograph(page, 'shared-with-a-viewer');
    await page.goto(stage.urlOf('/providers'));
    const [change, remove] = [/^Change /, /^Remove /].map((name) => page.getByRole('button', { name }));
    assert.ok(change !== undefined && remove !== undefined);
    await page.locator('button:not([aria-disabled="true"])', { hasText: 'Change' }).waitFor();
    assert.equal(await remove.getAttribute('aria-disabled'), 'true');
    await change.click();
    await page.getByRole('dialog', { name: /^Change / }).waitFor();
    visitor.assertQuiet();
  });

  test('a member’s page says what they were granted, and by which way', async () => {
    await owner.goto(stage.urlOf('/members'));
    const row = owner.getByRole('row').filter({ hasText: 'vera@acme.example' });
    await row.getByRole('button', { name: /^Permissions of / }).click();
    const dialog = owner.getByRole('dialog', { name: /^Permissions of / });
    await dialog.getByText('provider, as editor, granted to themselves, without end').waitFor();
    await assertUsable(owner, 'member-permissions-granted');
  });

  test('whoever sees grants and may not change them reads why', async () => {
    await stage.query(`insert into custom_role (org_id, id, name, description, permissions, created_at)
      select org_id, gen_random_uuid(), 'reads grants', '', '{grant:read}', now() from organization where slug = 'acme'`);
    await stage.addMember('viewer', 'rita@acme.example');
    await stage.query(`insert into member_role (org_id, member_id, role_id, given_at)
      select custom_role.org_id, member.id, custom_role.id, now() from custom_role, member join person on person.user_id = member.user_id
       where person.email = 'rita@acme.example' and custom_role.name = 'reads grants'`);
    await using visitor = await openVisitor();
    const { page } = visitor;
    await signIn(page, stage.urlOf('/sign-in'), 'rita@acme.example');
    await page.goto(stage.urlOf('/grants'));
    for (const name of [/^Edit the grant/, /^End the grant/]) {
      const button = page.getByRole('button', { name });
      await button.and(page.locator('[aria-disabled="true"]')).waitFor();
      await button.focus();
      await seeReason(page, /does not include grant:end/);
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('dialog').count(), 0);
    }
    visitor.assertQuiet();
  });

  test('grants are found on their page, changed and ended there, several at once too', async () => {
    await owner.goto(stage.urlOf('/grants'));
    const row = owner.getByRole('row', { name: /A viewer/ });
    await row.getByRole('button', { name: /^Edit the grant/ }).click();
    const edit = owner.getByRole('dialog', { name: /^What A viewer may do with/ });
    assert.equal(await edit.getByRole('button', { name: 'Save' }).isDisabled(), true, 'nothing is changed yet');
    await edit.getByRole('combobox', { name: 'As' }).selectOption('manager');
    await edit.getByRole('button', { name: 'Save' }).click();
    await owner.getByText('The grant is changed').waitFor();
    await row.getByText('manager', { exact: true }).waitFor();
    await assertAccessible(owner);
    await photograph(owner, 'grants');
    await row.getByRole('checkbox').check();
    await owner.getByRole('button', { name: 'End them' }).click();
    await owner.getByRole('dialog').getByRole('button', { name: 'End them' }).click();
    await owner.getByRole('dialog').getByText('1 done.').waitFor();
    await owner.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await owner.getByText('Nothing is granted').waitFor();
    stage.visitor.assertQuiet();
  });

  test('an owner shares a provider with somebody from elsewhere, who comes as a guest and sees nothing else', async () => {
    await owner.goto(stage.urlOf('/providers'));
    await owner.getByRole('button', { name: /^Access to/ }).click();
    const dialog = owner.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Grant it to' }).selectOption('guest');
    await dialog.getByRole('textbox', { name: 'E-mail address' }).fill('gus@elsewhere.example');
    await dialog.getByText('They come as a guest').waitFor();
    await assertUsable(owner, 'share-with-a-guest');
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await owner.getByText('gus@elsewhere.example is invited').waitFor();
    await owner.goto(stage.urlOf('/invitations'));
    await owner.getByRole('row', { name: /gus@elsewhere\.example.*guest.*\(viewer\).*open/i }).waitFor();
    await using visitor = await openVisitor();
    const { page } = visitor;
    await page.goto(await linkFor(stage, 'gus@elsewhere.example'));
    await page.getByRole('button', { name: 'Look at the invitation' }).click();
    await page.getByRole('heading', { name: 'Something is shared with you' }).waitFor();
    await page.getByText('model provider, with the level').waitFor();
    await assertUsable(page, 'guest-invitation');
    await page.getByRole('textbox', { name: 'Your name' }).fill('Gus Guest');
    await page.getByRole('textbox', { name: 'Password' }).fill('Choose-another-8!');
    await page.keyboard.press('Enter');
    await page.getByText('You are a guest here').waitFor();
    const menu = page.getByRole('navigation', { name: 'Pages' });
    await until(async () => (await menu.getByRole('link').count()) > 1, 'the menu is there');
    assert.deepEqual(await menu.getByRole('link').allTextContents(), ['Overview', 'Shared with you', 'Your account']);
    await page.getByRole('link', { name: 'Shared with you' }).first().click();
    await page.getByRole('row', { name: /provider.*viewer.*you/i }).waitFor();
    await assertUsable(page, 'shared-with-a-guest');
    await page.getByRole('row').getByRole('link').click();
    await page.getByRole('button', { name: /^Change / }).waitFor();
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByRole('alert').count(), 0, 'nothing of the account is refused to a guest');
    visitor.assertQuiet();
  });

  test('a guest is offered no level that the server refuses, in giving and in changing', async () => {
    await owner.goto(stage.urlOf('/providers'));
    await owner.getByRole('button', { name: /^Access to/ }).click();
    const dialog = owner.getByRole('dialog', { name: /^Access to/ });
    const levels = (on: Locator): Promise<readonly string[]> =>
      on.getByRole('combobox', { name: 'As' }).locator('option').allTextContents();
    assert.deepEqual(await levels(dialog), ['viewer', 'editor', 'manager']);
    await dialog.getByRole('combobox', { name: 'Which one' }).fill('gus@');
    await owner.getByRole('option', { name: /gus@elsewhere\.example/ }).click();
    await until(async () => (await levels(dialog)).length === 2, 'no manager to give');
    await dialog.getByRole('button', { name: /^Edit the grant to Gus Guest/ }).click();
    const edit = owner.getByRole('dialog', { name: /^What Gus Guest may do with/ });
    await edit.getByText('They are a guest, who manages nothing.').waitFor();
    assert.deepEqual(await levels(edit), ['viewer', 'editor']);
    stage.visitor.assertQuiet();
  });
});
