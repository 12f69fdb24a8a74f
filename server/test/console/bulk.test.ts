// Acting upon several rows, in a real browser: each by the operation of its own row, and what was refused is told with the reason.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

describe('several rows in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    const cookie = await stage.found();
    for (const name of ['mia', 'max', 'mo']) await stage.addMember('member', `${name}@acme.example`);
    for (const email of ['ivo@elsewhere.example', 'ina@elsewhere.example'])
      await make(cookie, '/api/v1/invitations', { email, role: 'viewer' });
    for (const name of ['one', 'two']) await make(cookie, '/api/v1/api-keys', { name, scopes: ['models:use'] });
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  async function make(cookie: string, path: string, body: object): Promise<void> {
    const { status, text } = await stage.caller.call('POST', path, { cookie, body });
    assert.equal(status, 201, text);
  }
  const rowOf = (text: string): Locator => page.getByRole('row').filter({ hasText: text });
  const dialog = (): Locator => page.getByRole('dialog');

  async function choose(path: string, ...rows: readonly string[]): Promise<void> {
    await page.goto(stage.urlOf(path));
    for (const row of rows) await rowOf(row).getByRole('checkbox').check();
    await page.getByText(`${String(rows.length)} chosen`).waitFor();
  }
  async function act(label: string, outcome: string): Promise<void> {
    await dialog().getByRole('button', { name: label, exact: true }).click();
    await dialog().getByText(outcome, { exact: true }).waitFor();
  }
  async function begin(list: string, label: string): Promise<void> {
    const chosen = page.getByRole('group', { name: `Chosen of ${list}` });
    await chosen.getByRole('button', { name: label, exact: true }).click();
    await dialog().waitFor();
  }
  async function close(): Promise<void> {
    await dialog().getByText('Close', { exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
    assert.notEqual(await page.evaluate('document.activeElement?.tagName'), 'BODY');
  }

  test('members are suspended, and what is refused of one of them stands beside their name', async () => {
    await choose('/members', 'mia@acme.example', 'max@acme.example', OWNER.email);
    await begin('Members', 'Suspend');
    await assertUsable(page, 'several-asked');
    await act('Suspend', '2 done, 1 refused.');
    await dialog().getByRole('listitem').filter({ hasText: OWNER.email }).waitFor();
    await assertUsable(page, 'several-refused');
    await close();
    for (const email of ['mia@acme.example', 'max@acme.example'])
      await rowOf(email).getByText('suspended', { exact: true }).waitFor();
    await rowOf(OWNER.email).getByText('active', { exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('members get another role, are signed out, and are removed', async () => {
    await choose('/members', 'mia@acme.example', 'mo@acme.example');
    await begin('Members', 'Change the role');
    await dialog().getByRole('radio', { name: 'viewer', exact: true }).check();
    await act('Change the role', '2 done.');
    await close();
    await rowOf('mo@acme.example').getByText('viewer', { exact: true }).waitFor();
    await choose('/members', 'mia@acme.example', 'mo@acme.example');
    await begin('Members', 'Sign out');
    await act('Sign out', '2 done.');
    await close();
    await choose('/members', 'mia@acme.example', 'mo@acme.example');
    await stage.query(
      `with made as (insert into team (org_id, id, name, description, created_at)
         select org_id, gen_random_uuid(), 'Night shift', '', now() from organization where slug = 'acme' returning org_id, id)
       insert into team_member (org_id, team_id, member_id, is_lead, joined_at)
         select m.org_id, made.id, m.id, false, now() from made join member m on m.org_id = made.org_id
           join person p on p.user_id = m.user_id where p.email in ('mia@acme.example', 'mo@acme.example')`,
    );
    await begin('Members', 'Remove');
    await act('Remove', '2 done. 2 places in teams ended.');
    await close();
    await rowOf('mo@acme.example').waitFor({ state: 'detached' });
    assert.equal(await rowOf('mia@acme.example').count(), 0);
    await rowOf('max@acme.example').waitFor();
  });

  test('invitations are sent again and canceled, and keys are revoked', async () => {
    const invited = ['ivo@elsewhere.example', 'ina@elsewhere.example'];
    await choose('/invitations', ...invited);
    await begin('Invitations', 'Send again');
    await act('Send again', '2 done.');
    await close();
    await choose('/invitations', ...invited);
    await begin('Invitations', 'Cancel invitations');
    await act('Cancel invitations', '2 done.');
    await close();
    for (const email of invited) await rowOf(email).getByText('canceled', { exact: true }).waitFor();
    await choose('/keys', 'one', 'two');
    await begin('API keys', 'Revoke');
    await act('Revoke', '2 done.');
    await close();
    for (const name of ['one', 'two']) await rowOf(name).getByText('revoked', { exact: true }).waitFor();
    stage.visitor.assertQuiet();
  });
});
