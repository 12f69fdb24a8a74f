// Asks the running instance, over its admin socket, to check its controls, and follows the run.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@holdfast/controls/report.ts';
import { readReport } from '@holdfast/controls/parse-report.ts';
import type { Verdict } from '@holdfast/controls/verdict.ts';
import { callAdmin } from './admin-client.ts';
import { createProgress } from './verify-progress.ts';
import type { Terminal } from './terminal.ts';

/** `signed` is undefined where nobody had a key to sign with. */
export type Asked = { readonly report: Report; readonly signed: string | undefined };

type Run = {
  readonly state: 'running' | 'done' | 'failed';
  readonly total: number;
  readonly events: readonly { readonly id: string; readonly title: string; readonly verdict: Verdict | null }[];
  readonly report: unknown;
  readonly signed: string | null;
};

const POLL_MS = 100;

type Input = {
  readonly dataDirectory: string;
  readonly only: readonly string[] | undefined;
  readonly terminal: Terminal;
  readonly showsProgress: boolean;
};

/** Throws NotRunning when no server answers, and Error when it refuses or its report cannot be read. */
export async function verifyFromInside({ dataDirectory, only, terminal, showsProgress }: Input): Promise<Asked> {
  const body = only === undefined ? {} : { only };
  const begun = await callAdmin(dataDirectory, 'POST', '/api/v1/controls/runs', body);
  if (begun.status !== 202) throw new Error(describeProblem(begun.body));
  const { id } = begun.body as { readonly id: string };
  const tell = createProgress(terminal, showsProgress);
  for (let shown = 0; ;) {
    const { status, body: run } = await callAdmin(dataDirectory, 'GET', `/api/v1/controls/runs/${id}`);
    if (status !== 200) throw new Error(describeProblem(run));
    const { state, events, total, report, signed } = run as Run;
    for (const { id: control, title, verdict } of events.slice(shown))
      if (verdict !== null) tell({ id: control, title, verdict }, total);
    shown = events.length;
    if (state === 'failed') throw new Error('The check failed; the log of the server says why.');
    if (state === 'done') return { report: demandReport(report), signed: signed ?? undefined };
    await sleep(POLL_MS);
  }
}

function demandReport(value: unknown): Report {
  const read = readReport(value);
  if (!read.ok) throw new Error(`The report cannot be read: ${read.faults.join('; ')}`);
  return read.value;
}

function describeProblem(body: unknown): string {
  const { title, detail } = (body ?? {}) as { readonly title?: string; readonly detail?: string };
  return [title ?? 'The server refused.', detail].filter((text) => text !== undefined).join('\n');
}
