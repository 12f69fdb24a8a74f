// What waits in the outbox of a world, read as the operator of the host reads it; and jobs run to their end.
import assert from 'node:assert/strict';
import { startWorker } from '#jobs/worker.ts';
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

/** The token in the link of the newest mail of a kind to an address. */
export async function newestToken(world: World, to: string, template: string): Promise<string> {
  const token = /#token=([\w-]{43})$/m.exec(await newestMail(world, to, template))?.[1];
  assert.ok(token, `no link in ${template}`);
  return token;
}

export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it never came true');
}

/** Runs what requests have enqueued, but for what is meant for much later; schedules go on. */
export async function workThrough(world: World): Promise<void> {
  const worker = startWorker({
    kernel: world.kernel,
    pollMs: 20,
    onFailure: ({ error }) => world.unexpected.push(error),
  });
  const waiting = `select 1 from holdfast.job
    where request_id <> 'schedule' and failed_at is null and run_at < now() + interval '10 minutes'`;
  await until(async () => (await world.admin(waiting)).rowCount === 0);
  await worker.stop();
}
