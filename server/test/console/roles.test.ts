// What a person may not do, and what was switched elsewhere, in a real browser: actions that say why not, and a tab that says it is stale.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { connectUpstream } from '../system/lib/installation.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('roles and organizations in a browser', { skip: noBrowser, timeout: 170_000 }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await connectUpstream(stage.caller, await stage.found(), stage.upstream.port);
    await stage.addMember('viewer', 'vera@acme.example');
    await signIn(page, stage.urlOf('/sign-in'), 'vera@acme.example');
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('a viewer is shown the pages of a viewer alone', async () => {
    const links = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
    assert.ok(links.includes('Overview') && links.includes('Your account'), links.join());
    const owned = ['Controls', 'Audit log'].filter((name) => !links.includes(name));
    assert.notDeepEqual(owned, [], 'something is for others');
    await photograph(page, 'overview-of-a-viewer');
  });

  test('an action that the role does not include is there, says why, and does nothing', async () => {
    const calls: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') calls.push(`${request.method()} ${request.url()}`);
    });
    await page.goto(stage.urlOf('/providers'));
    const connect = page.getByRole('button', { name: 'Connect a provider' });
    await connect.waitFor();
    assert.equal(await connect.getAttribute('aria-disabled'), 'true');
    await connect.focus();
    const reason = page
      .getByRole('tooltip')
      .filter({ hasText: 'Your role (viewer) does not include provider:create.' });
    await reason.waitFor();
    await assertAccessible(page);
    await photograph(page, 'not-for-a-viewer');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.deepEqual(calls, []);
    stage.visitor.assertQuiet();
  });

  test('a page that is not for the role says so when its address is typed', async () => {
    await page.goto(stage.urlOf('/audit'));
    await page.getByRole('alert').waitFor();
    await assertAccessible(page);
    await photograph(page, 'refused');
  });

  test('a tab whose session went to another organization says so, and is right again after a reload', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('heading', { name: 'Your account', level: 1 }).waitFor();
    const organization = await stage.addOrganization('vera@acme.example');
    const other = await page.context().newPage();
    await other.goto(stage.urlOf('/account'));
    await other.getByRole('heading', { name: 'Your account', level: 1 }).waitFor();
    assert.equal(await other.evaluate(enterOrganization, organization), 201);
    await other.close();
    await page.getByRole('link', { name: 'Providers' }).click();
    const banner = page.getByRole('alert').filter({ hasText: 'You are in another organization by now' });
    await banner.waitFor();
    await assertAccessible(page);
    await photograph(page, 'switched-elsewhere');
    await banner.getByRole('button', { name: 'Reload' }).click();
    await page.getByText('No provider is connected').waitFor();
    await page.getByRole('banner').getByText('Acme Labs').waitFor();
    assert.equal(await banner.count(), 0);
    stage.visitor.assertQuiet();
  });
});

/** In a page: its session goes to another organization, as any tab of the browser may do. */
async function enterOrganization(organization: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ organization });
  return (await fetch('/api/v1/session/organization', { method: 'POST', headers, body })).status;
}
