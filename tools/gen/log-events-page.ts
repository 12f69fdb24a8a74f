// Writes docs/reference/log-events.md: every line the log can hold, with its fields.
import { fieldKindOf, type LogEvent } from '../../server/src/telemetry/events.ts';
import { code, page, table } from './document.ts';

export function renderLogEvents(events: readonly LogEvent[]): string {
  return page('the log events that the server declares', 'Log events', ABOUT, [
    table(
      ['event', 'level', 'message', 'fields'],
      events.map(({ id, level, message, fields }) => [code(id), level, message, fieldsText(fields)]),
    ),
  ]);
}

const ABOUT = `The log is JSON, one object a line, with \`time\`, \`level\`, \`event\`, \`message\` and the fields below; *optional* ones may be absent.
Nothing else can be logged: a call takes a declared event, and fields it does not declare don’t compile and are dropped.`;

function fieldsText(fields: LogEvent['fields']): string {
  return Object.entries(fields)
    .map(
      ([name, declaration]) =>
        `${code(name)} ${fieldKindOf(declaration)}${declaration.endsWith('?') ? ' (optional)' : ''}`,
    )
    .join(', ');
}
