// Shows that the tests of every promise can fail: `node tools/mutate.ts [--quick] [--only NAME]…`.
import { parseArgs } from 'node:util';
import { mutations } from './mutate/mutations/list.ts';
import { EXIT_USAGE, reportFaults } from './lib/faults.ts';
import { repositoryRoot } from './lib/repository.ts';
import { runMutations } from './mutate/run-mutations.ts';
import { copyTree } from './mutate/tree-copy.ts';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean' } } });
const chosen = mutations
  .filter(({ name }) => values.only === undefined || values.only.includes(name))
  .filter(({ isQuick }) => values.quick !== true || isQuick === true);

if (chosen.length === 0) {
  process.stderr.write(`there is no such mutation; there are:\n${mutations.map(({ name }) => `  ${name}\n`).join('')}`);
  process.exitCode = EXIT_USAGE;
} else {
  using copy = copyTree(repositoryRoot);
  const faults = runMutations(copy.root, chosen, ({ name }, fault) => {
    process.stdout.write(`${fault === undefined ? 'found' : 'MISSED'}  ${name}\n`);
  });
  reportFaults('mutations', faults, `${String(chosen.length)} sabotages, each found by the test that is named for it`);
}
