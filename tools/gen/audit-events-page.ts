// Writes docs/reference/audit-events.md: every action the audit log can hold, and what leaves it.
import type { Registry } from '../../server/src/kernel/registry.ts';
import { byText, code, page, table } from './document.ts';
import { operationsOf } from './operations.ts';

type Source = { readonly action: string; readonly from: string; readonly when: string };

export function renderAuditEvents(registry: Registry): string {
  const sources = [...operationsOf(registry), ...registry.jobs.values()].flatMap((one): readonly Source[] =>
    'action' in one.audit ? [{ action: one.audit.action, from: `${one.kind} ${code(one.id)}`, when: one.summary }] : [],
  );
  const byAction = [...Map.groupBy(sources, ({ action }) => action)].toSorted(byText(([action]) => action));
  const silent = operationsOf(registry).filter(({ audit }) => 'none' in audit);
  return page('the routes and jobs', 'Audit events', ABOUT, [
    table(
      ['action', 'left by', 'when'],
      byAction.map(([action, group]) => [
        code(action),
        group.map(({ from }) => from).join(', '),
        group.map(({ when }) => when).join('; '),
      ]),
    ),
    '## What leaves no event',
    'Allowed calls of these routes leave none, for the reason given; refused ones are recorded under the id of the route.',
    table(
      ['route', 'reason'],
      silent.map(({ id, audit }) => [code(id), 'none' in audit ? audit.none : '']),
    ),
  ]);
}

const ABOUT = `An event has an outcome: *allowed* (written in the transaction of the change itself), *denied* (401 and 403 for somebody
identified, and masked 404) or *failed* (5xx), with the same action. A principal’s refusals are recorded singly up to 20 a
minute; the rest, and those of strangers, become one event \`access.refused\` a minute, source and reason, with a count.`;
