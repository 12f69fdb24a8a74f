// Writes docs/reference/routes.md: every route with what it demands and what it leaves behind.
import type { Registry } from '../../server/src/kernel/registry.ts';
import { idempotencyOf, rateOf } from '../../server/src/reference/operation.ts';
import { code, page, table } from './document.ts';
import { accessText, type AnyOperation, auditText, operationsOf } from './operations.ts';

export function renderRoutes(registry: Registry): string {
  const parts = registry.modules
    .filter((module) => operationsOf(module).length > 0)
    .map((module) => [`## ${module.name}`, table(HEAD, operationsOf(module).map(rowOf))].join('\n\n'));
  const about = `All ${String(operationsOf(registry).length)} routes; a server has no others, beside pages that hold nothing of an organization.
Schemas and errors of each are in openapi.json.`;
  return page('the routes', 'Routes', about, parts);
}

const HEAD = ['route', 'id', 'what it does', 'access', 'rate', 'audit', 'notes'] as const;

function rowOf(operation: AnyOperation): readonly string[] {
  const { class: name, keyedByInput } = rateOf(operation);
  return [
    code(`${operation.method} ${operation.path}`),
    code(operation.id),
    operation.summary,
    accessText(operation),
    keyedByInput ? `${name}, also by what is asked` : name,
    auditText(operation.audit),
    notesOf(operation),
  ];
}

function notesOf(operation: AnyOperation): string {
  if (operation.kind === 'stream') return 'streams';
  const idempotency = idempotencyOf(operation);
  const notes = [
    ...(operation.stepUp === true ? ['step-up'] : []),
    ...(idempotency === undefined ? [] : ['Idempotency-Key']),
    ...(operation.secretReply === true ? ['shows a secret once'] : []),
    ...('protocol' in operation ? ['errors in its protocol’s form'] : []),
  ];
  return notes.join(', ');
}
