// Runs every benchmark in turn and prints one Markdown document, with what was promised and what was found at its top.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describeMachine } from './lib/machine.ts';
import { readOptions } from './lib/options.ts';
import { print } from './lib/table.ts';
import { allTargets, isReport, printTargets, type Report, targets } from './lib/targets.ts';

const SCRIPTS = ['gateway', 'keys', 'sign-in', 'audit', 'tenants', 'start', 'console'] as const;
type ScriptName = (typeof SCRIPTS)[number];

const values = readOptions({
  name: 'all',
  measures: [
    'Every benchmark, one after the other, as one document: the targets of the design and whether they hold, then what each',
    'script printed. node bench/all.ts > bench/RESULTS.md',
  ],
  needs: ['what the scripts need, gateway most', 'about twenty minutes and a machine that does nothing else'],
  options: {
    only: { kind: 'parts', of: SCRIPTS, is: 'scripts to run' },
    quick: { kind: 'flag', is: 'short passes, to see that everything runs; the figures mean little' },
  },
});

const ARGUMENTS: Readonly<Record<ScriptName, { readonly full: readonly string[]; readonly quick: readonly string[] }>> =
  {
    gateway: { full: [], quick: ['--starts', '1', '--passes', '1', '--seconds', '0.5', '--warm', '1'] },
    keys: { full: [], quick: ['--passes', '1', '--seconds', '0.5'] },
    'sign-in': { full: [], quick: ['--passes', '1', '--seconds', '0.5', '--warm', '0.5'] },
    audit: { full: [], quick: ['--passes', '1', '--seconds', '0.5', '--events', '10000'] },
    tenants: { full: ['--full'], quick: ['--full', '--passes', '1', '--calls', '200'] },
    start: { full: ['--runs', '10'], quick: ['--runs', '2'] },
    console: { full: [], quick: ['--passes', '1', '--quick'] },
  };

type Run = { readonly name: ScriptName; readonly output: string; readonly isWhole: boolean };

const chosen = SCRIPTS.filter((name) => values.only.includes(name));
const machine = describeMachine();
const reports: Report[] = [];
const runs: Run[] = [];
for (const name of chosen) runs.push(await runScript(name));

print('# Benchmarks');
print();
for (const line of machine) print(`- ${line}`);
print(
  `- \`node bench/all.ts${process.argv
    .slice(2)
    .map((word) => ` ${word}`)
    .join('')}\`; what each script does, and how to read it, is in [README.md](README.md)`,
);
if (values.quick) print('- short passes: these figures show that everything runs, and little else');
print();
printTargets(
  allTargets().filter((id) => chosen.some((name) => name === targets[id].script)),
  reports,
);
for (const { name, output, isWhole } of runs) {
  print(
    output
      .replaceAll(/^(#+ )/gm, '#$1')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
  );
  print();
  if (!isWhole)
    print(`**bench/${name}.ts did not come to its end; what it said is in the terminal it was started from.**\n`);
}
if (runs.some(({ isWhole }) => !isWhole)) process.exitCode = 1;

/** What a script printed; its figures come beside, its complaints go where ours go. */
async function runScript(name: ScriptName): Promise<Run> {
  const args = ARGUMENTS[name][values.quick ? 'quick' : 'full'];
  process.stderr.write(`bench/${name}.ts ${args.join(' ')}\n`);
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.on('message', (message) => {
    if (isReport(message)) reports.push(message);
  });
  if (child.stdout === null) throw new Error('the script has no output');
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { name, output, isWhole: code === 0 };
}
