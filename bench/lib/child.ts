// Child processes of a benchmark: started on a core, ready when they say or answer so, ended when the benchmark is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { onCore } from './machine.ts';

export type Child = AsyncDisposable & {
  readonly pid: number;
  /** The first line the child wrote. */
  readonly firstLine: string;
};

export type ChildInput = {
  /** Any core if absent. */
  readonly core?: number | undefined;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its error stream goes; nowhere if absent. */
  readonly errorFile?: string;
};

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

/** Starts Node with these arguments and waits for the first line on its output. Throws when it ends before. */
export async function startNode({ core, args, env = {}, errorFile }: ChildInput): Promise<Child> {
  const [program, words] = core === undefined ? [process.execPath, args] : onCore(core, process.execPath, args);
  const child = spawn(program, words, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...env },
    stdio: ['ignore', 'pipe', errorFile === undefined ? 'ignore' : openSync(errorFile, 'a')],
  });
  if (child.stdout === null) throw new Error('the child has no output');
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const giveUp = setTimeout(() => child.kill('SIGKILL'), READY_MS_MAX);
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    ended.then(([code]) => {
      throw new Error(
        `${args.join(' ')} ended with ${String(code)} before it was ready${errorFile === undefined ? '' : `, see ${errorFile}`}`,
      );
    }),
  ]).finally(() => clearTimeout(giveUp));
  // Read on, so that a full pipe never stops the child.
  lines.on('line', () => undefined);
  return {
    pid: child.pid ?? -1,
    firstLine: first,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      await ended;
      clearTimeout(kill);
    },
  };
}
