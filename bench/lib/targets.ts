// What the design promises of speed, and whether a run has found it so.
import { ms, whole } from './numbers.ts';
import { print, printTable } from './table.ts';

export type Target = {
  /** The script that measures it. */
  readonly script: string;
  readonly what: string;
  /** The promise as it is written in tables. */
  readonly wanted: string;
  readonly holds: (measured: number) => boolean;
  readonly write: (measured: number) => string;
};

const times = (value: number): string => `${value.toFixed(2)}×`;
/** How much slower counts as flat: what two runs of one and the same differ by. */
const FLAT_MAX = 1.25;

export const targets = {
  'gateway.portkey': {
    script: 'gateway',
    what: 'governed model calls a second on one core, of Portkey’s (256 callers at once)',
    wanted: '≥ 2×',
    holds: (measured) => measured >= 2,
    write: times,
  },
  'gateway.relay': {
    script: 'gateway',
    what: 'the same, of a bare Node relay’s',
    wanted: '≥ 0.60×',
    holds: (measured) => measured >= 0.6,
    write: times,
  },
  'gateway.added': {
    script: 'gateway',
    what: 'milliseconds added to a call, p50, one caller',
    wanted: '≤ 1.5 ms',
    holds: (measured) => measured <= 1.5,
    write: (measured) => `${ms(measured)} ms`,
  },
  'gateway.streams': {
    script: 'gateway',
    what: 'clean event streams at once on one core',
    wanted: '≥ 256',
    holds: (measured) => measured >= 256,
    write: whole,
  },
  'keys.checks': {
    script: 'keys',
    what: 'checks of API keys a second in one process, 64 callers',
    wanted: '≥ 5,000/s',
    holds: (measured) => measured >= 5_000,
    write: (measured) => `${whole(measured)}/s`,
  },
  'audit.commits': {
    script: 'audit',
    what: 'commits a second of one mutation with its audit event (the best number of callers)',
    wanted: '≥ 5,000/s',
    holds: (measured) => measured >= 5_000,
    write: (measured) => `${whole(measured)}/s`,
  },
  'audit.batched': {
    script: 'audit',
    what: 'events a second taken into the log in batches',
    wanted: '≥ 30,000/s',
    holds: (measured) => measured >= 30_000,
    write: (measured) => `${whole(measured)}/s`,
  },
  'audit.verified': {
    script: 'audit',
    what: 'entries of a chain verified a second, read from the database',
    wanted: '≥ 200,000/s',
    holds: (measured) => measured >= 200_000,
    write: (measured) => `${whole(measured)}/s`,
  },
  'tenants.flat': {
    script: 'tenants',
    what: 'p95 among 10,000 organizations of 100 members, of that among 10 (the worst of lists and authorized reads)',
    wanted: `flat: ≤ ${times(FLAT_MAX)}`,
    holds: (measured) => measured <= FLAT_MAX,
    write: times,
  },
  'start.ready': {
    script: 'start',
    what: 'from the command to ready on existing data, median',
    wanted: '< 2 s',
    holds: (measured) => measured < 2_000,
    write: (measured) => `${(measured / 1_000).toFixed(2)} s`,
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetId = keyof typeof targets;

export type Report = { readonly target: TargetId; readonly measured: number };

const reports: Report[] = [];

/** Notes a figure for the table of targets, here and in the run of all benchmarks; one that is no number was not measured. */
export function reportTarget(target: TargetId, measured: number): void {
  if (!Number.isFinite(measured)) return;
  const report: Report = { target, measured };
  reports.push(report);
  process.send?.(report);
}

/** The table of what was noted, last in a script's output. */
export function printReported(): void {
  if (reports.length === 0) return;
  print();
  print('## Targets');
  print();
  printTargets(
    reports.map(({ target }) => target),
    reports,
  );
}

export function printTargets(ids: readonly TargetId[], found: readonly Report[]): void {
  printTable(
    [{ title: 'what', left: true }, { title: 'target' }, { title: 'measured' }, { title: 'holds' }],
    ids.map((id) => {
      const target: Target = targets[id];
      const measured = found.find((report) => report.target === id)?.measured;
      if (measured === undefined) return [target.what, target.wanted, 'not measured', '-'];
      return [target.what, target.wanted, target.write(measured), target.holds(measured) ? 'yes' : '**no**'];
    }),
  );
}

/** Every target, in the order of the scripts that measure them. */
export function allTargets(): readonly TargetId[] {
  return Object.keys(targets) as readonly TargetId[];
}

/** Whether a message of a script’s process is a report. */
export function isReport(message: unknown): message is Report {
  return (
    typeof message === 'object' &&
    message !== null &&
    'target' in message &&
    typeof message.target === 'string' &&
    Object.hasOwn(targets, message.target) &&
    'measured' in message &&
    typeof message.measured === 'number'
  );
}
