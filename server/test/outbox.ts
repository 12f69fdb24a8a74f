// What waits in the outbox of a world, read as the operator of the host reads it.
import assert from 'node:assert/strict';
import type { World } from './world.ts';

const operator = { credential: { kind: 'operator', uid: 0 } } as const;

export type ListedMail = {
  readonly id: string;
  readonly to: string;
  readonly template: string;
  readonly status: string;
  readonly attempts: number;
  readonly lastError: string | null;
};

export async function listMails(world: World): Promise<readonly ListedMail[]> {
  const { body } = await world.call('mail.list', operator);
  return (body as { readonly items: readonly ListedMail[] }).items;
}

/** The text of the newest mail of a kind to an address. */
export async function newestMail(world: World, to: string, template: string): Promise<string> {
  const found = (await listMails(world)).find((mail) => mail.to === to && mail.template === template);
  assert.ok(found, `no ${template} to ${to}`);
  const { body } = await world.call('mail.show', { ...operator, params: { mailId: found.id } });
  const { text } = body as { readonly text: string | null };
  assert.ok(text !== null);
  return text;
}

export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it never came true');
}
