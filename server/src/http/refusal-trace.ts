// Leaves the trace of a refusal that the edge itself decided; the pipeline leaves its own.
import type { Call } from '#kernel/call.ts';
import { AppError } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { recordRefusal } from '#kernel/refusals.ts';
import type { Visit } from './door.ts';
import type { Exchange } from './exchange.ts';

type Recorded = { readonly id: string; readonly audit: { readonly action: string } | { readonly none: string } };

/** Records a denial by nobody in particular (the credential was not looked at, or not valid); other errors leave none. */
export async function traceRefusal(
  kernel: Kernel,
  exchange: Exchange,
  visit: Visit,
  route: Recorded,
  error: unknown,
): Promise<void> {
  if (!(error instanceof AppError)) return;
  await recordRefusal(kernel, route, anonymousCall(exchange, visit), undefined, error);
}

/** A call that carries nothing but where it came from. */
export function anonymousCall({ requestId }: Exchange, { address, addressKey }: Visit): Call {
  return {
    requestId,
    credential: undefined,
    caller: { address, addressKey, device: '' },
    params: {},
    query: {},
    body: undefined,
  };
}
