// One's own address in a real browser: confirmed by the link of a mail, and changed when the old one and the new one both say so.
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import { mailedLink } from './mailed-link.ts';
import { signIn } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertUsable } from './usable.ts';
import { noBrowser } from './visitor.ts';

const NEW_ADDRESS = 'olga@elsewhere.example';

describe('an address in a browser', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  /** Follows the link of a mail as its receiver does, on another device. */
  async function confirm(link: string, said: string | RegExp, picture: string): Promise<void> {
    const device = await stage.visitor.openDevice();
    await device.goto(link);
    const button = device.getByRole('button', { name: 'Confirm' });
    await button.waitFor();
    await assertUsable(device, picture);
    await button.click();
    await device.getByText(said).waitFor();
    await assertUsable(device, `${picture}-done`);
    await device.context().close();
  }

  test('is confirmed by whoever reads its mail, once', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByText('not confirmed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Send a mail to confirm it' }).click();
    await page.getByRole('button', { name: 'Mail is on its way', exact: true }).waitFor();
    const link = await mailedLink(stage, 'Confirm your e-mail address');
    await confirm(link, 'It is confirmed.', 'address-verify');
    await page.reload();
    await page.getByText('confirmed', { exact: true }).waitFor();
    const device = await stage.visitor.openDevice();
    await device.goto(link);
    await device.getByRole('button', { name: 'Confirm' }).click();
    await device.getByRole('alert').waitFor();
    await assertUsable(device, 'address-verify-again');
    await device.context().close();
  });

  test('is changed when both have confirmed, and is the one to sign in with from then on', async () => {
    await page.getByLabel('New address').fill(NEW_ADDRESS);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByText(`It becomes ${NEW_ADDRESS} when both addresses have confirmed`).waitFor();
    const atNew = await mailedLink(stage, 'Confirm your new e-mail address', NEW_ADDRESS);
    await confirm(atNew, 'Now the other address has to confirm too: look at its mail.', 'address-change');
    const atOld = await mailedLink(stage, 'Confirm the change of your e-mail address', OWNER.email);
    await confirm(atOld, 'The address is changed.', 'address-change-both');
    await page.reload();
    await page.getByText(NEW_ADDRESS, { exact: true }).waitFor();
    const device = await stage.visitor.openDevice();
    await signIn(device, stage.urlOf('/sign-in'), NEW_ADDRESS);
    await device.context().close();
    stage.visitor.assertQuiet();
  });
});
