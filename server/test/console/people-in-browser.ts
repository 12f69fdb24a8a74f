// What people do at the door, as their hands do it.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { OWNER } from '../system/lib/installation.ts';
import type { Stage } from './stage.ts';

/** Fills the form of the sign-in page that is shown, and sends it. */
export async function enterPassword(
  page: Page,
  email: string = OWNER.email,
  password: string = OWNER.password,
): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in somebody who has no second factor, and waits for the first page. */
export async function signIn(page: Page, url: string, email: string = OWNER.email): Promise<void> {
  await page.goto(url);
  await enterPassword(page, email);
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  // The head of a page is there before the shell is.
  await page.getByRole('button', { name: /your account/i }).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /your account/i }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
}

/** The link of the newest invitation, as the operator of the host reads it. */
export async function linkFor({ operate }: Pick<Stage, 'operate'>, email: string): Promise<string> {
  const listed = await operate('mail', 'list', '--json');
  const { items } = JSON.parse(listed) as { readonly items: readonly { readonly id: string; readonly to: string }[] };
  const id = items.find(({ to }) => to === email)?.id ?? assert.fail(`no mail to ${email}`);
  const shown = await operate('mail', 'show', id);
  return /https?:\/\/\S+\/invitation#token=[\w-]+/.exec(shown)?.[0] ?? assert.fail(shown);
}
