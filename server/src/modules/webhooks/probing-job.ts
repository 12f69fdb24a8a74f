// Tells webhooks of whoever asks again and again for what does not exist for them: the kernel sees it, and leaves it to us to tell.
import { z } from 'zod';
import { encodeId } from '#kernel/fields.ts';
import { defineJob } from '#kernel/job.ts';
import { PROBED, TELL } from '#kernel/probing.ts';
import { queueWebhooks } from './queue.ts';

export const tellOfProbingJob = defineJob({
  id: TELL,
  summary: 'Tells webhooks that somebody asks again and again for what does not exist for them',
  scope: 'org',
  tables: ['webhook_endpoint', 'webhook_delivery'],
  audit: { none: 'the event was written with the job' },
  timeoutMs: 10_000,
  attempts: 20,
  concurrency: 2,
  payload: z.strictObject({ organization: z.uuid(), kind: z.string() }),
  run: (ctx, { organization, kind }) =>
    queueWebhooks(ctx, organization, { type: PROBED, data: { organizationId: encodeId('org', organization), kind } }),
});
