// From the arguments to a command and its exit status; a secret among the arguments is refused before anything else.
import { parseArgs } from 'node:util';
import { readEnvironment, refuseSecretsInArgv, renderFaults } from '#config.ts';
import { StartRefused } from '../start/refusal.ts';
import { type Command, EXIT, type Flags, parseOptions } from './command.ts';
import { commands } from './commands.ts';
import { showCommand, showOverview } from './help.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Runs what the arguments ask for; returns the exit status and never throws. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const env = readEnvironment();
  const terminal = createTerminal(env, argv.includes('--json'));
  const faults = refuseSecretsInArgv(argv);
  if (faults.length > 0) {
    const refused = { what: 'Nothing was done, for a secret on the command line', exitStatus: EXIT.usage };
    terminal.error(renderFaults(faults, terminal, refused));
    terminal.result({ ok: false, faults });
    return EXIT.usage;
  }
  const command = findCommand(argv);
  if (command === undefined) return overview(argv, terminal);
  const rest = argv.slice(command.name.split(' ').length);
  const parsed = parse(command, rest, terminal);
  if (parsed === undefined) return EXIT.usage;
  if (parsed.flags['help'] === true) {
    showCommand(command, terminal);
    return EXIT.done;
  }
  try {
    return await command.run({ ...parsed, env, argv: rest, terminal });
  } catch (error) {
    return explain(error, command, terminal);
  }
}

function findCommand(argv: readonly string[]): Command | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  return commands.find((command) =>
    command.name.split(' ').every((word, at) => words[at] === word && argv[at] === word),
  );
}

function overview(argv: readonly string[], terminal: Terminal): number {
  const [word] = argv;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    showOverview(commands, terminal);
    return EXIT.done;
  }
  terminal.error(
    `There is no command "${argv.filter((one) => !one.startsWith('-')).join(' ')}". \`holdfast --help\` lists the commands.`,
  );
  return EXIT.usage;
}

function parse(
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
): { readonly flags: Flags; readonly positionals: readonly string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: parseOptions(command),
      strict: true,
      allowPositionals: command.positional !== undefined,
    });
    const [, extra] = positionals;
    if (extra !== undefined) throw new TypeError(`Unexpected argument '${extra}'`);
    return { flags: values as Flags, positionals };
  } catch (error) {
    terminal.error(
      `${error instanceof Error ? error.message : 'The arguments cannot be read'}\nSee \`holdfast ${command.name} --help\`.`,
    );
    return undefined;
  }
}

function explain(error: unknown, { name, asksForStart }: Command, terminal: Terminal): number {
  if (error instanceof StartRefused) {
    const other = { what: `holdfast ${name} was refused`, exitStatus: EXIT.configuration };
    terminal.error(renderFaults(error.faults, terminal, asksForStart === true ? undefined : other));
    terminal.result({ ok: false, faults: error.faults });
    return EXIT.configuration;
  }
  terminal.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.failed;
}
