// One request on its way through the edge, and what is known about it so far.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StopSignal } from '#kernel/stop-signal.ts';
import { type CheckedName, checkName } from '#telemetry/values.ts';

export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** The path as it was sent, without its query; `*` and authorities stand as they came. */
  readonly path: string;
  readonly startedMs: number;
  /** Aborts when the connection closed before the reply was complete. */
  readonly clientLeft: StopSignal;
  /** Aborts when the server stops and its drain time is over. */
  readonly stopping: StopSignal;
  /** Takes what is still to be done when the reply is out, and never rejects; a server that stops waits for it. */
  readonly finishLater: (work: Promise<void>) => void;
  /** Whether the server takes no more requests. */
  readonly isStopping: () => boolean;
  readonly progress: Progress;
};

/** What becomes known on the way. */
export type Progress = {
  /** Whether the head was read in full and found meant for us; until then nothing else on the connection is trusted. */
  isAccepted: boolean;
  /** Whether the client's side of the way is TLS: ours, or that of its declared proxy. */
  isSecure: boolean;
  /** Headers every reply to this request carries beside the hardening ones (CORS). */
  extraHeaders: Readonly<Record<string, string>>;
  route: CheckedName;
  /** The code of the problem that was answered. */
  refusal: CheckedName | undefined;
  requestBytes: number;
  replyBytes: number;
};

/** Where a request counts that reached no route. */
export const NO_ROUTE = checkName('http.none');

/** The reply could not be delivered because nobody is there any more: there is nobody to tell either. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Whether the request says that a body follows (RFC 9112 section 6.3). */
export function announcesBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}
