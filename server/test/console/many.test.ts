// An organization with more of everything than one page of the server holds, in a real browser: nobody and nothing is out of reach for that.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser, openVisitor } from './visitor.ts';

/** More than the two hundred that the server gives at once. */
const MANY = 230;
const ORGANIZATION = "(select org_id from organization where slug = 'acme')";
const MEMBER_OF = (email: string): string =>
  `(select member.id from member join person on person.user_id = member.user_id where person.email = '${email}')`;

describe('more than one page of everything in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await stage.addMember('viewer', 'vera@acme.example');
    await stage.query(`with people as (
        insert into person (user_id, email, name, created_at)
        select gen_random_uuid(), 'p' || n || '@acme.example', 'Person ' || to_char(n, 'FM000'), now()
          from generate_series(1, ${String(MANY)}) n returning user_id)
      insert into member (org_id, id, user_id, role, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), user_id, 'member', now() from people`);
    await stage.query(`insert into provider (org_id, id, name, kind, base_url, models, local, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), 'Provider ' || to_char(n, 'FM000'), 'openai', 'https://api.openai.com/v1', null, false, now()
        from generate_series(1, ${String(MANY)}) n`);
    // One provider is granted to everybody by name, and every provider to one person.
    await stage.query(`insert into object_grant (org_id, id, object_kind, object_id, rank, member_id, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), 'provider', provider.id, 1, member.id, now()
        from provider, member join person on person.user_id = member.user_id
       where provider.name = 'Provider 001' and person.name like 'Person %'`);
    await stage.query(`insert into object_grant (org_id, id, object_kind, object_id, rank, member_id, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), 'provider', id, 2, ${MEMBER_OF('vera@acme.example')}, now() from provider
       where name <> 'Provider 001'`);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const last = `Person ${String(MANY)}`;

  test('whoever was granted an object is found among all, not among those that are shown', async () => {
    await page.goto(stage.urlOf('/providers?search=001'));
    await page.getByRole('button', { name: 'Access to Provider 001' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Show more' }).waitFor();
    await dialog.getByRole('searchbox').fill('Person 002');
    await dialog.getByText('1 found', { exact: true }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('search'), '001', 'the list behind is asked what it was');
    await assertUsable(page, 'access-of-many');
    stage.visitor.assertQuiet();
  });

  test('an action on a single object works, however many others were granted before it', async () => {
    await using visitor = await openVisitor();
    await signIn(visitor.page, stage.urlOf('/sign-in'), 'vera@acme.example');
    await visitor.page.goto(stage.urlOf(`/providers?search=${String(MANY)}`));
    const change = visitor.page.getByRole('button', { name: `Change Provider ${String(MANY)}` });
    await change.and(visitor.page.locator(':not([aria-disabled="true"])')).waitFor();
    visitor.assertQuiet();
  });

  test('a service key acts for a member who stands late in the list, and says who they are', async () => {
    await page.goto(stage.urlOf('/keys#new'));
    await page.reload();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Service' }).check();
    await dialog.getByLabel('What it is for').fill('late');
    await dialog.getByRole('combobox', { name: 'Acts for' }).fill(last);
    await page.getByRole('option', { name: new RegExp(`^${last}`) }).click();
    await dialog.getByText(new RegExp(`^${last} ·`)).waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByLabel('What it is for').click();
    await dialog.getByRole('button', { name: 'Make the key', exact: true }).click();
    await dialog.getByRole('button', { name: 'I have kept it', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Details of late' }).click();
    await dialog.getByText(new RegExp(`^Acting for ${last} `)).waitFor();
    await dialog.getByRole('button', { name: 'Change late' }).click();
    const change = page.getByRole('dialog', { name: 'Change late' });
    await change.getByText(new RegExp(`^${last} ·`)).waitFor();
    await assertUsable(page, 'key-people-of-many');
    stage.visitor.assertQuiet();
  });

  test('a review is started by whom one finds, of the teams and roles that were chosen', async () => {
    await stage.query(`with one as (
        insert into team (org_id, id, name, description, created_at)
        values (${ORGANIZATION}, gen_random_uuid(), 'Night shift', '', now()) returning org_id, id)
      insert into team_member (org_id, team_id, member_id, is_lead, joined_at)
      select one.org_id, one.id, member.id, false, now() from one, member join person on person.user_id = member.user_id
       where person.name in ('Person 003', '${last}')`);
    await page.goto(stage.urlOf('/reviews#new'));
    await page.reload();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Night');
    await dialog.getByRole('combobox', { name: 'Teams' }).fill('night');
    await page.getByRole('option', { name: 'Night shift' }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('checkbox', { name: 'member', exact: true }).check();
    await dialog.getByRole('combobox', { name: 'Reviewers' }).fill(last);
    await page.getByRole('option', { name: new RegExp(`^${last}`) }).click();
    await page.keyboard.press('Escape');
    await dialog.getByLabel('Days until it is due').click();
    await assertUsable(page, 'review-start-scoped');
    await dialog.getByRole('button', { name: 'Start the review' }).click();
    await page.getByRole('heading', { name: 'Night', level: 1 }).waitFor();
    await page.getByText(`A part of what there is. Reviewers: ${last}, and owners.`).waitFor();
    const holders = page.getByRole('table', { name: 'Items' }).locator('tbody tr td.name');
    await until(async () => (await holders.count()) > 0, 'the items');
    const found = new Set(await holders.allTextContents());
    assert.deepEqual([...found].toSorted(), ['Person 003', last]);
    stage.visitor.assertQuiet();
  });
});
