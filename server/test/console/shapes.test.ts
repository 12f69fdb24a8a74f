// How pages look while they wait, and numbers when they are there, in a real browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { until } from '../system/lib/until.ts';
import { holdReplies } from './held-replies.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

const ORGANIZATION = "(select org_id from organization where slug = 'acme')";
const [NO_PROJECT, NO_REVIEW] = ['prj_00000000000000000000000000', 'rev_00000000000000000000000000'];

/** Runs in the page. */
function alignmentOf(element: unknown): string | undefined {
  const page = globalThis as unknown as { getComputedStyle: (of: unknown) => Readonly<Record<string, string>> };
  return page.getComputedStyle(element)['textAlign'];
}

describe('shapes of pages in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    const cookie = await stage.found();
    const body = { name: 'Quarter', recurrence: 'none' };
    const started = await stage.caller.call('POST', '/api/v1/access-reviews', { cookie, body });
    assert.equal(started.status, 201, started.text);
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  const assertEndsRight = async (part: Locator): Promise<void> => {
    await part.waitFor();
    assert.equal(await part.evaluate(alignmentOf), 'right');
  };

  for (const [path, name, reply] of [
    ['/break-glass', 'Break-glass', '/api/v1/emergency'],
    ['/webhooks', 'Webhooks', '/api/v1/webhooks'],
    [`/projects/project?id=${NO_PROJECT}`, 'Project', `/api/v1/projects/${NO_PROJECT}`],
    [`/reviews/review?id=${NO_REVIEW}`, 'Review', `/api/v1/access-reviews/${NO_REVIEW}`],
    ['/roles/role', 'New role', '/api/v1/permissions'],
  ] as const)
    test(`${name} has the shape of what comes while it waits, not one block`, async () => {
      await using held = await holdReplies(page);
      held.releaseOne('/api/v1/session');
      await page.goto(stage.urlOf(path), { waitUntil: 'commit' });
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await until(async () => held.waiting().includes(reply), 'the page asks');
      const parts = page.getByRole('main').getByRole('status', { name: 'Loading' }).locator('.mantine-Skeleton-root');
      await until(async () => (await parts.count()) > 1, 'more than one block');
      held.release();
      await until(async () => (await page.locator('[aria-busy=true]').count()) === 0, 'everything is loaded');
    });

  test('numbers of reviews and of old keys end below each other', async () => {
    await page.goto(stage.urlOf('/reviews'));
    await assertEndsRight(page.getByRole('cell', { name: /^\d+ of \d+$/ }));
    await assertEndsRight(page.getByRole('columnheader', { name: 'Done' }));
    await stage.query(`insert into api_key (org_id, id, owner_user_id, name, scopes, secret_hash, created_at)
      select ${ORGANIZATION}, gen_random_uuid(), user_id, 'Ancient', '{models:use}', sha256('ancient'), now() - interval '2000 days'
        from person where email = 'olga@acme.example'`);
    await page.goto(stage.urlOf('/keys'));
    const table = page.getByRole('table', { name: 'To be rotated' });
    await assertEndsRight(
      table
        .getByRole('row', { name: /Ancient/ })
        .getByRole('cell')
        .nth(2),
    );
    await assertEndsRight(table.getByRole('columnheader', { name: 'Days old' }));
  });

  test('pages without roles and projects of one’s own say what to do first, and have the button for it', async () => {
    await page.goto(stage.urlOf('/roles'));
    await page.getByText('No role of yours yet').waitFor();
    await until(async () => (await page.getByRole('button', { name: 'Make a role' }).count()) === 2, 'a second button');
    await page.goto(stage.urlOf('/projects'));
    await page.getByText('Make one for each piece of work').waitFor();
    await assertUsable(page, 'projects-empty');
    stage.visitor.assertQuiet();
  });
});
