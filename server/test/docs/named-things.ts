// What documents name in code: settings, commands with their flags, npm scripts and files of the repository.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../src/cli/command.ts';
import { COMMON_FLAGS } from '../../src/cli/command.ts';
import type { Markdown } from './markdown.ts';

/** Files that a guide makes up as it goes. */
const EXAMPLES = ['server/src/modules/reading-lists/', 'server/src/db/migrations/NNNN_'];
const FILE = /(?<![\w./#@-])((?:[\w-]+\/)+[\w.-]+\.(?:ts|js|sql|json|md|py))(?![\w/])/g;

/** Settings that nothing reads. `HOLDFAST_RATE_…` stands for all that begin so. */
export function unknownSettings({ text }: Markdown, known: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(/\bHOLDFAST_[A-Z0-9_]*[A-Z0-9](_?[…*])?/g)].flatMap(([found, rest]) => {
    const name = rest === undefined ? found : found.slice(0, -rest.length);
    const isKnown = rest === undefined ? known.has(name) : [...known].some((key) => key.startsWith(`${name}_`));
    return isKnown ? [] : [name];
  });
}

/** Commands that do not exist, and flags that theirs does not take. */
export function unknownCommands({ code }: Markdown, commands: readonly Command[]): readonly string[] {
  const calls = code.flatMap((text) =>
    [...text.matchAll(/(?:^|[ /`(])holdfast(?:\.js)? ([a-z][^\n`]*)/gm)].map((match) => match[1] ?? ''),
  );
  return calls.flatMap((call) => {
    const command = commands.find(({ name }) => call === name || call.startsWith(`${name} `));
    if (command === undefined) return [`holdfast ${call}`];
    const known = new Set([...Object.keys(command.flags), ...Object.keys(COMMON_FLAGS)]);
    const flags = [...call.matchAll(/(?<= )--([a-z][a-z-]*)/g)].map((match) => match[1] ?? '');
    return flags.filter((flag) => !known.has(flag)).map((flag) => `holdfast ${command.name} --${flag}`);
  });
}

/** npm scripts that package.json does not have. */
export function unknownScripts({ code }: Markdown, scripts: ReadonlySet<string>): readonly string[] {
  const named = code.flatMap((text) =>
    [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][a-z:-]*)|(start|test)\b)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    ),
  );
  return named.filter((script) => !scripts.has(script)).map((script) => `npm run ${script}`);
}

/** Files of ours that are not there: named from the root, or from the sources of the server. */
export function missingFiles({ code }: Markdown, root: string): readonly string[] {
  const named = code.flatMap((text) => [...text.matchAll(FILE)].map((match) => match[1] ?? ''));
  return named.filter(
    (path) =>
      !EXAMPLES.some((example) => path.startsWith(example)) &&
      !['', 'server/src', 'server'].some((base) => existsSync(join(root, base, path))),
  );
}
