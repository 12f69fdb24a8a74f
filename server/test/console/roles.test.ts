// What a person may not do, in a real browser: actions that say why not, and do nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { connectUpstream } from '../system/lib/installation.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('roles in a browser', { skip: noBrowser }, () => {
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
    const menu = page.getByRole('navigation', { name: 'Pages' });
    await menu.getByRole('link', { name: 'Overview' }).waitFor();
    const links = await menu.getByRole('link').allTextContents();
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
});
