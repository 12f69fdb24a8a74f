// Shows how a check goes on: a line for each control on a terminal, nothing where programs listen.
import { renderProgress } from '@holdfast/controls/render/terminal.ts';
import type { Verdict } from '@holdfast/controls/verdict.ts';
import type { Terminal } from './terminal.ts';

/** A control that has been looked at. */
export type Looked = { readonly id: string; readonly title: string; readonly verdict: Verdict };

/** Tells of one more of `total`. */
export type TellProgress = (looked: Looked, total: number) => void;

export function createProgress(terminal: Terminal, isShown: boolean): TellProgress {
  if (!isShown || terminal.json) return () => undefined;
  let done = 0;
  return (result, total) => {
    done += 1;
    terminal.line(renderProgress({ kind: 'finished', result, done, total }, terminal));
  };
}
