// Passkeys in the console, with a real browser's authenticator: made on the account page, signed in with by a button and by autofill.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { signIn, signOut } from './people-in-browser.ts';
import { openStage, type Stage } from './stage.ts';
import { assertAccessible, noBrowser, photograph } from './visitor.ts';

describe('passkeys in the console', { skip: noBrowser }, () => {
  let stage: Stage;
  let page: Page;
  let protocol: CDPSession;
  let authenticatorId: string;

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 });

  before(async () => {
    stage = await openStage();
    ({ page } = stage.visitor);
    await stage.found();
    protocol = await page.context().newCDPSession(page);
    await protocol.send('WebAuthn.enable');
    ({ authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    }));
    await signIn(page, stage.urlOf('/sign-in'));
  });
  after(() => stage?.[Symbol.asyncDispose]());

  test('a passkey is made on the account page, with recovery codes beside it', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Create a passkey' }).click();
    await page.getByText('Keep these recovery codes apart').waitFor();
    await assertAccessible(page);
    await photograph(page, 'recovery-codes');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('table', { name: 'Second factors' }).getByRole('cell', { name: 'Passkey' }).first().waitFor();
    const { credentials } = await protocol.send('WebAuthn.getCredentials', { authenticatorId });
    assert.deepEqual(
      credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]),
      [['localhost', true]],
    );
    stage.visitor.assertQuiet();
  });

  test('it signs in by its button, without a name or a password', async () => {
    // Without the offer of the form, which would be faster than any click.
    await page.evaluate('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await heading('Overview').waitFor();
    stage.visitor.assertQuiet();
  });

  test('it signs in from the autofill of the form, when nothing was clicked', async () => {
    await page.reload();
    await signOut(page);
    await heading('Overview').waitFor();
    stage.visitor.assertQuiet();
  });

  test('it is the fresh proof that a change wants', async () => {
    await page.goto(stage.urlOf('/account'));
    await page.getByRole('button', { name: 'Make new ones' }).click();
    await page.getByText('Keep these recovery codes apart').waitFor();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    stage.visitor.assertQuiet();
  });

  test('without anybody at the device the form stays, and says nothing wrong', async () => {
    await protocol.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await signOut(page);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await heading('Sign in').waitFor();
    stage.visitor.assertQuiet();
  });
});
