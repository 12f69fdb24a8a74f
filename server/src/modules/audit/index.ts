// Audit: the log that a stranger can verify. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { recordedControl } from './controls/au1-recorded.ts';
import { hashChainControl } from './controls/au3-hash-chain.ts';
import { errors, permissions } from './model.ts';
import { checkpointRoute, listRoute } from './routes.ts';

export { countPending } from './queries.ts';
export { findNewestEvent } from './probe-queries.ts';
export { findLastRound } from './round.ts';
export { startSequencer } from './sequencer.ts';
export { ROUND_EVERY_SECONDS, startLogWatch } from './watch.ts';

export const audit = defineModule({
  name: 'audit',
  permissions,
  errors,
  routes: [listRoute, checkpointRoute],
  controls: [recordedControl, hashChainControl],
});
