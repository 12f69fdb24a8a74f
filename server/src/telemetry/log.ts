// Writes declared events as JSON lines: values by kind, names of the request and trace added, the whole line scanned.
import { pino } from 'pino';
import { currentContext } from './context.ts';
import { shapeError } from './error-shape.ts';
import {
  type ClosedValues,
  type FieldDeclarations,
  type FieldKind,
  fieldKindOf,
  type FieldValues,
  type LogEvent,
  type LogLevel,
  logLevels,
} from './events.ts';
import { maskedPlaces, logLines, logLost, refusedValues } from './own-metrics.ts';
import { type Scanned, scanText } from './scan.ts';
import { isId, networkOf, refusalOf, renderValue } from './values.ts';

/**
 * Writes one event. Never throws and never waits: what can't be written is counted. Takes only declared fields, and for
 * names and reasons no plain `string`.
 */
export type Log = <const F extends FieldDeclarations, const V extends FieldValues<F>>(
  event: LogEvent<F>,
  values: V & ClosedValues<F, V>,
) => void;

export type LogOptions = {
  /** Takes one line with its newline. */
  readonly write: (line: string) => void;
  /** The lowest level that is written. */
  readonly level: LogLevel;
  readonly now: () => Date;
  /** `network` writes the first 24 bits of IPv4 and 48 of IPv6 addresses instead of all; `full` by default. */
  readonly addresses?: 'full' | 'network';
};

type Listener = (line: string) => void;

const listenersOf = new WeakMap<Log, Set<Listener>>();

/** Tells every line as it is written from now on, until the returned function is called; of another log, none. */
export function listenToLog(log: Log, listener: Listener): () => void {
  const listeners = listenersOf.get(log);
  listeners?.add(listener);
  return () => void listeners?.delete(listener);
}

/** Makes the log. */
export function createLog(options: LogOptions): Log {
  const listeners = new Set<Listener>();
  const write = (line: string): void => {
    options.write(line);
    for (const listener of listeners) listener(line);
  };
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${options.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => guardLine(line, scanText) },
    },
    { write },
  );
  const written = new Set(logLevels.slice(logLevels.indexOf(options.level)));
  const log: Log = (event, values) => {
    if (!written.has(event.level)) return;
    try {
      logger[event.level](buildRecord(event, values, options.addresses ?? 'full'), event.message);
      logLines.add(1, { level: event.level });
    } catch {
      logLost.add(1, { reason: 'write_failed' });
    }
  };
  listenersOf.set(log, listeners);
  return log;
}

const lostLine = '{"level":"error","event":"log.line_lost","message":"a line could not be checked and was dropped"}\n';

/**
 * The line as it may leave. If the scan fails, or a mask would leave something that isn't JSON, the body is dropped:
 * a line that couldn't be checked is never written.
 */
export function guardLine(line: string, scan: (text: string) => Scanned): string {
  try {
    const { text, masked } = scan(line.slice(0, -1));
    if (masked.length === 0) return line;
    JSON.parse(text);
    for (const kind of masked) maskedPlaces.add(1, { kind });
    return `${text}\n`;
  } catch {
    logLost.add(1, { reason: 'scan_failed' });
    return lostLine;
  }
}

type Row = Record<string, unknown>;

function buildRecord(event: LogEvent, values: Readonly<Row>, addresses: 'full' | 'network'): Row {
  const row: Row = { event: event.id, ...contextNames() };
  for (const { name, kind, isOptional } of fieldsOf(event)) {
    const value = values[name];
    if (value === undefined && isOptional) continue;
    row[name] = kind === 'error' ? shapeError(value) : renderField(kind, value, addresses);
  }
  return row;
}

type Field = { readonly name: string; readonly kind: FieldKind; readonly isOptional: boolean };

const fields = new WeakMap<LogEvent, readonly Field[]>();

/** Read from the declaration once: an event is frozen. */
function fieldsOf(event: LogEvent): readonly Field[] {
  const known = fields.get(event);
  if (known !== undefined) return known;
  const read = Object.entries(event.fields).map(([name, declaration]) => ({
    name,
    kind: fieldKindOf(declaration),
    isOptional: declaration.endsWith('?'),
  }));
  fields.set(event, read);
  return read;
}

function renderField(kind: Parameters<typeof renderValue>[0], value: unknown, addresses: 'full' | 'network'): unknown {
  const rendered = renderValue(kind, value);
  if (rendered === undefined) {
    refusedValues.add(1, { kind });
    return refusalOf(kind);
  }
  return kind === 'address' && addresses === 'network' ? networkOf(String(rendered)) : rendered;
}

function contextNames(): Row {
  const { requestId, trace } = currentContext() ?? {};
  const names: Row = {};
  if (requestId !== undefined) names['requestId'] = isId(requestId) ? requestId : refusalOf('id');
  if (trace !== undefined && /^[0-9a-f]{32}$/.test(trace.traceId)) names['traceId'] = trace.traceId;
  return names;
}
