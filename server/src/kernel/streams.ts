// Which audit stream and which idempotency space a call belongs to: its organization's, its person's, or the installation's.
import type { Scope } from '#db/scope.ts';
import { orgOf, personOf, type Principal } from './principal.ts';
import type { Stream } from './queries.ts';

/** The installation's own stream; the nil UUID (RFC 9562 section 5.9) names no organization and no person. */
export const SYSTEM_STREAM: Stream = { kind: 'system', id: '00000000-0000-0000-0000-000000000000' };

/** The narrowest owner of what a scope touches: an organization before a person before the installation. */
export function streamOfScope(scope: Scope): Stream {
  if (scope.orgId !== undefined) return { kind: 'org', id: scope.orgId };
  if (scope.userId !== undefined) return { kind: 'person', id: scope.userId };
  return SYSTEM_STREAM;
}

export function streamOfPrincipal(principal: Principal): Stream {
  const orgId = orgOf(principal);
  const userId = personOf(principal);
  return streamOfScope({ ...(orgId === undefined ? {} : { orgId }), ...(userId === undefined ? {} : { userId }) });
}

/** The scope that may write to a stream and nothing else. */
export function scopeOfStream(stream: Stream): Scope {
  switch (stream.kind) {
    case 'org':
      return { orgId: stream.id };
    case 'person':
      return { userId: stream.id };
    case 'system':
      return { system: true };
  }
}
