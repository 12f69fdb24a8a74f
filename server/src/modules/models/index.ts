// Models: governed calls through /v1, and what they used. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions, usagePermissions } from './model.ts';
import { sweepCalls } from './jobs.ts';
import { markKeyExposedRoute } from './key-exposed-route.ts';
import { keyUsageRoute } from './key-usage-route.ts';
import { markProviderExposedRoute } from './provider-exposed-route.ts';
import { listModelsRoute } from './routes.ts';
import { chatCompletions, embeddings, responses } from './streams.ts';
import { usageRoute } from './usage.ts';

export const models = defineModule({
  name: 'models',
  permissions: { read: permissions.read, use: permissions.use, readUsage: usagePermissions.read },
  errors,
  routes: [listModelsRoute, usageRoute, keyUsageRoute, markKeyExposedRoute, markProviderExposedRoute],
  jobs: [sweepCalls],
  streams: [chatCompletions, responses, embeddings],
});
