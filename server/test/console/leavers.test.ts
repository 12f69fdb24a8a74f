// Keys of the organization when somebody goes, in a real browser: named beforehand, and handed over to whom one chooses, or revoked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser, openVisitor } from './visitor.ts';

describe('keys of a leaver in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let cookie: string;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    cookie = await stage.found();
    for (const [role, name] of [
      ['admin', 'ada'],
      ['admin', 'abe'],
      ['member', 'mia'],
      ['member', 'max'],
      ['viewer', 'vera'],
    ] as const)
      await stage.addMember(role, `${name}@acme.example`);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** A key of the organization that this person answers for. */
  async function restKey(name: string, email: string): Promise<void> {
    const body = { name, kind: 'service', scopes: ['audit:read'] };
    const made = await stage.caller.call('POST', '/api/v1/api-keys', { cookie, body });
    assert.equal(made.status, 201, made.text);
    await stage.query(
      `update api_key set responsible_user_id = (select user_id from person where email = '${email}') where name = '${name}'`,
    );
  }
  /** Who answers for a key, or that nobody does any more. */
  async function answersFor(name: string): Promise<unknown> {
    const [row] = await stage.query(
      `select case when revoked_at is null then email else 'revoked' end as who
         from api_key left join person on person.user_id = responsible_user_id where api_key.name = '${name}'`,
    );
    return row?.['who'];
  }

  const dialogOf = (on: Page): Locator => on.getByRole('dialog');
  const what = (on: Page): Locator => dialogOf(on).getByRole('combobox', { name: /^What becomes of keys/ });
  const whom = (on: Page): Locator => dialogOf(on).getByRole('combobox', { name: 'Who answers for them from now on' });

  async function choose(on: Page, label: string): Promise<void> {
    await what(on).click();
    await on.getByRole('option', { name: label }).click();
  }
  async function beginRemoving(email: string): Promise<void> {
    await page.goto(stage.urlOf('/members'));
    const row = page.getByRole('row').filter({ hasText: email });
    await row.getByRole('button', { name: /^Manage/ }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
  }
  async function end(on: Page, action: string): Promise<void> {
    await dialogOf(on).getByRole('button', { name: action, exact: true }).click();
    await dialogOf(on).waitFor({ state: 'detached' });
  }

  test('whoever removes a member sees the keys first, and hands them over to a third person', async () => {
    await restKey('backup', 'mia@acme.example');
    await beginRemoving('mia@acme.example');
    await dialogOf(page).getByRole('listitem').filter({ hasText: 'backup' }).waitFor();
    await choose(page, 'Hand them over to another member');
    await whom(page).fill('@acme.example');
    await page.getByRole('option', { name: /max@acme\.example/ }).waitFor();
    assert.equal(
      await page.getByRole('option', { name: /mia@acme\.example/ }).count(),
      0,
      'nobody succeeds themselves',
    );
    await page.getByRole('option', { name: /abe@acme\.example/ }).click();
    await assertUsable(page, 'remove-and-hand-over');
    await end(page, 'Remove');
    await page.getByRole('row').filter({ hasText: 'mia@acme.example' }).waitFor({ state: 'detached' });
    assert.equal(await answersFor('backup'), 'abe@acme.example');
    stage.visitor.assertQuiet();
  });

  test('what was chosen for one person is chosen for nobody else', async () => {
    await restKey('of-max', 'max@acme.example');
    await beginRemoving('max@acme.example');
    await choose(page, 'Revoke them');
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
    const row = page.getByRole('row').filter({ hasText: 'abe@acme.example' });
    await row.getByRole('button', { name: /^Manage/ }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await dialogOf(page).getByRole('listitem').filter({ hasText: 'backup' }).waitFor();
    assert.equal(await what(page).inputValue(), '');
    await dialogOf(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await dialogOf(page).getByText('Keys of the organization rest on this member').waitFor();
    assert.equal(await answersFor('backup'), 'abe@acme.example');
  });

  test('several are removed at once with one choice, made for them alone', async () => {
    await page.goto(stage.urlOf('/members'));
    for (const email of ['max@acme.example', 'vera@acme.example'])
      await page.getByRole('row').filter({ hasText: email }).getByRole('checkbox').check();
    const begin = () =>
      page
        .getByRole('group', { name: 'Chosen of Members' })
        .getByRole('button', { name: 'Remove', exact: true })
        .click();
    await begin();
    await dialogOf(page).getByRole('listitem').filter({ hasText: 'of-max' }).waitFor();
    await choose(page, 'Revoke them');
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click();
    await dialogOf(page).waitFor({ state: 'detached' });
    await begin();
    await dialogOf(page).getByRole('listitem').filter({ hasText: 'of-max' }).waitFor();
    assert.equal(await what(page).inputValue(), '');
    await choose(page, 'Hand them over to another member');
    await whom(page).fill('abe');
    await page.getByRole('option', { name: /abe@acme\.example/ }).click();
    await dialogOf(page).getByRole('button', { name: 'Remove', exact: true }).click();
    await dialogOf(page)
      .getByText(/^2 done\./)
      .waitFor();
    assert.equal(await answersFor('of-max'), 'abe@acme.example');
  });

  test('whoever leaves hands their keys over to whom they choose', async () => {
    await using visitor = await openVisitor();
    await signIn(visitor.page, stage.urlOf('/sign-in'), 'abe@acme.example');
    await visitor.page.goto(stage.urlOf('/account'));
    await visitor.page.getByRole('button', { name: 'Leave Acme' }).click();
    await dialogOf(visitor.page).getByRole('listitem').filter({ hasText: 'backup' }).waitFor();
    await choose(visitor.page, 'Hand them over to another member');
    await whom(visitor.page).fill('ada');
    await visitor.page.getByRole('option', { name: /ada@acme\.example/ }).click();
    await assertUsable(visitor.page, 'leave-and-hand-over');
    await dialogOf(visitor.page).getByRole('button', { name: 'Leave', exact: true }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    assert.deepEqual(
      [await answersFor('backup'), await answersFor('of-max')],
      ['ada@acme.example', 'ada@acme.example'],
    );
    visitor.assertQuiet();
  });

  test('whoever may not see keys of the organization is told of theirs by the refusal, and goes on in the same dialog', async () => {
    await stage.addMember('member', 'moe@acme.example');
    await restKey('of-moe', 'moe@acme.example');
    await using visitor = await openVisitor();
    await signIn(visitor.page, stage.urlOf('/sign-in'), 'moe@acme.example');
    await visitor.page.goto(stage.urlOf('/account'));
    await visitor.page.getByRole('button', { name: 'Leave Acme' }).click();
    await what(visitor.page).waitFor();
    await dialogOf(visitor.page).getByRole('button', { name: 'Leave', exact: true }).click();
    await dialogOf(visitor.page)
      .getByText(/^of-moe/)
      .waitFor();
    await what(visitor.page).click();
    const revoke = visitor.page.getByRole('option', { name: 'Revoke them' });
    assert.notEqual(await revoke.getAttribute('data-combobox-disabled'), null, 'they may revoke none');
    await visitor.page.getByRole('option', { name: 'Hand them over to another member' }).click();
    await whom(visitor.page).fill('ada');
    await visitor.page.getByRole('option', { name: /ada@acme\.example/ }).click();
    await dialogOf(visitor.page).getByRole('button', { name: 'Leave', exact: true }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    assert.equal(await answersFor('of-moe'), 'ada@acme.example');
    visitor.assertQuiet();
  });
});
