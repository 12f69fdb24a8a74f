// What a failure becomes: one AppError for the edge, and the trace that DESIGN 5 asks for.
import { DatabaseError, isUnavailable } from '#db/errors.ts';
import type { Call } from './call.ts';
import { AppError, kernelErrors } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { ANONYMOUS, type Principal } from './principal.ts';

/** An error nobody declared is a 500 without detail; a dependency that is down is a 503. Neither is ever an allowance. */
export function toAppError(error: unknown, onUnexpected: (error: unknown) => void): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseError && error.fault === 'unknown_outcome')
    return kernelErrors['server.outcome_unknown']({ cause: error });
  if (isUnavailable(error)) {
    onUnexpected(error);
    return kernelErrors['server.unavailable']({ cause: error, headers: { 'retry-after': '2' } });
  }
  onUnexpected(error);
  return kernelErrors['server.unexpected']({ cause: error });
}

type Recorded = { readonly id: string; readonly audit: { readonly action: string } | { readonly none: string } };

/** Denied and failed calls leave a trace; 400, 409, 412 and 422 are metrics only. */
export async function recordRefusal(
  kernel: Kernel,
  route: Recorded,
  call: Call,
  principal: Principal | undefined,
  failure: AppError,
): Promise<void> {
  const outcome = failure.spec.recorded;
  if (outcome === undefined) return;
  await kernel.recorder.record({
    principal: principal ?? ANONYMOUS,
    addressKey: call.caller.addressKey,
    requestId: call.requestId,
    action: 'action' in route.audit ? route.audit.action : route.id,
    route: route.id,
    outcome,
    code: failure.code,
    asked: idsIn(call.params),
  });
}

const PUBLIC_ID = /^[a-z]{2,12}_[0-9a-hjkmnp-tv-z]{26}$/;

/** Only what has the form of an id: the log takes no free text from a caller. */
function idsIn(params: unknown): readonly string[] {
  if (typeof params !== 'object' || params === null) return [];
  return Object.values(params).filter((value): value is string => typeof value === 'string' && PUBLIC_ID.test(value));
}
