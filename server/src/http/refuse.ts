// The end of a request that failed: a problem while nothing was sent, a broken connection once something was.
import type { AppError } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { ProtocolFace } from '#kernel/protocol-route.ts';
import { toAppError } from '#kernel/refusals.ts';
import { checkName } from '#telemetry/values.ts';
import { ClientGone, type Exchange } from './exchange.ts';
import { problemReply } from './problem-reply.ts';
import { sendReply } from './reply.ts';
import { refusalCount } from './telemetry.ts';

export type RefusalDoor = {
  readonly kernel: Pick<Kernel, 'onUnexpected'>;
  readonly origin: () => string;
};

export type RefusalForm = {
  /** The protocol's own rendering, where the route has one. */
  readonly face?: ProtocolFace | undefined;
};

/** Sends the problem. Rejects with ClientGone when nobody takes it. */
export async function refuse(
  door: RefusalDoor,
  exchange: Exchange,
  error: unknown,
  { face }: RefusalForm,
): Promise<void> {
  const { response, requestId, path, progress } = exchange;
  if (error instanceof ClientGone || exchange.clientLeft.aborted) {
    response.destroy();
    return;
  }
  const failure = asAppError(door, exchange, error);
  const code = checkName(failure.code);
  progress.refusal = code;
  refusalCount.add(1, { code });
  // A reply that began can't turn into another: the client must see that it is incomplete.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  await sendReply(exchange, problemReply(failure, { origin: door.origin(), path, requestId }, face));
}

function asAppError(door: RefusalDoor, { progress, requestId }: Exchange, error: unknown): AppError {
  return toAppError(error, (unexpected) => door.kernel.onUnexpected(unexpected, { route: progress.route, requestId }));
}
