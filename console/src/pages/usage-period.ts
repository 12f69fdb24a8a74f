// Which days usage is summed over, and every one of them with its sums: days without a call are there, with nothing in them.
import type { Reply } from '../api/client.ts';

export type Sum = Reply<'usage.sum'>['items'][number];
export type Day = Pick<Sum, 'calls' | 'failures' | 'inputTokens' | 'outputTokens' | 'estimatedCalls'> & {
  /** Of UTC, such as 2026-03-04. */
  readonly day: string;
};

export const PERIODS = [7, 30, 90] as const;
export type PeriodDays = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The first instant of so many whole days, of which today is the last. */
export function beginOf(days: number, nowMs: number): string {
  return `${dayOf(nowMs - (days - 1) * DAY_MS)}T00:00:00.000Z`;
}

/** Every day of the period in its order. */
export function fillDays({ from, to, items }: Pick<Reply<'usage.sum'>, 'from' | 'to' | 'items'>): readonly Day[] {
  const sums = new Map(items.map((item) => [item.group, item]));
  const first = Date.parse(dayOf(Date.parse(from)));
  // The end is no part of the period.
  const count = Math.floor((Date.parse(to) - 1 - first) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const day = dayOf(first + at * DAY_MS);
    const { calls = 0, failures = 0, inputTokens = 0, outputTokens = 0, estimatedCalls = 0 } = sums.get(day) ?? {};
    return { day, calls, failures, inputTokens, outputTokens, estimatedCalls };
  });
}

export function totalOf(days: readonly Day[]): Omit<Day, 'day'> {
  const sum = (name: Exclude<keyof Day, 'day'>): number => days.reduce((before, day) => before + day[name], 0);
  return {
    calls: sum('calls'),
    failures: sum('failures'),
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    estimatedCalls: sum('estimatedCalls'),
  };
}
