// Sabotages of network rules: each lets somebody in whom no rule names, and is seen by a test.
import type { Mutation } from '../mutation.ts';

const NETWORKS = 'server/src/modules/networks';
const RULES = `${NETWORKS}/networks.test.ts`;

export const networkMutations: readonly Mutation[] = [
  {
    name: 'routes-are-open-to-every-network',
    file: 'server/src/kernel/pipeline.ts',
    find: '    holdToNetworks(principal, call, route.path);\n',
    replace: '',
    mustTurnRed: `${RULES} :: hold sessions to the console`,
  },
  {
    name: 'streams-are-open-to-every-network',
    file: 'server/src/kernel/stream-gate.ts',
    find: '  holdToNetworks(principal, call, stream.path);\n',
    replace: '',
    mustTurnRed: `${NETWORKS}/in-flight.test.ts :: is refused, and its stream there ends`,
  },
  {
    name: 'open-streams-outlast-a-rule',
    file: 'server/src/kernel/stream-pipeline.ts',
    find: '    holdToNetworks(principal ?? ANONYMOUS, call, stream.path);\n',
    replace: '',
    mustTurnRed: `${NETWORKS}/in-flight.test.ts :: is refused, and its stream there ends`,
  },
  {
    name: 'nobody-is-told-of-a-rule-of-a-key',
    file: 'server/src/db/migrations/0023_networks.sql',
    find: 'create trigger networks_changed after insert or update or delete on api_key_networks',
    replace: 'create trigger networks_changed after update on api_key_networks',
    mustTurnRed: `${NETWORKS}/in-flight.test.ts :: once a rule of it alone shuts it out`,
  },
  {
    name: 'what-cannot-be-read-covers-everybody',
    file: 'server/src/kernel/networks.ts',
    find: 'return block !== undefined && cidrContains(block, caller);',
    replace: 'return block === undefined || cidrContains(block, caller);',
    mustTurnRed: 'server/src/kernel/networks.test.ts :: what cannot be read covers nobody',
  },
  {
    name: 'the-console-shuts-models',
    file: 'server/src/kernel/networks.ts',
    find: "isModelPath(path) ? 'api' : 'models'",
    replace: "isModelPath(path) ? 'console' : 'models'",
    mustTurnRed: 'server/src/kernel/networks.test.ts :: models are shut by what is said of models',
  },
  {
    name: 'sign-ins-come-from-anywhere',
    file: 'server/src/modules/sessions/sign-in.ts',
    find: 'const entered = named.find((one) => isReachedFrom(one, address));',
    replace: 'const entered = named[0];',
    mustTurnRed: `${RULES} :: are told at sign-in to who proved a password`,
  },
  {
    name: 'the-second-factor-comes-from-anywhere',
    file: 'server/src/modules/sessions/proof-routes.ts',
    find: "  if (!isReachedFrom(entered, caller.address)) throw refuseNetwork('console', caller.address);\n",
    replace: '',
    mustTurnRed: `${RULES} :: are held to again when the second factor is shown from elsewhere`,
  },
  {
    name: 'people-shut-themselves-out',
    file: `${NETWORKS}/service.ts`,
    find: 'if (locksOut && !confirmLockOut)',
    replace: 'if (locksOut && confirmLockOut)',
    mustTurnRed: `${RULES} :: are not put when they shut out whoever puts them`,
  },
  {
    name: 'blocks-with-bits-behind-their-prefix',
    file: `${NETWORKS}/blocks.ts`,
    find: 'if (!isAligned(block))',
    replace: 'if (isAligned(block) && text !== canonical)',
    mustTurnRed: `${RULES} :: are refused in any but their canonical form`,
  },
];
