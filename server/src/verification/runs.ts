// Runs that somebody asked for: begun at once, looked at while they go on, kept for a while.
import type { Report } from '@holdfast/controls/report.ts';
import type { Progress } from '@holdfast/controls/run.ts';
import type { Verifier } from './verifier.ts';

export type Run = {
  readonly id: string;
  readonly events: readonly Progress[];
  readonly outcome: RunOutcome | undefined;
};
export type RunOutcome =
  /** `signed` is undefined when the log could not take the report's hash: no report is signed without a trace. */
  | { readonly ok: true; readonly report: Report; readonly signed: string | undefined }
  | { readonly ok: false; readonly error: unknown };

export type Runs = {
  /** Undefined when as many as are allowed are under way. */
  readonly begin: (ids: readonly string[] | undefined) => string | undefined;
  readonly find: (id: string) => Run | undefined;
};

const UNDER_WAY_MAX = 4;
const KEPT_MAX = 16;

export type RunsParts = {
  readonly verifier: Verifier;
  readonly newId: () => string;
  /** Signs the report and leaves its hash in the audit log. */
  readonly seal: (report: Report) => Promise<string>;
  readonly onFailure: (error: unknown) => void;
};

export function createRuns({ verifier, newId, seal, onFailure }: RunsParts): Runs {
  const runs = new Map<string, { id: string; events: Progress[]; outcome: RunOutcome | undefined }>();
  const sealOrTell = (report: Report): Promise<string | undefined> =>
    seal(report).catch((error: unknown) => {
      onFailure(error);
      return undefined;
    });
  return {
    begin: (ids) => {
      if ([...runs.values()].filter(({ outcome }) => outcome === undefined).length >= UNDER_WAY_MAX) return undefined;
      const run: { id: string; events: Progress[]; outcome: RunOutcome | undefined } = {
        id: newId(),
        events: [],
        outcome: undefined,
      };
      runs.set(run.id, run);
      const oldest = [...runs.values()].find(({ outcome }) => outcome !== undefined);
      if (runs.size > KEPT_MAX && oldest !== undefined) runs.delete(oldest.id);
      void verifier
        .run(ids, (event) => void run.events.push(event))
        .then(async (report) => ({ ok: true, report, signed: await sealOrTell(report) }) as const)
        .catch((error: unknown) => {
          onFailure(error);
          return { ok: false, error } as const;
        })
        .then((outcome) => void (run.outcome = outcome));
      return run.id;
    },
    find: (id) => runs.get(id),
  };
}
