// Starts a new capability: `node tools/new-module.ts reading-lists` writes its folder and migration, and says what is left to do.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT_FAULTS, EXIT_USAGE } from './lib/faults.ts';
import { listFiles } from './lib/list-files.ts';
import { repositoryRoot } from './lib/repository.ts';
import { runNode } from './lib/run-command.ts';
import { type ModuleNames, namesFor, singularOf, type TakenNames } from './new-module/names.ts';
import { filesFor } from './new-module/templates.ts';

const MODULES = 'server/src/modules';
const MIGRATIONS = 'server/src/db/migrations';

export type NewModule =
  | { readonly ok: true; readonly names: ModuleNames; readonly paths: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Writes a new module into the repository at `root`, or nothing at all and says why. */
export function writeNewModule(root: string, module: string, singular = singularOf(module)): NewModule {
  const result = namesFor(module, singular, takenNames(root));
  if (!result.ok) return result;
  const files = filesFor(result.names, nextMigration(root));
  const existing = Object.keys(files).find((path) => existsSync(join(root, path)));
  if (existing !== undefined) return { ok: false, reason: `${existing} exists` };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // Never over a file that came into being since.
    writeFileSync(join(root, path), text, { flag: 'wx' });
  }
  formatFolder(root, `${MODULES}/${module}`);
  return { ok: true, names: result.names, paths: Object.keys(files) };
}

/** Lines are as long as the names in them, so the formatter has the last word. */
function formatFolder(root: string, folder: string): void {
  const oxfmt = join(root, 'node_modules', 'oxfmt', 'bin', 'oxfmt');
  const { status, stderr } = runNode([oxfmt, folder], { cwd: root });
  if (status !== 0) throw new Error(`oxfmt ended with ${String(status)}: ${stderr}`);
}

function takenNames(root: string): TakenNames {
  const source = listFiles(root, 'server/src', (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  const texts = source.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  const sql = listFiles(root, MIGRATIONS, (path) => path.endsWith('.sql')).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  return {
    modules: new Set(foldersIn(join(root, MODULES))),
    layers: new Set(foldersIn(join(root, 'server/src'))),
    tables: new Set(
      [...sql.join('\n').matchAll(/\bcreate table (?:if not exists )?(\w+)/g)].map((match) => match[1] ?? ''),
    ),
    prefixes: new Set(
      [...texts.matchAll(/\b(?:idIn|idOut|encodeId|decodeId)\('([a-z0-9_]+)'/g)].map((match) => match[1] ?? ''),
    ),
  };
}

function foldersIn(path: string): readonly string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function nextMigration(root: string): number {
  const numbers = readdirSync(join(root, MIGRATIONS)).map((name) => Number(/^(\d{4})_/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

function nextSteps({ value, module, prefix }: ModuleNames): string {
  return [
    'Add to server/src/modules.ts, and to the end of its list:',
    `import { ${value} } from '#modules/${module}.ts';`,
    'Then write the types of the new table with `npm run gen`.',
    `Public ids begin with ${prefix}_; change that now or never.`,
    '',
  ].join('\n');
}

if (import.meta.main) {
  const [module, singular, ...rest] = process.argv.slice(2);
  if (module === undefined || rest.length > 0) {
    process.stderr.write('usage: node tools/new-module.ts <name, a plural> [<singular>]\n');
    process.exitCode = EXIT_USAGE;
  } else {
    const result = writeNewModule(repositoryRoot, module, singular);
    if (result.ok) process.stdout.write(`${result.paths.join('\n')}\n\n${nextSteps(result.names)}`);
    else process.stderr.write(`new module: ${result.reason}\n`);
    if (!result.ok) process.exitCode = EXIT_FAULTS;
  }
}
