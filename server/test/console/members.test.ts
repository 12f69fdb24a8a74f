// People come, change and go, in a real browser: invitations on both sides, roles, suspension, removal, ownership, leaving.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { enterPassword, linkFor, signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

const PASSWORD = 'Choose-another-8!';

describe('members in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let guest: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await stage.addMember('admin', 'ada@acme.example');
    await stage.addMember('member', 'mia@acme.example');
    await signIn(page, stage.urlOf('/sign-in'));
    guest = await stage.visitor.openDevice();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  async function assertAccessibleInBoth(on: Page = page): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await on.emulateMedia({ colorScheme });
      await assertAccessible(on);
    }
  }

  const rowOf = (email: string): Locator => page.getByRole('row').filter({ hasText: email });

  async function invite(email: string, role: string): Promise<void> {
    await page.goto(stage.urlOf('/invitations'));
    await page.getByRole('button', { name: 'Invite somebody' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByLabel('E-mail address').fill(email);
    await dialog.getByRole('radio', { name: role, exact: true }).check();
    await dialog.getByRole('button', { name: 'Send the invitation' }).click();
    await rowOf(email).getByText('open', { exact: true }).waitFor();
  }

  async function manage(email: string, item: string): Promise<void> {
    await page.goto(stage.urlOf('/members'));
    await rowOf(email)
      .getByRole('button', { name: /^Manage/ })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  async function confirm(action: string): Promise<void> {
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  test('somebody is invited, sees what for, makes an account, and is in', async () => {
    await page.goto(stage.urlOf('/members'));
    await page.getByRole('navigation', { name: 'People' }).getByRole('link', { name: 'Invitations' }).click();
    await page.getByText('Nobody was invited').waitFor();
    await page.getByRole('button', { name: 'Invite somebody' }).first().click();
    await page.getByRole('dialog').waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'invite');
    await invite('ina@new.example', 'viewer');
    await assertAccessibleInBoth();
    await photograph(page, 'invitations');
    await guest.goto(await linkFor(stage, 'ina@new.example'));
    await assertAccessibleInBoth(guest);
    await guest.getByRole('button', { name: 'Look at the invitation' }).click();
    await guest.getByRole('heading', { name: 'Join Acme' }).waitFor();
    await assertAccessibleInBoth(guest);
    await photograph(guest, 'invitation');
    await guest.getByLabel('Your name').fill('Ina Invited');
    await guest.getByRole('textbox', { name: 'Password' }).fill('password');
    await guest.getByRole('button', { name: 'Make the account and accept' }).click();
    await guest.getByText(/is shorter than 12 characters/).waitFor();
    await guest.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await guest.getByRole('button', { name: 'Make the account and accept' }).click();
    await guest.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.reload();
    await rowOf('ina@new.example').getByText('accepted').waitFor();
    stage.visitor.assertQuiet();
  });

  test('whoever is signed in with another address signs out first, and comes in with the account they have', async () => {
    await stage.query(
      `delete from member where user_id = (select user_id from person where email = 'mia@acme.example')`,
    );
    await invite('mia@acme.example', 'member');
    await guest.goto(await linkFor(stage, 'mia@acme.example'));
    await guest.getByRole('button', { name: 'Look at the invitation' }).click();
    await guest.getByText('You are signed in as ina@new.example').waitFor();
    await assertAccessible(guest);
    await guest.getByRole('button', { name: 'Sign out, and go on' }).click();
    await guest.getByRole('textbox', { name: 'Password of your account' }).fill(OWNER.password);
    await assertAccessible(guest);
    await guest.getByRole('button', { name: 'Accept', exact: true }).click();
    await guest.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('an invitation is sent again with a new link, and canceled', async () => {
    await invite('nobody@new.example', 'viewer');
    const old = await linkFor(stage, 'nobody@new.example');
    await rowOf('nobody@new.example').getByRole('button', { name: 'Send again' }).click();
    await page.getByText('A new link is on its way').waitFor();
    assert.notEqual(await linkFor(stage, 'nobody@new.example'), old);
    await rowOf('nobody@new.example').getByRole('button', { name: 'Cancel' }).click();
    await confirm('Cancel the invitation');
    await rowOf('nobody@new.example').getByText('canceled', { exact: true }).waitFor();
    await guest.goto(await linkFor(stage, 'nobody@new.example'));
    await guest.reload();
    await guest.getByRole('button', { name: 'Look at the invitation' }).click();
    await guest.getByText('It was canceled.').waitFor();
  });

  test('a role is changed, somebody is suspended, let in again and removed, and the page says what ended', async () => {
    await manage('mia@acme.example', 'Change the role');
    const dialog = page.getByRole('dialog', { name: 'Another role for A member' });
    await dialog.getByRole('radio', { name: 'viewer', exact: true }).check();
    await assertAccessibleInBoth();
    await photograph(page, 'change-role');
    await dialog.getByRole('button', { name: 'Change the role' }).click();
    await page.getByText('A member is viewer now. 1 session ended.').waitFor();
    await manage('mia@acme.example', 'Suspend');
    await assertAccessibleInBoth();
    await confirm('Suspend');
    await rowOf('mia@acme.example').getByText('suspended', { exact: true }).waitFor();
    await manage('mia@acme.example', 'Let in again');
    await confirm('Let in again');
    await manage('mia@acme.example', 'Remove');
    await photograph(page, 'remove-member');
    await confirm('Remove');
    await rowOf('mia@acme.example').waitFor({ state: 'detached' });
    stage.visitor.assertQuiet();
  });

  test('an admin is offered no more than an admin may do, and is told why', async () => {
    await guest.context().clearCookies();
    await signIn(guest, stage.urlOf('/sign-in'), 'ada@acme.example');
    await guest.goto(stage.urlOf('/invitations'));
    await guest.getByRole('button', { name: 'Invite somebody' }).first().click();
    const owner = guest.getByRole('radio', { name: 'owner', exact: true });
    assert.equal(await owner.isDisabled(), true);
    await guest.getByText('Only owners make owners.').waitFor();
    await assertAccessibleInBoth(guest);
    await guest.goto(stage.urlOf('/members'));
    const row = guest.getByRole('row').filter({ hasText: OWNER.email });
    await row.getByRole('button', { name: /^Manage/ }).click();
    const remove = guest.getByRole('menuitem', { name: 'Remove' });
    assert.equal(await remove.getAttribute('aria-disabled'), 'true');
    await remove.focus();
    await guest.keyboard.press('Enter');
    assert.equal(await guest.getByRole('dialog').count(), 0);
    await assertAccessibleInBoth(guest);
    stage.visitor.assertQuiet();
  });

  test('the ownership is offered, accepted, and both sign in again', async () => {
    await manage('ada@acme.example', 'Offer the ownership');
    await assertAccessibleInBoth();
    await page.getByRole('dialog').getByRole('button', { name: 'Offer it' }).click();
    await page.getByText('The ownership is offered to A admin').waitFor();
    await assertAccessibleInBoth();
    await photograph(page, 'ownership-offer');
    await guest.goto(stage.urlOf('/members'));
    await guest.getByText('Olga Owner offers you the ownership').waitFor();
    await assertAccessibleInBoth(guest);
    await guest.getByRole('button', { name: 'Accept', exact: true }).click();
    await guest.getByRole('dialog').getByRole('button', { name: 'Become the owner' }).click();
    await enterPassword(guest, 'ada@acme.example');
    await page.goto(stage.urlOf('/members'));
    await enterPassword(page);
    await rowOf('ada@acme.example').getByText('owner', { exact: true }).waitFor();
    await rowOf(OWNER.email).getByText('admin', { exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('somebody leaves on the page of their account, and is at the door', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('button', { name: 'Leave Acme' }).click();
    await page.getByRole('dialog', { name: 'Leave Acme?' }).waitFor();
    await assertAccessibleInBoth();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText(/^You have left Acme\. \d+ sessions? ended\.$/).waitFor();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });
});
