// Valid calls of webhooks, each about a webhook of its own, that takes the place of the one before; nothing is sent, for no worker runs.
import type { MakeExample, Stage } from './example.ts';
import { addWebhook } from './webhook-receiver.ts';

let made = 0;

/** An organization has a few of them, so the one of the last example goes first. */
async function newWebhook({ world, owner: { credential }, upstream }: Stage): Promise<string> {
  await world.admin('delete from holdfast.webhook_endpoint');
  return (await addWebhook(world, credential, upstream, `pager-${String((made += 1))}`)).id;
}

const about =
  (body?: object): MakeExample =>
  async (stage) => ({
    call: { params: { webhookId: await newWebhook(stage) }, ...(body === undefined ? {} : { body }) },
  });

export const webhookExamples: Readonly<Record<string, MakeExample>> = {
  'webhook.list': async (stage) => {
    await newWebhook(stage);
    return { call: {} };
  },
  'webhook.create': async ({ world, upstream }) => {
    await world.admin('delete from holdfast.webhook_endpoint');
    return { call: { body: { name: `pager-${String((made += 1))}`, url: upstream } } };
  },
  'webhook.update': about({ isEnabled: false }),
  'webhook.rotate': about({ overlapHours: 1 }),
  'webhook.delete': about(),
  'webhook.test': about(),
  'webhook.list_deliveries': about(),
  'webhook.redeliver': async (stage) => {
    const webhookId = await newWebhook(stage);
    const { body } = await stage.world.call('webhook.test', {
      credential: stage.owner.credential,
      params: { webhookId },
    });
    await stage.world.admin("update holdfast.webhook_delivery set state = 'dead', ended_at = now()");
    return { call: { params: { webhookId, deliveryId: (body as { readonly id: string }).id } } };
  },
};
