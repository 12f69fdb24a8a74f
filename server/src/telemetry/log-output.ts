// Carries log lines to a file descriptor without ever blocking the event loop or growing without bound.
import { write } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { logLost } from './own-metrics.ts';
import { settlesWithin } from './deadline.ts';
import { formatPretty } from './pretty.ts';

export type LogOutput = {
  /** Takes one line with its newline; drops and counts it if the reader is too far behind. */
  readonly write: (line: string) => void;
  /** Waits until all lines are written, `timeoutMs` at most; false if some were not. Call it before the process ends. */
  readonly drain: (timeoutMs: number) => Promise<boolean>;
};

export type LogOutputOptions = {
  /** 1, the standard output, by default. */
  readonly fd?: number;
  /** Characters kept for a reader that is behind; 8 million by default. */
  readonly bufferCharsMax?: number;
};

const chunkChars = 65_536;
const retryMs = 50;
/** Lines of this time leave together: each write is a trip to another thread, dearer than many lines. */
const gatherMs = 50;

/**
 * Opens the output: JSON lines, or one readable line an event when the descriptor is a terminal. Writing goes through
 * the thread pool one chunk at a time, because a pipe whose reader has stopped blocks a writer; a line waits a twentieth
 * of a second at most for others to go with it.
 */
export function openLogOutput(options: LogOutputOptions = {}): LogOutput {
  const { fd = 1, bufferCharsMax = 8_000_000 } = options;
  const render = isatty(fd) ? formatPretty : (line: string): string => line;
  const queue: string[] = [];
  let queuedChars = 0;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      if (queuedChars < chunkChars) await wait(gatherMs);
      const lines = takeChunk(queue);
      const failed = !(await writeAll(fd, Buffer.from(lines.join(''))));
      if (failed) logLost.add(lines.length, { reason: 'output_failed' });
      queuedChars -= lines.reduce((sum, line) => sum + line.length, 0);
    }
    running = undefined;
  };

  return Object.freeze({
    write: (line: string) => {
      if (queuedChars + line.length > bufferCharsMax) {
        logLost.add(1, { reason: 'buffer_full' });
        return;
      }
      const rendered = render(line);
      queue.push(rendered);
      queuedChars += rendered.length;
      running ??= run();
    },
    drain: async (timeoutMs: number) => running === undefined || settlesWithin(running, timeoutMs),
  });
}

function takeChunk(queue: string[]): readonly string[] {
  let chars = 0;
  const end = queue.findIndex((line) => (chars += line.length) > chunkChars);
  return queue.splice(0, end < 0 ? queue.length : Math.max(end, 1));
}

/** False if the descriptor refused; a full one is asked again, since its reader may come back. */
async function writeAll(fd: number, bytes: Buffer): Promise<boolean> {
  let done = 0;
  while (done < bytes.length) {
    const result = await writeSome(fd, bytes.subarray(done));
    if (typeof result === 'number') done += result;
    else if (result.code === 'EAGAIN') await wait(retryMs, undefined, { ref: false });
    else return false;
  }
  return true;
}

function writeSome(fd: number, bytes: Buffer): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => write(fd, bytes, (error, written) => resolve(error ?? written)));
}
