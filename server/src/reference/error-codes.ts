// Which errors a call may answer with: those its route lists, and those that the way of every request can end in.
import { checkedPermissions } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import type { AnyStream } from '#kernel/stream.ts';

/** Any request at all: its form, its credential, its pace, the state of the server. */
const ALWAYS = [
  'request.invalid',
  'request.malformed',
  'request.duplicate_header',
  'request.expectation',
  'request.headers_too_large',
  'request.misdirected',
  'request.timeout',
  'auth.invalid',
  'auth.organization_mismatch',
  'network.refused',
  'rate.exceeded',
  'server.busy',
  'server.stopping',
  'server.unavailable',
  'server.unexpected',
] as const;
const WITH_BODY = ['request.too_large', 'request.media_type', 'request.cross_site'] as const;
const WITH_PERMISSION = ['auth.required', 'auth.forbidden'] as const;

/** The codes of an operation, in alphabetical order. */
export function errorCodesOf(operation: AnyRoute | AnyStream): readonly string[] {
  const codes = operation.kind === 'route' ? routeCodes(operation) : streamCodes(operation);
  return [...new Set([...operation.errors, ...ALWAYS, ...codes])].toSorted();
}

function routeCodes(route: AnyRoute): readonly string[] {
  const isMutation = route.method !== 'GET';
  const isChecked = checkedPermissions(route).length > 0;
  return [
    'server.outcome_unknown',
    ...(isMutation ? WITH_BODY : []),
    ...(isChecked ? [...WITH_PERMISSION, 'resource.not_found'] : []),
    ...(isMutation && isChecked ? ['resource.changed', 'idempotency.in_flight', 'idempotency.mismatch'] : []),
    ...(route.stepUp === true ? ['auth.step_up'] : []),
  ];
}

function streamCodes(stream: AnyStream): readonly string[] {
  return [...WITH_PERMISSION, ...(stream.method === 'GET' ? [] : WITH_BODY)];
}
