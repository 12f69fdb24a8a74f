// Filters of lists in a real browser: by person, object, word and day, as the API has them; they stand in the address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { until } from '../system/lib/until.ts';
import { furnish } from './furnish.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser, openVisitor } from './visitor.ts';

const ORGANIZATION = "(select org_id from organization where slug = 'acme')";

describe('filters of lists in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await furnish(stage);
    await stage.addMember('admin', 'ada@acme.example');
    await using visitor = await openVisitor();
    await signIn(visitor.page, stage.urlOf('/sign-in'), 'ada@acme.example');
    await signIn(page, stage.urlOf('/sign-in'));
    // Both look at the report, which is on record.
    for (const one of [visitor.page, page]) {
      await one.goto(stage.urlOf('/reviews/report'));
      await one.getByRole('cell', { name: 'Mia Lindqvist' }).first().waitFor();
    }
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const rows = (table: string) => page.getByRole('table', { name: table }).locator('tbody tr');
  const asked = (name: string) => new URL(page.url()).searchParams.get(name);
  const texts = (table: string) => rows(table).allTextContents();
  const every = (table: string, pattern: RegExp) =>
    until(
      async () => {
        const all = await texts(table);
        return all.length > 0 && all.every((text) => pattern.test(text));
      },
      `only ${String(pattern)}`,
    );

  async function find(filter: string, typed: string, option: RegExp): Promise<void> {
    await page.getByRole('combobox', { name: filter, exact: true }).fill(typed);
    await page.getByRole('option', { name: option }).click();
  }

  test('the log is narrowed by what was done, by whom, and from when until when', async () => {
    await page.goto(stage.urlOf('/audit'));
    await until(
      async () => (await texts('Audit log')).some((text) => text.includes('access_report.made')),
      'the reports',
    );
    const isOther = async () => (await texts('Audit log')).some((text) => !text.includes('access_report.made'));
    await until(isOther, 'more than the reports');
    await page.getByRole('textbox', { name: 'What' }).fill('access_report.made');
    await every('Audit log', /access_report\.made/);
    assert.equal(await rows('Audit log').count(), 2, 'of the owner and of the admin');
    await find('Who', 'ada', /ada@acme\.example/);
    await until(async () => (await rows('Audit log').count()) === 1, 'the one of the admin');
    assert.match(asked('user') ?? '', /^usr_/);
    await assertUsable(page, 'audit-filtered');
    await page.reload();
    await until(async () => (await rows('Audit log').count()) === 1, 'still the one');
    await until(
      async () =>
        (await page.getByRole('combobox', { name: 'Who', exact: true }).inputValue()).includes('ada@acme.example'),
      'the name of who is asked for',
    );
    const today = await page.evaluate(() => new Date().toLocaleDateString('sv'));
    await page.getByLabel('Until', { exact: true }).fill(today);
    await until(async () => asked('until') === today, 'the day stands in the address');
    await every('Audit log', /access_report\.made/);
    await page.getByLabel('From', { exact: true }).fill('2999-01-01');
    await page.getByText('Nothing matches what you asked for.').waitFor();
    await page.getByLabel('From', { exact: true }).fill(today);
    await every('Audit log', /access_report\.made/);
    await page.getByLabel('Until', { exact: true }).fill('2001-01-01');
    await page.getByText('Nothing matches what you asked for.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await until(isOther, 'everything');
    stage.visitor.assertQuiet();
  });

  test('a day that there is not is refused by the server, and the page says so', async () => {
    await page.goto(stage.urlOf('/audit?from=2026-13-45'));
    await page.getByRole('alert').getByText('The request does not have the documented form').waitFor();
    await page.getByRole('heading', { name: 'Audit log', level: 1 }).waitFor();
    stage.visitor.assertQuiet();
  });

  test('grants are narrowed by what they are on, and to whom they are', async () => {
    await stage.query(`with one as (insert into team (org_id, id, name, description, created_at)
        values (${ORGANIZATION}, gen_random_uuid(), 'Night shift', '', now()) returning id)
      insert into object_grant (org_id, id, object_kind, object_id, rank, team_id, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), 'provider', provider.id, 1, one.id, now() from one, provider where name = 'OpenAI'`);
    for (const [name, email] of [
      ['OpenAI', 'mia@acme.example'],
      ['GPU box in the cellar', 'mia@acme.example'],
      ['OpenAI', 'bo@acme.example'],
    ])
      await stage.query(`insert into object_grant (org_id, id, object_kind, object_id, rank, member_id, created_at)
        select ${ORGANIZATION}, gen_random_uuid(), 'provider', provider.id, 1, member.id, now()
          from provider, member join person on person.user_id = member.user_id
         where provider.name = '${String(name)}' and person.email = '${String(email)}'`);
    await page.goto(stage.urlOf('/grants'));
    await until(async () => (await rows('Grants').count()) === 4, 'all of them');
    await find('To a member', 'mia', /mia@acme\.example/);
    await until(async () => (await rows('Grants').count()) === 2, 'those to one member');
    await find('On', 'cellar', /^GPU box/);
    await until(async () => (await rows('Grants').count()) === 1, 'the one on one object');
    await assertUsable(page, 'grants-filtered');
    for (const name of ['To a member', 'On']) await page.getByRole('combobox', { name, exact: true }).fill('');
    await until(async () => (await rows('Grants').count()) === 4, 'all of them again');
    await find('To a team', 'night', /^Night shift/);
    await every('Grants', /Night shift \(team\)/);
    stage.visitor.assertQuiet();
  });

  test('members of a team are narrowed by their place, and taken out several at once', async () => {
    await stage.query(`insert into team_member (org_id, team_id, member_id, is_lead, joined_at)
      select team.org_id, team.id, member.id, person.email like 'bo@%', now()
        from team, member join person on person.user_id = member.user_id
       where team.name = 'Night shift' and person.email in ('bo@acme.example', 'mia@acme.example', 'lukasz@acme.example')`);
    await page.goto(stage.urlOf('/teams'));
    await page.getByRole('link', { name: 'Night shift' }).click();
    await until(async () => (await rows('Members of the team').count()) === 3, 'all three');
    await page.getByRole('combobox', { name: 'Place' }).selectOption('lead');
    await every('Members of the team', /bo@acme\.example/);
    await page.getByRole('combobox', { name: 'Place' }).selectOption('member');
    await until(async () => (await rows('Members of the team').count()) === 2, 'the others');
    await page.getByRole('checkbox', { name: 'Choose all of Members of the team' }).check();
    await page.getByRole('button', { name: 'Take them out' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take them out: 2 chosen' });
    await dialog.getByText(/mia@acme\.example/).waitFor();
    await assertUsable(page, 'team-take-out');
    await dialog.getByRole('button', { name: 'Take them out' }).click();
    await dialog.getByText('2 done.', { exact: true }).waitFor();
    assert.deepEqual(await stage.query('select count(*)::int as n from team_member'), [{ n: 1 }]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    stage.visitor.assertQuiet();
  });

  test('the report of access is narrowed by the server, saved as JSON, and says when it was cut', async () => {
    await page.goto(stage.urlOf('/reviews/report'));
    await page.getByRole('cell', { name: 'Mia Lindqvist' }).first().waitFor();
    const all = await rows('Access').count();
    const narrowed = page.waitForResponse((response) => response.url().includes('kind=membership'));
    await page.getByRole('combobox', { name: 'What' }).selectOption('membership');
    await narrowed;
    await every('Access', /member/);
    await until(async () => (await rows('Access').count()) < all, 'fewer than all');
    await page.getByRole('combobox', { name: 'Look at' }).selectOption('owner');
    await until(async () => (await rows('Access').count()) === 1, 'the one owner');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const told = JSON.parse(await readFile(await (await saving).path(), 'utf8')) as {
      readonly isWhole: boolean;
      readonly madeAt: string;
      readonly items: readonly { readonly email: string }[];
    };
    assert.deepEqual([told.isWhole, told.items.map(({ email }) => email)], [true, [OWNER.email]]);
    assert.ok(Date.parse(told.madeAt) > 0);
    assert.equal(await page.getByText('This is not all of it').count(), 0);
    // As a server with more than it tells at once answers.
    await page.route('**/api/v1/access-report*', async (route) => {
      const response = await route.fetch();
      const report: unknown = await response.json();
      await route.fulfill({ response, json: { ...(report as object), isWhole: false } });
    });
    await page.getByRole('combobox', { name: 'Look at' }).selectOption('never_used');
    await page.getByRole('combobox', { name: 'What' }).selectOption('api_key');
    await page.getByText('This is not all of it').waitFor();
    await assertUsable(page, 'access-report-cut');
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    await file;
    await page.getByText(/The file does not have all of it/).waitFor();
    await page.unroute('**/api/v1/access-report*');
    stage.visitor.assertQuiet();
  });
});
