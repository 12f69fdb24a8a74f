// Help texts, made from the commands themselves.
import { type Command, COMMON_FLAGS } from './command.ts';
import type { Terminal } from './terminal.ts';

export function showOverview(commands: readonly Command[], { line, paint }: Terminal): void {
  line(`${paint('Holdfast', 'bold')}: the self-hosted control plane where people and AI agents work`);
  line();
  line('Usage: holdfast <command> [flags]');
  line();
  const width = Math.max(...commands.map((command) => command.name.length));
  for (const command of commands) line(`  ${paint(command.name.padEnd(width), 'cyan')}  ${command.summary}`);
  line();
  line('`holdfast <command> --help` shows flags, examples and exit statuses.');
  line('Configuration: environment variables, listed in docs/reference/config.md.');
}

export function showCommand(command: Command, { line, paint }: Terminal): void {
  line(`${paint(`holdfast ${command.name}`, 'bold')}: ${command.summary}`);
  line();
  line(command.details);
  line();
  if (command.positional !== undefined) {
    line('Argument:');
    line(`  ${command.positional.name.padEnd(26)} ${command.positional.describe}`);
    line();
  }
  line('Flags:');
  for (const [name, flag] of Object.entries({ ...command.flags, ...COMMON_FLAGS })) {
    const form = flag.type === 'string' ? `--${name} ${flag.value ?? 'TEXT'}` : `--${name}`;
    line(`  ${form.padEnd(26)} ${flag.describe}`);
  }
  line();
  line('Examples:');
  for (const example of command.examples) line(`  ${example}`);
  line();
  line('Exit status:');
  for (const [status, meaning] of Object.entries(command.exits)) line(`  ${status.padStart(2)}  ${meaning}`);
}
