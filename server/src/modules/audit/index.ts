// Audit: the log that a stranger can verify. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { checkpointRoute, listRoute } from './routes.ts';

export { countPending } from './queries.ts';
export { startSequencer } from './sequencer.ts';

export const audit = defineModule({ name: 'audit', permissions, errors, routes: [listRoute, checkpointRoute] });
