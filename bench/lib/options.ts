// What a benchmark takes on its command line: its help, its values, and one clear line for anything else.
import { parseArgs } from 'node:util';
import { print } from './table.ts';

export type Option =
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      readonly isWhole: boolean;
      readonly is: string;
    }
  /** Some of the named parts, with commas between; all of them if absent. */
  | { readonly kind: 'parts'; readonly of: readonly string[]; readonly is: string }
  /** May be given several times. */
  | { readonly kind: 'texts'; readonly is: string }
  | { readonly kind: 'flag'; readonly is: string };

export type Options = Readonly<Record<string, Option>>;

export type Script<O extends Options> = {
  /** `keys`, of `bench/keys.ts`. */
  readonly name: string;
  /** What it measures, in sentences. */
  readonly measures: readonly string[];
  readonly needs: readonly string[];
  readonly options: O;
};

type ValueOf<O extends Option> = O['kind'] extends 'number'
  ? number
  : O['kind'] extends 'flag'
    ? boolean
    : readonly string[];

export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

export type Parsed<O extends Options> =
  | { readonly kind: 'values'; readonly values: Values<O> }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problem: string };

type Given = string | boolean | readonly (string | boolean)[] | undefined;

/** The usual way to say how often and how long is measured. */
export const PASSES = {
  kind: 'number',
  default: 3,
  min: 1,
  isWhole: true,
  is: 'interleaved passes, of which medians are taken',
} as const;
export const SECONDS = {
  kind: 'number',
  default: 1.5,
  min: 0.1,
  isWhole: false,
  is: 'seconds measured in each pass',
} as const;

/** The values of this run. Ends the process after `--help` (with 0) and after a line about what it does not understand (2). */
export function readOptions<const O extends Options>(script: Script<O>): Values<O> {
  const parsed = parseOptions(script.options, process.argv.slice(2));
  if (parsed.kind === 'values') return parsed.values;
  if (parsed.kind === 'help') {
    print(helpOf(script));
    process.exit(0);
  }
  process.stderr.write(`bench/${script.name}.ts: ${parsed.problem} (--help tells what it takes)\n`);
  process.exit(2);
}

export function parseOptions<const O extends Options>(options: O, args: readonly string[]): Parsed<O> {
  const types = Object.fromEntries(Object.entries(options).map(([name, { kind }]) => [name, typeOf(kind)]));
  try {
    const parsed = parseArgs({ args: [...args], options: { ...types, help: { type: 'boolean', short: 'h' } } });
    const values: Readonly<Record<string, Given>> = parsed.values;
    if (values['help'] === true) return { kind: 'help' };
    const read = Object.entries(options).map(([name, option]) => [name, readValue(name, option, values[name])]);
    // The entries are those of the options, each read by its kind.
    return { kind: 'values', values: Object.fromEntries(read) as Values<O> };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node goes on to explain how a dash could be passed; nobody wants to here.
    return { kind: 'refused', problem: error.message.split(/\. |\n/)[0] ?? '' };
  }
}

export function helpOf({ name, measures, needs, options }: Script<Options>): string {
  const rows = Object.entries(options).map(
    ([option, spec]) => [`--${option}${exampleOf(spec)}`, explain(spec)] as const,
  );
  const all = [...rows, ['--help', 'this text'] as const];
  const width = Math.max(...all.map(([left]) => left.length));
  return [
    `node bench/${name}.ts [options] > result.md`,
    '',
    ...measures,
    '',
    'Options',
    ...all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'Needs',
    ...needs.map((need) => `  ${need}`),
  ].join('\n');
}

function typeOf(
  kind: Option['kind'],
): { readonly type: 'boolean' } | { readonly type: 'string'; readonly multiple: boolean } {
  return kind === 'flag' ? { type: 'boolean' } : { type: 'string', multiple: kind === 'texts' };
}

/** Throws an Error with one line when the text is no value of the option. */
function readValue(name: string, option: Option, given: Given): number | boolean | readonly string[] {
  switch (option.kind) {
    case 'flag':
      return given === true;
    case 'texts':
      return Array.isArray(given) ? given.map(String) : [];
    case 'number':
      return given === undefined ? option.default : readNumber(name, option, textOf(given));
    case 'parts': {
      const parts = given === undefined ? option.of : textOf(given).split(',');
      const unknown = parts.find((part) => !option.of.includes(part));
      if (unknown === undefined) return parts;
      throw new Error(`--${name} takes ${option.of.join(', ')}, not '${unknown}'`);
    }
  }
}

function textOf(given: Given): string {
  return typeof given === 'string' ? given : '';
}

function readNumber(name: string, { min, isWhole }: Option & { readonly kind: 'number' }, text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && (!isWhole || Number.isInteger(value))) return value;
  throw new Error(`--${name} takes a ${isWhole ? 'whole ' : ''}number from ${min} up, not '${text}'`);
}

function exampleOf(option: Option): string {
  if (option.kind === 'flag') return '';
  return option.kind === 'number' ? ' N' : option.kind === 'parts' ? ' A,B' : ' TEXT';
}

function explain(option: Option): string {
  if (option.kind === 'number') return `${option.is} (${option.default})`;
  return option.kind === 'parts' ? `${option.is}: ${option.of.join(', ')} (all)` : option.is;
}
