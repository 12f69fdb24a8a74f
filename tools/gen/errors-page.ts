// Writes docs/reference/errors.md: every code a reply may carry, what it means, and what the caller can do about it.
import type { Registry } from '../../server/src/kernel/registry.ts';
import { errorCodesOf } from '../../server/src/reference/error-codes.ts';
import { byText, code, page } from './document.ts';
import { operationsOf } from './operations.ts';

export function renderErrors(registry: Registry): string {
  const operations = operationsOf(registry).map((operation) => ({ id: operation.id, codes: errorCodesOf(operation) }));
  const parts = Object.entries(registry.errors)
    .toSorted(byText(([name]) => name))
    .map(([name, { status, title, help, recorded }]) => {
      const from = operations.filter(({ codes }) => codes.includes(name)).map(({ id }) => id);
      return [
        `## ${name}`,
        `**${String(status)}** · ${title}`,
        help,
        `${originText(from, operations.length)} ${TRACES[recorded ?? 'rejected']}`,
      ].join('\n\n');
    });
  return page('the errors that modules declare', 'Errors', ABOUT, parts);
}

const ABOUT = `Errors are problems (RFC 9457): \`type\` leads to the page of the code on the server itself, \`title\` and the status
are constant for the code, \`detail\` never stands on a 5xx. Routes of a protocol (\`/v1\`) say the same in the protocol’s own form.`;

const TRACES = {
  denied: 'Recorded in the audit log as denied.',
  failed: 'Recorded in the audit log as failed.',
  rejected: 'Counted, not recorded.',
} as const;

function originText(from: readonly string[], total: number): string {
  if (from.length === 0) return 'Comes before a route is found.';
  if (from.length === total) return 'Any route.';
  return from.length > total / 2 ? 'Most routes.' : `Routes: ${from.map(code).join(', ')}.`;
}
