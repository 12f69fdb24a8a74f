// Roles and teams in a real browser: made of permissions, given, explained, previewed before they change, and kept from whom they are beyond.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { signIn, signOut } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

const MANAGE = 'security_configuration:manage';

describe('roles and teams in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await stage.addMember('viewer', 'vera@acme.example');
    await stage.addMember('admin', 'ada@acme.example');
    await stage.addMember('member', 'mia@acme.example');
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const told = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const loaded = () => until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'all is loaded');
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });

  async function chooseOption(field: string, option: RegExp): Promise<void> {
    await page
      .getByRole('combobox', { name: field })
      .or(page.getByRole('textbox', { name: field }))
      .click();
    await page.getByRole('option', { name: option }).click();
  }

  async function explain(email: string): Promise<void> {
    await page.goto(stage.urlOf('/members'));
    const row = page.getByRole('row').filter({ hasText: email });
    await row.getByRole('button', { name: /^Permissions of / }).click();
    await dialog(/^Permissions of /).waitFor();
    await loaded();
  }

  test('where there is none the page says what to do first, and shows what the built-in roles hold', async () => {
    await page.goto(stage.urlOf('/roles'));
    await told('No role of yours yet');
    await loaded();
    await assertUsable(page, 'roles-empty');
    await button('What it holds: viewer').click();
    await dialog('What viewer holds').getByText('organization:read').waitFor();
    await assertUsable(page, 'role-built-in');
    await page.keyboard.press('Escape');
  });

  test('an owner makes a role with the keyboard alone', async () => {
    await button('Make a role').first().press('Enter');
    await heading('New role').waitFor();
    await loaded();
    await assertUsable(page, 'role-new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await page.keyboard.type('Auditors');
    await page.getByRole('checkbox', { name: 'audit:read' }).press('Space');
    await told('1 permission chosen');
    await page.getByRole('textbox', { name: 'Name', exact: true }).press('Enter');
    await heading('Roles').waitFor();
    await page.getByRole('link', { name: 'Auditors' }).waitFor();
    await told('Auditors is made');
  });

  test('a role is given to a member, and what they may do is told with the reason', async () => {
    await explain('vera@acme.example');
    const cell = page.getByRole('row', { name: /^audit:read/ });
    assert.equal(await cell.count(), 0);
    await chooseOption('Give a role', /^Auditors$/);
    await button('Give').click();
    await page.getByRole('row', { name: 'audit:read everything role “Auditors”' }).waitFor();
    await page.getByRole('row', { name: 'organization:read everything role viewer' }).waitFor();
    await assertUsable(page, 'member-permissions');
    stage.visitor.assertQuiet();
  });

  test('before the built-in role of a member changes, the roles they keep are named', async () => {
    await page.goto(stage.urlOf('/members'));
    for (const [email, kept] of [
      ['vera@acme.example', 1],
      ['mia@acme.example', 0],
    ] as const) {
      const row = page.getByRole('row').filter({ hasText: email });
      await row.getByRole('button', { name: /^Manage / }).click();
      await page.getByRole('menuitem', { name: 'Change the role' }).click();
      const asked = dialog(/^Another role for /);
      await asked.getByRole('radio', { name: 'viewer', exact: true }).waitFor();
      await loaded();
      if (kept > 0) await asked.getByText('They keep roles of the organization: Auditors.').waitFor();
      assert.equal(await asked.getByText('They keep roles').count(), kept);
      if (kept > 0) await assertUsable(page, 'change-role-kept');
      await page.keyboard.press('Escape');
      await asked.waitFor({ state: 'detached' });
    }
    stage.visitor.assertQuiet();
  });

  test('before a role changes it is told who gains and who loses what; turning away changes nothing', async () => {
    await page.goto(stage.urlOf('/roles'));
    await button('Change Auditors').click();
    await heading('Role').waitFor();
    await page.getByRole('checkbox', { name: 'audit:read' }).uncheck();
    await page.getByRole('checkbox', { name: 'usage:read' }).check();
    await button('Save').click();
    const asked = dialog('Change Auditors?');
    await asked.getByRole('row', { name: /vera@acme\.example\s+usage:read\s+audit:read/ }).waitFor();
    await assertUsable(page, 'role-preview');
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    assert.deepEqual(await stage.query(`select permissions::text from custom_role where name = 'Auditors'`), [
      { permissions: '{audit:read}' },
    ]);
    await button('Save').click();
    await asked.getByRole('button', { name: 'Change the role' }).click();
    await heading('Roles').waitFor();
    await told('Auditors is changed, and holds');
    assert.deepEqual(await stage.query(`select permissions::text from custom_role where name = 'Auditors'`), [
      { permissions: '{usage:read}' },
    ]);
  });

  test('a team is made, filled and given a role that everybody in it holds, until it is taken', async () => {
    await page.goto(stage.urlOf('/teams'));
    await told('No team yet');
    await assertUsable(page, 'teams-empty');
    await button('Make a team').first().click();
    await dialog('Make a team').getByLabel('Name').fill('Night shift');
    await button('Make the team').click();
    await heading('Night shift').waitFor();
    await told('Nobody is in it yet');
    await page.getByRole('textbox', { name: 'Add a member' }).or(page.getByRole('combobox')).first().waitFor();
    await page.getByLabel('Add a member', { exact: true }).first().fill('mia@');
    await page.getByRole('option', { name: /mia@acme\.example/ }).click();
    await button('Add').click();
    await page.getByRole('cell', { name: 'mia@acme.example' }).waitFor();
    await button('A member leads').click();
    await button('A member no longer leads').waitFor();
    await chooseOption('Give a role', /^Auditors$/);
    await button('Give').click();
    await button('Take Auditors').waitFor();
    await loaded();
    await assertUsable(page, 'team');
    await explain('mia@acme.example');
    await page.getByRole('row', { name: /^usage:read everything role “Auditors” of team “Night shift”/ }).waitFor();
    await told('by the team Night shift');
    await page.goto(stage.urlOf('/teams'));
    await page.getByRole('link', { name: 'Night shift' }).waitFor();
    await loaded();
    await assertUsable(page, 'teams');
    stage.visitor.assertQuiet();
  });

  test('a role is deleted after it is told for whom it ends', async () => {
    await page.goto(stage.urlOf('/roles'));
    await button('Delete Auditors').click();
    await dialog('Delete Auditors?').getByText('1 member and 1 team have it.').waitFor();
    await assertUsable(page, 'role-delete');
    await button('Delete the role').click();
    await told('No role of yours yet');
    assert.deepEqual(await stage.query('select 1 from member_role union all select 1 from team_role'), []);
  });

  test('an admin sees what is beyond them, disabled and with the reason', async () => {
    await page.goto(stage.urlOf('/roles/role'));
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Gatekeepers');
    await page.getByRole('checkbox', { name: MANAGE }).check();
    await button('Make the role').click();
    await page.getByRole('link', { name: 'Gatekeepers' }).waitFor();
    await signOut(page);
    await signIn(page, stage.urlOf('/sign-in'), 'ada@acme.example');
    await page.goto(stage.urlOf('/roles'));
    const change = button('Change Gatekeepers');
    await until(async () => (await change.getAttribute('aria-disabled')) === 'true', 'it is disabled');
    await change.focus();
    await page
      .getByRole('tooltip')
      .filter({ hasText: `It holds ${MANAGE}, which you do not.` })
      .waitFor();
    await assertUsable(page, 'roles-beyond');
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).pathname, '/roles');
    await page.getByRole('link', { name: 'Gatekeepers' }).click();
    await told('You can look at it, and not change it');
    await assertUsable(page, 'role-beyond');
    await page.goto(stage.urlOf('/roles/role'));
    const box = page.getByRole('checkbox', { name: MANAGE });
    await box.waitFor();
    assert.equal(await box.isDisabled(), true);
    assert.equal(await page.getByRole('checkbox', { name: 'audit:read' }).isDisabled(), false);
    await told('You do not hold it, so you cannot put it into a role.');
    await explain('vera@acme.example');
    await page.getByLabel('Give a role', { exact: true }).first().click();
    const option = page.getByRole('option', { name: 'Gatekeepers (holds more than you do)' });
    await option.waitFor();
    assert.notEqual(await option.getAttribute('data-combobox-disabled'), null);
    stage.visitor.assertQuiet();
  });
});
