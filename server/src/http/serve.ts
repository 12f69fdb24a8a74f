// What every request passes, whichever listener it came to: the one way from a socket to the registry.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { runInContext } from '#telemetry/context.ts';
import type { Log } from '#telemetry/log.ts';
import { answer } from './answer.ts';
import { monotonicMs } from '#telemetry/clock.ts';
import type { Door } from './door.ts';
import { ClientGone, type Exchange, NO_ROUTE } from './exchange.ts';
import { isEncrypted, toOriginForm } from './host.ts';
import { refuse } from './refuse.ts';
import { isOut } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import { methodName, requestCount, requestEnded, requestSeconds, requestSpan } from './telemetry.ts';

/** Answers one request; resolves when its reply is out or its client gone. Never rejects. */
export async function serve(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  using running = door.connections.begin(request, response);
  const exchange: Exchange = {
    request,
    response,
    requestId: requestIdOf(request.headers['x-request-id']),
    path: /^[^?#]*/.exec(toOriginForm(request.url ?? ''))?.[0] ?? '',
    startedMs: monotonicMs(),
    clientLeft: running.clientLeft,
    stopping: running.stopping,
    finishLater: running.finishLater,
    isStopping: door.isStopping,
    progress: {
      isAccepted: false,
      isSecure: isEncrypted(request),
      extraHeaders: {},
      route: NO_ROUTE,
      refusal: undefined,
      requestBytes: 0,
      replyBytes: 0,
    },
  };
  request.on('error', ignore);
  response.on('error', ignore);
  const { traceparent } = request.headers;
  await runInContext({ requestId: exchange.requestId }, () =>
    door.traces.runTrace(
      requestSpan,
      { 'http.request.method': methodName(request.method) },
      typeof traceparent === 'string' ? traceparent : undefined,
      async (span) => {
        await settle(door, exchange);
        span.set({
          'http.route': exchange.progress.route,
          'http.response.status_code': response.headersSent ? response.statusCode : 0,
        });
        tell(door.log, exchange);
      },
    ),
  );
}

function ignore(): void {
  // Whoever waits for the request or the reply is told by other means.
}

async function settle(door: Door, exchange: Exchange): Promise<void> {
  try {
    await answer(door, exchange);
  } catch (error) {
    await refuse(door, exchange, error, {}).catch((failure: unknown) => {
      exchange.response.destroy();
      if (!(failure instanceof ClientGone)) {
        door.kernel.onUnexpected(failure, { route: exchange.progress.route, requestId: exchange.requestId });
      }
    });
  }
}

function tell(log: Log, exchange: Exchange): void {
  const { request, response, progress, startedMs, clientLeft } = exchange;
  const { route, refusal, requestBytes, replyBytes } = progress;
  const status = response.headersSent ? response.statusCode : 0;
  const durationMs = monotonicMs() - startedMs;
  const outcome = isOut(exchange) ? 'answered' : clientLeft.aborted ? 'client_left' : 'cut';
  requestCount.add(1, { route, class: classOf(status) });
  requestSeconds.observe(durationMs / 1_000, { route });
  log(requestEnded, {
    route,
    method: methodName(request.method),
    status,
    outcome,
    refusal,
    durationMs,
    requestBytes,
    replyBytes,
  });
}

function classOf(status: number): 'none' | '2xx' | '3xx' | '4xx' | '5xx' {
  if (status < 200) return 'none';
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}
