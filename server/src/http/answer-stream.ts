// Answers a request for a streaming route: bytes in, bytes out as they come, a broken connection where they broke off.
import type { StreamingCall } from '#kernel/stream-pipeline.ts';
import { runStream } from '#kernel/stream-pipeline.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { AnyStream } from '#kernel/stream.ts';
import { readBody } from './body.ts';
import { callOf, type Matched } from './call-of.ts';
import { deliver } from './deliver.ts';
import type { Door, Visit } from './door.ts';
import type { Exchange } from './exchange.ts';
import { isTooDeep } from './json.ts';
import { proveCaller } from './prior-proof.ts';
import { traceRefusal } from './refusal-trace.ts';
import { refuse } from './refuse.ts';
import { streamsChanged } from './telemetry.ts';

export type StreamMatch = Matched & { readonly stream: AnyStream };

export async function answerStream(door: Door, exchange: Exchange, visit: Visit, match: StreamMatch): Promise<void> {
  const { stream } = match;
  streamsChanged(1);
  try {
    using memory = door.bodyMemory.open();
    const call = await prepare(door, exchange, visit, match, memory.grow);
    await runStream({
      kernel: door.kernel,
      stream,
      call,
      edge: {
        clientLeft: exchange.clientLeft,
        stopping: exchange.stopping,
        deliver: (reply, signal) => deliver(exchange, reply, signal),
        finishLater: exchange.finishLater,
      },
    });
  } catch (error) {
    await refuse(door, exchange, error, { face: stream });
  } finally {
    streamsChanged(-1);
  }
}

async function prepare(
  door: Door,
  exchange: Exchange,
  visit: Visit,
  match: StreamMatch,
  grow: (bytes: number) => void,
): Promise<StreamingCall> {
  const { stream } = match;
  try {
    const call = callOf(exchange, visit, match);
    const bytes = await readBody({
      request: exchange.request,
      response: exchange.response,
      bytesMax: door.bytesMax.stream,
      prove: () => proveCaller(door.kernel, call, stream.path, [[stream.permission]]),
      grow,
    });
    const rawBody = bytes ?? Buffer.alloc(0);
    exchange.progress.requestBytes = rawBody.length;
    if (isTooDeep(rawBody)) throw kernelErrors['request.malformed']({ detail: 'The JSON is nested too deeply.' });
    return { ...call, rawBody, contentType: exchange.request.headers['content-type'] ?? '' };
  } catch (error) {
    await traceRefusal(door.kernel, exchange, visit, stream, error);
    throw error;
  }
}
