// Writes docs/reference/commands.md: the commands of the terminal, with flags, examples and exit statuses.
import type { Command, FlagSpec } from '../../server/src/cli/command.ts';
import { code, page, table } from './document.ts';

export function renderCommands(commands: readonly Command[], common: Readonly<Record<string, FlagSpec>>): string {
  const parts = commands.map((command) =>
    [
      `## holdfast ${command.name}${command.positional === undefined ? '' : ` ${command.positional.name}`}`,
      `${command.summary}.`.replace(/\.\.$/, '.'),
      command.details,
      command.positional === undefined ? '' : `${code(command.positional.name)}: ${command.positional.describe}`,
      ...(Object.keys(command.flags).length === 0 ? [] : [flagTable(command.flags)]),
      ...(command.examples.length === 0 ? [] : [['```sh', ...command.examples, '```'].join('\n')]),
      table(
        ['exit status', 'meaning'],
        Object.entries(command.exits).map(([status, meaning]) => [status, meaning]),
      ),
    ]
      .filter((part) => part.trim() !== '')
      .join('\n\n'),
  );
  return page('the commands', 'Commands', 'Every command also takes:', [flagTable(common), ...parts]);
}

function flagTable(flags: Readonly<Record<string, FlagSpec>>): string {
  return table(
    ['flag', 'meaning'],
    Object.entries(flags).map(([name, { type, value, describe }]) => [
      code(type === 'boolean' ? `--${name}` : `--${name} <${value ?? 'value'}>`),
      describe,
    ]),
  );
}
