// Webhooks over HTTP, for whoever manages security. Nothing is called while a request is answered: the job sends.
import { newUuid } from '#crypto/random.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, lockOrganization, securityPermissions } from '#modules/organizations.ts';
import { describeDelivery } from './describe-delivery.ts';
import {
  DeliveryList,
  DeliveryRef,
  LISTED_MAX,
  MadeWebhook,
  NewWebhook,
  QueuedDelivery,
  RotatedSecret,
  Rotation,
  Webhook,
  WebhookChange,
  WebhookList,
  WebhookRef,
} from './model.ts';
import { findEndpoint, listDeliveries, lockDelivery, lockEndpoint } from './queries.ts';
import { prepareSecret, refuseEmergency } from './secrets.ts';
import {
  changeWebhook,
  createWebhook,
  describeWebhooks,
  redeliver,
  removeWebhook,
  rotateSecret,
  testWebhook,
} from './service.ts';

const permission = securityPermissions.manage;
const PATH = '/api/v1/webhooks';

export const listRoute = defineRoute({
  id: 'webhook.list',
  method: 'GET',
  path: PATH,
  summary: 'The webhooks of the organization, oldest first, without their secrets',
  scope: 'org',
  access: [{ permission, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: WebhookList,
  status: 200,
  errors: [],
  handle: async (ctx) => ({ items: [...(await describeWebhooks(ctx))] }),
});

export const createRoute = defineRoute({
  id: 'webhook.create',
  method: 'POST',
  path: PATH,
  summary: 'Add a webhook; the secret that signs what is sent to it is shown this once',
  scope: 'org',
  access: [{ permission, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'webhook.created' },
  params: Nothing,
  query: Nothing,
  body: NewWebhook,
  output: MadeWebhook,
  secretReply: true,
  status: 201,
  errors: ['webhook.too_many', 'webhook.name_taken', 'webhook.person_needed'],
  prepare: (tools, { principal }) => prepareSecret(tools, principal),
  handle: (ctx, { body }) => createWebhook(ctx, body, newUuid(ctx.now.getTime())),
});

export const updateRoute = defineRoute({
  id: 'webhook.update',
  method: 'PATCH',
  path: `${PATH}/:webhookId`,
  summary: 'Change, disable or enable a webhook; what is absent stays',
  scope: 'org',
  access: [
    {
      permission,
      target: async (ctx, { params }) => {
        // Names are compared: changes wait for each other at the organization.
        await lockOrganization(ctx.tx);
        return lockEndpoint(ctx.tx, params.webhookId);
      },
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'webhook.updated' },
  params: WebhookRef,
  query: Nothing,
  body: WebhookChange,
  output: Webhook,
  status: 200,
  errors: ['webhook.name_taken', 'webhook.person_needed'],
  prepare: (_tools, { principal }) => refuseEmergency(principal),
  handle: (ctx, { body }, [row]) => changeWebhook(ctx, row, body),
});

export const rotateRoute = defineRoute({
  id: 'webhook.rotate',
  method: 'POST',
  path: `${PATH}/:webhookId/rotate`,
  summary: 'Give a webhook a new secret, shown this once; for a while the one before signs too',
  scope: 'org',
  access: [{ permission, target: (ctx, { params }) => lockEndpoint(ctx.tx, params.webhookId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'webhook.rotated' },
  params: WebhookRef,
  query: Nothing,
  body: Rotation,
  output: RotatedSecret,
  secretReply: true,
  status: 200,
  errors: ['webhook.person_needed'],
  prepare: (tools, { principal }) => prepareSecret(tools, principal),
  handle: (ctx, { body }, [row]) => rotateSecret(ctx, row, body.overlapHours),
});

export const deleteRoute = defineRoute({
  id: 'webhook.delete',
  method: 'DELETE',
  path: `${PATH}/:webhookId`,
  summary: 'Remove a webhook with its deliveries; what waits is not sent',
  scope: 'org',
  access: [{ permission, target: (ctx, { params }) => lockEndpoint(ctx.tx, params.webhookId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'webhook.deleted' },
  params: WebhookRef,
  query: Nothing,
  body: Nothing,
  output: Nothing,
  status: 204,
  errors: ['webhook.person_needed'],
  prepare: (_tools, { principal }) => refuseEmergency(principal),
  handle: (ctx, _input, [row]) => removeWebhook(ctx, row),
});

export const testRoute = defineRoute({
  id: 'webhook.test',
  method: 'POST',
  path: `${PATH}/:webhookId/test`,
  summary: 'Send a test event, once; its delivery says what came of it',
  scope: 'org',
  access: [
    { permission, target: (ctx, { params }) => lockEndpoint(ctx.tx, params.webhookId) },
    { permission, target: (ctx) => findOrganization(ctx.tx) },
  ],
  rate: 'expensive',
  audit: { action: 'webhook.tested' },
  params: WebhookRef,
  query: Nothing,
  body: Nothing,
  output: QueuedDelivery,
  status: 202,
  errors: ['webhook.disabled'],
  handle: (ctx, _input, [row, { slug }]) => testWebhook(ctx, row, slug),
});

export const listDeliveriesRoute = defineRoute({
  id: 'webhook.list_deliveries',
  method: 'GET',
  path: `${PATH}/:webhookId/deliveries`,
  summary: 'The newest deliveries of a webhook, and how each fared',
  scope: 'org',
  access: [{ permission, target: (ctx, { params }) => findEndpoint(ctx.tx, params.webhookId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: WebhookRef,
  query: Nothing,
  body: Nothing,
  output: DeliveryList,
  status: 200,
  errors: [],
  handle: async (ctx, { params }) => {
    const rows = await listDeliveries(ctx.tx, params.webhookId, LISTED_MAX + 1);
    return { items: rows.slice(0, LISTED_MAX).map(describeDelivery), isWhole: rows.length <= LISTED_MAX };
  },
});

export const redeliverRoute = defineRoute({
  id: 'webhook.redeliver',
  method: 'POST',
  path: `${PATH}/:webhookId/deliveries/:deliveryId/redeliver`,
  summary: 'Send a delivery that is over once more, under its own id',
  scope: 'org',
  access: [
    { permission, target: (ctx, { params }) => findEndpoint(ctx.tx, params.webhookId) },
    {
      permission,
      target: async (ctx, { params }) => {
        const delivery = await lockDelivery(ctx.tx, params.deliveryId);
        return delivery?.endpoint_id === params.webhookId ? delivery : undefined;
      },
    },
  ],
  rate: 'expensive',
  audit: { action: 'webhook.redelivered' },
  params: DeliveryRef,
  query: Nothing,
  body: Nothing,
  output: QueuedDelivery,
  status: 202,
  errors: ['webhook.disabled', 'webhook.still_waiting'],
  handle: (ctx, _input, [row, delivery]) => redeliver(ctx, row, delivery),
});
