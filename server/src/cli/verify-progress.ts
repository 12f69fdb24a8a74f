// Shows how a check goes on: a line for each control on a terminal, nothing where programs listen.
import { renderProgress } from '@holdfast/controls/render/terminal.ts';
import type { Verdict } from '@holdfast/controls/verdict.ts';
import type { Terminal } from './terminal.ts';

export type CheckProgress = {
  readonly id: string;
  readonly title: string;
  /** Null while it runs. */
  readonly verdict: Verdict | null;
  readonly total: number;
};

export type ProgressLine = { readonly show: (progress: CheckProgress) => void; readonly end: () => void };

export function createProgressLine(terminal: Terminal, isShown: boolean): ProgressLine {
  let done = 0;
  const isQuiet = !isShown || terminal.json;
  return {
    show: ({ id, title, verdict, total }) => {
      if (isQuiet || verdict === null) return;
      done += 1;
      terminal.line(renderProgress({ kind: 'finished', result: { id, title, verdict }, done, total }, terminal));
    },
    end: () => undefined,
  };
}
