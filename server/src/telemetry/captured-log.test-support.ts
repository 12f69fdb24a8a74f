// A log whose lines tests can read, and two events to write into it.
import { defineLogEvent } from './events.ts';
import { createLog, type Log, type LogOptions } from './log.ts';

/** The time on every captured line. */
export const at = new Date('2026-11-22T09:31:00.123Z');

/** A log at every level, and its lines as they were written. */
export function capture(options: Partial<LogOptions> = {}): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), level: 'debug', now: () => at, ...options });
  return { log, lines };
}

export const finished = defineLogEvent('test.request_finished', {
  level: 'info',
  message: 'A request was answered',
  fields: {
    status: 'number',
    route: 'name',
    durationMs: 'duration',
    address: 'address',
    keyId: 'id?',
    cached: 'boolean?',
    why: 'reason?',
  },
});
export const failed = defineLogEvent('test.request_failed', {
  level: 'error',
  message: 'A request failed',
  fields: { error: 'error' },
});
