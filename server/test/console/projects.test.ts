// Projects in a real browser: made, filled, archived and deleted; one's own for whoever is in one, and nothing for anybody else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { signIn, signOut } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

describe('projects in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await stage.addMember('member', 'mia@acme.example');
    await stage.addMember('viewer', 'vera@acme.example');
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const told = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const loaded = () => until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'all is loaded');
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const cell = (name: string) => page.getByRole('cell', { name });

  async function add(email: string): Promise<void> {
    await page.getByLabel('Add a member', { exact: true }).first().fill(email);
    await page.getByRole('option', { name: new RegExp(email) }).click();
    await button('Add').click();
    await cell(email).waitFor();
  }

  test('where there is none the page says what it is for, and one is made with the keyboard alone', async () => {
    await page.goto(stage.urlOf('/projects'));
    await told('No project yet');
    await loaded();
    await assertUsable(page, 'projects-empty');
    await button('Make a project').first().press('Enter');
    await dialog('Make a project').waitFor();
    await assertUsable(page, 'project-new');
    await page.getByLabel('Name').focus();
    await page.keyboard.type('Phoenix');
    await page.keyboard.press('Enter');
    await heading('Phoenix').waitFor();
    await told('Nobody is in it yet');
    await told('Phoenix is made');
  });

  test('an owner adds members and says who leads; a member’s projects stand beside what they may do', async () => {
    await add('mia@acme.example');
    await add('vera@acme.example');
    const row = page.getByRole('row').filter({ hasText: 'mia@acme.example' });
    await row.getByRole('button', { name: / leads$/ }).click();
    await row.getByText('lead', { exact: true }).waitFor();
    await loaded();
    await assertUsable(page, 'project');
    await page.goto(stage.urlOf('/members'));
    const member = page.getByRole('row').filter({ hasText: 'mia@acme.example' });
    await member.getByRole('button', { name: /^Permissions of / }).click();
    await dialog(/^Permissions of /)
      .getByText('leads it')
      .waitFor();
    await assertUsable(page, 'member-projects');
    await dialog(/^Permissions of /)
      .getByRole('link', { name: 'Phoenix' })
      .click();
    await heading('Phoenix').waitFor();
    stage.visitor.assertQuiet();
  });

  test('several members are taken out at once, after it is told what ends', async () => {
    await page.goto(stage.urlOf('/projects'));
    await page.getByRole('link', { name: 'Phoenix' }).click();
    await cell('vera@acme.example').waitFor();
    await stage.addMember('member', 'bo@acme.example');
    await add('bo@acme.example');
    for (const email of ['vera@acme.example', 'bo@acme.example'])
      await page.getByRole('row').filter({ hasText: email }).getByRole('checkbox').check();
    await told('2 chosen');
    await button('Take them out').click();
    const asked = dialog('Take them out: 2 chosen');
    await asked.getByText(/vera@acme\.example.*bo@acme\.example|bo@acme\.example.*vera@acme\.example/).waitFor();
    await assertUsable(page, 'project-take-out');
    // One of them has gone meanwhile: the other is taken out all the same.
    await stage.query(
      "delete from project_member where user_id = (select user_id from person where email = 'bo@acme.example')",
    );
    await asked.getByRole('button', { name: 'Take them out' }).click();
    await asked.getByText('1 done, 1 refused.').waitFor();
    await asked.getByRole('listitem').filter({ hasText: 'bo@acme.example' }).waitFor();
    await asked.getByRole('button', { name: 'Close', exact: true }).last().click();
    await asked.waitFor({ state: 'detached' });
    await until(async () => (await cell('bo@acme.example').count()) === 0, 'they are gone');
    assert.deepEqual(await stage.query('select count(*)::int as n from project_member'), [{ n: 1 }]);
  });

  test('an archived project stands still, and is deleted from there', async () => {
    await button('Archive').click();
    await dialog('Archive Phoenix?').waitFor();
    await button('Archive the project').click();
    await told('Phoenix is archived');
    await told('The project is archived: nobody is added.');
    await loaded();
    await assertUsable(page, 'project-archived');
    await button('Bring back').click();
    await told('Phoenix is back');
    await button('Archive').waitFor();
    await page.goto(stage.urlOf('/projects'));
    await button('Make a project').first().click();
    await dialog('Make a project').getByLabel('Name').fill('Ashes');
    await button('Make the project').click();
    await heading('Ashes').waitFor();
    await button('Archive').click();
    await button('Archive the project').click();
    await button('Delete').click();
    await dialog('Delete Ashes?').waitFor();
    await button('Delete the project').click();
    await heading('Projects').waitFor();
    await page.getByRole('link', { name: 'Phoenix' }).waitFor();
    await loaded();
    await assertUsable(page, 'projects');
    assert.deepEqual(await stage.query('select name from project'), [{ name: 'Phoenix' }]);
    stage.visitor.assertQuiet();
  });

  test('a lead sees their project alone, adds people, makes no lead, and sees it no more after leaving', async () => {
    await stage.query(
      `insert into project (org_id, id, name, description, created_at)
       select org_id, gen_random_uuid(), 'Elsewhere', '', now() from organization where slug = 'acme'`,
    );
    await signOut(page);
    await signIn(page, stage.urlOf('/sign-in'), 'mia@acme.example');
    await page.goto(stage.urlOf('/projects'));
    await page.getByRole('link', { name: 'Phoenix' }).click();
    await add('vera@acme.example');
    const lead = page
      .getByRole('row')
      .filter({ hasText: 'vera@acme.example' })
      .getByRole('button', { name: / leads$/ });
    assert.equal(await lead.getAttribute('aria-disabled'), 'true');
    await loaded();
    await told('The member is added');
    await lead.hover();
    await page.getByRole('tooltip').filter({ hasText: 'Whoever manages the members of all projects' }).waitFor();
    await button('Leave the project').click();
    await dialog('Leave Phoenix?').getByRole('button', { name: 'Leave the project' }).click();
    await heading('Projects').waitFor();
    await told('No project yet');
    assert.equal(await page.getByText('Elsewhere').count(), 0);
    stage.visitor.assertQuiet();
  });
});
