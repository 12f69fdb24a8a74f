// A command of the terminal as data: what it does, how it is called, and with which exit status it ends.
import type { ParseArgsConfig } from 'node:util';
import type { Environment } from '#config.ts';
import type { Terminal } from './terminal.ts';

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export type Invocation = {
  readonly flags: Flags;
  readonly positionals: readonly string[];
  readonly env: Environment;
  /** Without the program and the script. */
  readonly argv: readonly string[];
  readonly terminal: Terminal;
};

export type FlagSpec = { readonly type: 'string' | 'boolean'; readonly describe: string; readonly value?: string };

export type Command = {
  /** Words after `holdfast`, for example `config check`. */
  readonly name: string;
  readonly summary: string;
  readonly details: string;
  /** The one argument that is no flag, where there is one. */
  readonly positional?: { readonly name: string; readonly describe: string };
  readonly flags: Readonly<Record<string, FlagSpec>>;
  readonly examples: readonly string[];
  readonly exits: Readonly<Record<number, string>>;
  /** What is refused is a start, whether this makes it or only judges it. */
  readonly asksForStart?: true;
  readonly run: (invocation: Invocation) => Promise<number>;
};

/** 0 done · 1 failed · 2 called wrongly · 69 the server is not reachable · 78 the configuration is refused. */
export const EXIT = { done: 0, failed: 1, usage: 2, unavailable: 69, configuration: 78 } as const;

export const COMMON_FLAGS: Readonly<Record<string, FlagSpec>> = {
  help: { type: 'boolean', describe: 'Show this help' },
  json: { type: 'boolean', describe: 'Print JSON for programs instead of text for people' },
};

export function parseOptions(command: Command): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries({ ...command.flags, ...COMMON_FLAGS }).map(([name, { type }]) => [name, { type }]),
  );
}
