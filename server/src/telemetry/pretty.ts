// Shows a JSON log line as one readable line, for an operator at a terminal.
import { styleText } from 'node:util';

const styles = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red', fatal: 'magenta' } as const;

/**
 * One line of printable ASCII: time of day, level, event, message, then fields as `name=value`. Takes lines after the
 * scan, so it can't show what they hide. A line that isn't a JSON object is shown as it is, escaped.
 */
export function formatPretty(line: string): string {
  const row = parseRow(line);
  if (row === undefined) return `${escapeText(line.trimEnd())}\n`;
  const { level, time, event, message, ...fields } = row;
  const parts = [showTime(time), showLevel(level), showPlain(event), showPlain(message)];
  const shown = Object.entries(fields).map(([name, value]) => `${showPlain(name)}=${showValue(value)}`);
  return `${[...parts, ...shown].filter((part) => part !== '').join(' ')}\n`;
}

function parseRow(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && !Array.isArray(row) ? { ...row } : undefined;
  } catch {
    return undefined;
  }
}

function showTime(time: unknown): string {
  return typeof time === 'string' ? escapeText(time.slice(11, 23)) : '';
}

function showLevel(level: unknown): string {
  const text = showPlain(level).toUpperCase().padEnd(5);
  const style = Object.entries(styles).find(([name]) => name === level)?.[1];
  return style === undefined ? text : styleText(style, text);
}

function showPlain(value: unknown): string {
  return typeof value === 'string' ? escapeText(value) : '';
}

function showValue(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return escapeText(text);
}

/** A terminal obeys control characters and reorders text by direction marks; neither may come from a log line. */
function escapeText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
