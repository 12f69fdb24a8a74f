// Network rules: from which addresses the people and keys of an organization may come. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { networksControl } from './controls/tr9-networks.ts';
import { errors, permissions } from './model.ts';
import { checkRulesRoute, clearRulesRoute, getRulesRoute, putRulesRoute } from './routes.ts';

export { Blocks, demandBlocks } from './blocks.ts';
export { findKeyBlocks, putKeyBlocks } from './queries.ts';

export const networks = defineModule({
  name: 'networks',
  permissions,
  errors,
  routes: [getRulesRoute, putRulesRoute, checkRulesRoute, clearRulesRoute],
  controls: [networksControl],
});
