// Writes every list that describes the product from the code that is the product: `node tools/gen.ts [--check] [part…]`.
import { findDifference, writeGenerated } from './gen/compare.ts';
import { parts } from './gen/parts.ts';
import { EXIT_USAGE, reportFaults } from './lib/faults.ts';
import { repositoryRoot } from './lib/repository.ts';

const isCheck = process.argv.includes('--check');
const asked = process.argv.slice(2).filter((argument) => argument !== '--check');
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));

if (unknown.length > 0) {
  process.stderr.write(`usage: node tools/gen.ts [--check] [${Object.keys(parts).join('] [')}]\n`);
  process.exitCode = EXIT_USAGE;
} else {
  const chosen = Object.entries(parts).filter(([name]) => asked.length === 0 || asked.includes(name));
  const files = (await Promise.all(chosen.map(([, render]) => render()))).flat();
  if (isCheck) {
    const faults = files.flatMap((file) => findDifference(repositoryRoot, file) ?? []);
    const mend = faults.length === 0 ? [] : ['run `npm run gen` and look at what changed'];
    reportFaults('generated files', [...faults, ...mend], `${String(files.length)} files are as the code has them`);
  } else {
    const changed = files.filter((file) => writeGenerated(repositoryRoot, file)).map(({ path }) => path);
    process.stdout.write(changed.length === 0 ? 'nothing changed\n' : `${changed.join('\n')}\n`);
  }
}
