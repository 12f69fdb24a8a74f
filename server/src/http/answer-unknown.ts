// Answers what no route takes: a preflight, OPTIONS, a method the path does not know, or a path that is none.
import { kernelErrors } from '#kernel/errors.ts';
import { admit, holdToNetworks, identify } from '#kernel/gate.ts';
import type { Door, Visit } from './door.ts';
import { type Exchange, NO_ROUTE } from './exchange.ts';
import { anonymousCall, traceRefusal } from './refusal-trace.ts';
import { sendReply } from './reply.ts';

/** A bad credential is 401 here too, so that trying paths tells nothing about it; then 405 with Allow, or 404. */
export async function answerUnknown(
  door: Door,
  exchange: Exchange,
  visit: Visit,
  methods: readonly string[],
): Promise<void> {
  const { request } = exchange;
  try {
    const credential = visit.credential();
    const call = { ...anonymousCall(exchange, visit), credential };
    await admit(door.kernel, call);
    const { path } = exchange;
    holdToNetworks(await identify(door.kernel, call, { path, isPublic: false }), call, path);
  } catch (error) {
    await traceRefusal(door.kernel, exchange, visit, { id: NO_ROUTE, audit: { none: 'no route' } }, error);
    throw error;
  }
  if (methods.length === 0) throw kernelErrors['route.not_found']();
  const allow = methods.join(', ');
  if (request.method !== 'OPTIONS') throw kernelErrors['route.method']({ headers: { allow } });
  await sendReply(exchange, {
    status: 204,
    headers: { allow, ...(await door.preflight(request, exchange.path, methods)) },
  });
}
