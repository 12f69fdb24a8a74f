// Writes docs/reference/jobs.md: the background work, when it runs and what it touches.
import type { Registry } from '../../server/src/kernel/registry.ts';
import { byText, code, page, table } from './document.ts';
import { auditText } from './operations.ts';

export function renderJobs(registry: Registry): string {
  const jobs = [...registry.jobs.values()].toSorted(byText(({ id }) => id));
  return page('the jobs that modules declare', 'Jobs', ABOUT, [
    table(
      ['job', 'what it does', 'runs', 'as', 'tables', 'attempts', 'time-out', 'audit'],
      jobs.map((job) => [
        code(job.id),
        job.summary,
        job.everySeconds === undefined ? 'when enqueued' : `every ${String(job.everySeconds)} s`,
        `${job.scope}, ${code(job.role ?? 'holdfast_app')}`,
        job.tables.map(code).join(', '),
        job.everySeconds === undefined ? String(job.attempts) : 'until it works',
        `${String(job.timeoutMs / 1_000)} s`,
        auditText(job.audit),
      ]),
    ),
  ]);
}

const ABOUT = `A job runs in one transaction of its scope, under a lease with a fence: a worker whose lease ran out can’t commit. One that was
enqueued by a person runs with the rights that person has when it runs.`;
