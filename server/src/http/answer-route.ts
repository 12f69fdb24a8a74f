// Answers a request for an ordinary route: its body read and parsed, the kernel's pipeline, its reply as JSON.
import type { Call } from '#kernel/call.ts';
import { runRoute } from '#kernel/pipeline.ts';
import type { ProtocolRoute } from '#kernel/protocol-route.ts';
import { checkedPermissions } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { FREE_BYTES_MAX, parseBody, readBody } from './body.ts';
import { callOf, type Matched } from './call-of.ts';
import type { Door, Visit } from './door.ts';
import type { Exchange } from './exchange.ts';
import { proveCaller } from './prior-proof.ts';
import { letPageRead } from './publishable-cors.ts';
import { traceRefusal } from './refusal-trace.ts';
import { refuse } from './refuse.ts';
import { sendReply } from './reply.ts';

export type RouteMatch = Matched & { readonly route: AnyRoute | ProtocolRoute<AnyRoute> };

export async function answerRoute(door: Door, exchange: Exchange, visit: Visit, match: RouteMatch): Promise<void> {
  const { route } = match;
  try {
    using memory = door.bodyMemory.open();
    const call = await prepare(door, exchange, visit, match, memory.grow);
    const { status, headers, cookies, body } = await runRoute(door.kernel, route, call);
    await sendReply(exchange, {
      status,
      cookies,
      headers: body === undefined ? headers : { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    await refuse(door, exchange, error, { face: 'protocol' in route ? route.protocol : undefined });
  }
}

/** A key that stands in a page says from which; the page may read what answers it. */
function readableCallOf(exchange: Exchange, call: Call): Call {
  const claims = call.credential?.kind === 'api_key' ? call.credential.claims : undefined;
  if (claims?.origin === undefined) return call;
  return { ...call, onIdentified: (principal) => letPageRead(exchange, principal) };
}

/** Everything before the pipeline; what it refuses is traced here, because the pipeline never sees it. */
async function prepare(door: Door, exchange: Exchange, visit: Visit, match: RouteMatch, grow: (bytes: number) => void) {
  const { route } = match;
  try {
    const call = readableCallOf(exchange, callOf(exchange, visit, match));
    const isPublic = 'public' in route.access;
    const bytes = await readBody({
      request: exchange.request,
      response: exchange.response,
      // A public route takes no more than anybody may send unproved.
      bytesMax: isPublic ? Math.min(door.bytesMax.route, FREE_BYTES_MAX) : door.bytesMax.route,
      prove: () => proveCaller(door.kernel, call, route.path, checkedPermissions(route)),
      grow,
    });
    exchange.progress.requestBytes = bytes?.length ?? 0;
    return { ...call, body: parseBody(bytes) };
  } catch (error) {
    await traceRefusal(door.kernel, exchange, visit, route, error);
    throw error;
  }
}
