// Webhooks: where an organization is told of events, signed and until they arrive. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { deliverJob, forgetJob } from './jobs.ts';
import { errors } from './model.ts';
import { tellOfProbingJob } from './probing-job.ts';
import {
  createRoute,
  deleteRoute,
  listDeliveriesRoute,
  listRoute,
  redeliverRoute,
  rotateRoute,
  testRoute,
  updateRoute,
} from './routes.ts';

export { listWebhookSecretAges } from './queries.ts';
export { type Queuing, queueWebhooks, type WebhookEvent } from './queue.ts';

export const webhooks = defineModule({
  name: 'webhooks',
  errors,
  routes: [
    listRoute,
    createRoute,
    updateRoute,
    rotateRoute,
    deleteRoute,
    testRoute,
    listDeliveriesRoute,
    redeliverRoute,
  ],
  jobs: [deliverJob, forgetJob, tellOfProbingJob],
});
