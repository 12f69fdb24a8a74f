// Sends one request on a leased pool and hands back status, headers and the body as it comes, under the call's times.
import type { Dispatcher } from 'undici';
import { ConnectError, resetCode } from './attempt.ts';
import type { Call } from './call.ts';
import { readReplyHeaders, type HeaderMap } from './headers.ts';
import type { CallLimits } from './limits.ts';
import { createPhaseTimer, type PhaseTimer } from './phase-timer.ts';
import type { Lease } from './pools.ts';
import { OutboundError, outboundFailure, type OutboundFailure, type OutboundReason } from './reasons.ts';
import { createWire, type Wire } from './wire.ts';

export interface ExchangeOptions {
  readonly lease: Lease;
  readonly call: Call;
  readonly limits: CallLimits;
  /** For this attempt; over all attempts it is `limits.connectMs`. */
  readonly connectMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array | undefined;
  /** The body has arrived whole or failed; the call's times are no longer needed. */
  readonly onBodyEnd: () => void;
}

export interface ExchangeReply {
  readonly ok: true;
  readonly status: number;
  readonly headers: HeaderMap;
  /** The body as received, not decompressed. Destroyed with an OutboundError when it can't be completed. */
  readonly wire: Wire;
}

/** Interim replies (1xx) a server may send before the real one. */
const interimMax = 8;

type Phase = 'connecting' | 'waiting' | 'body' | 'over';

/** Driven by undici's events, one timer and the call's cancellation; `over` is final. */
interface State {
  readonly options: ExchangeOptions;
  readonly settle: (result: ExchangeReply | OutboundFailure) => void;
  phase: Phase;
  sent: boolean;
  interims: number;
  bytes: number;
  readonly timer: PhaseTimer;
  controller: Dispatcher.DispatchController | undefined;
  wire: Wire | undefined;
  status: number | undefined;
  stopListening: () => void;
}

/** Never throws; takes over the lease and releases it when the transport is done with the request. */
export function exchange(options: ExchangeOptions): Promise<ExchangeReply | OutboundFailure> {
  return new Promise((settle) => {
    const state: State = {
      options,
      settle,
      phase: 'connecting',
      sent: false,
      interims: 0,
      bytes: 0,
      timer: createPhaseTimer((reason, detail) => fail(state, reason, detail)),
      controller: undefined,
      wire: undefined,
      status: undefined,
      stopListening: () => undefined,
    };
    const onCancel = (reason: OutboundReason): void => fail(state, reason, 'cancelled');
    state.stopListening = () => options.call.offCancel(onCancel);
    options.call.onCancel(onCancel);
    if (state.phase === 'over') return options.lease.release();
    state.timer.arm(options.connectMs, 'timeout_connect');
    const { method, path, headers, body = null } = options;
    options.lease.pool.dispatch({ method, path, headers, body }, createHandler(state));
    return undefined;
  });
}

function createHandler(state: State): Dispatcher.DispatchHandler {
  const release = onlyOnce(() => state.options.lease.release());
  return {
    onRequestStart: (controller) => startRequest(state, controller),
    onResponseStart: (controller, status, headers) => startReply(state, controller, status, headers),
    onResponseData: (controller, chunk) => receive(state, controller, chunk),
    onResponseEnd: () => {
      release();
      if (state.phase !== 'body') return;
      end(state);
      state.wire?.end();
    },
    onResponseError: (_controller, error) => {
      release();
      const { reason, detail } = describeError(error);
      fail(state, reason, detail);
    },
  };
}

/** Called when the connection is there, right before the first byte is written. */
function startRequest(state: State, controller: Dispatcher.DispatchController): void {
  // undici comes here again when it wants to repeat a request by itself; that is not the transport's to decide.
  if (state.sent) fail(state, 'reset', 'connection lost');
  if (state.phase === 'over') return controller.abort(new Error('cancelled'));
  state.controller = controller;
  state.sent = true;
  state.phase = 'waiting';
  return state.timer.arm(state.options.limits.firstByteMs, 'timeout_first_byte');
}

function startReply(
  state: State,
  controller: Dispatcher.DispatchController,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): void {
  if (state.phase !== 'waiting') return;
  if (status < 200) {
    state.interims += 1;
    if (state.interims > interimMax) fail(state, 'protocol', 'too many interim replies');
    return;
  }
  const { idleMs } = state.options.limits;
  state.status = status;
  state.phase = 'body';
  state.timer.arm(idleMs, 'timeout_idle');
  const resume = (): void => {
    if (state.phase !== 'body' || !controller.paused) return;
    state.timer.arm(idleMs, 'timeout_idle');
    controller.resume();
  };
  state.wire = createWire({ resume, onLeave: () => fail(state, 'aborted', 'the reader left') });
  state.settle({ ok: true, status, headers: readReplyHeaders(headers), wire: state.wire });
}

function receive(state: State, controller: Dispatcher.DispatchController, chunk: Buffer): void {
  if (state.phase !== 'body') return;
  const { bodyBytesMax } = state.options.limits;
  state.bytes += chunk.length;
  if (state.bytes > bodyBytesMax) return fail(state, 'too_large', `more than ${bodyBytesMax} bytes received`);
  if (state.wire?.push(chunk) !== false) return state.timer.restart();
  // Now the reader is the slow one: only the total time counts.
  state.timer.stop();
  return controller.pause();
}

function end(state: State): void {
  state.phase = 'over';
  state.timer.stop();
  state.stopListening();
  if (state.wire !== undefined) state.options.onBodyEnd();
}

/** Ends the exchange with a failure: as the result, or through the body once the header was handed over. */
function fail(state: State, reason: OutboundReason, detail: string): void {
  if (state.phase === 'over') return;
  end(state);
  const { sent, status, wire, controller } = state;
  const failure = outboundFailure(reason, detail, { sent, ...(status === undefined ? {} : { status }) });
  controller?.abort(new OutboundError(failure));
  if (wire === undefined) state.settle(failure);
  else wire.destroy(new OutboundError(failure));
}

function describeError(error: Error): { readonly reason: OutboundReason; readonly detail: string } {
  if (error instanceof ConnectError) return { reason: error.reason, detail: error.message };
  if (error instanceof OutboundError) return { reason: error.failure.reason, detail: error.failure.detail };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // undici's one code for two things: the peer closed, or it said something that can't be a reply.
  const reason =
    code === 'UND_ERR_SOCKET' && error.message.startsWith('bad ') ? 'protocol' : (reasonsByCode[code] ?? 'protocol');
  return { reason: code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') ? 'tls' : reason, detail: code };
}

const reasonsByCode: Readonly<Record<string, OutboundReason>> = {
  UND_ERR_HEADERS_OVERFLOW: 'too_large',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_DESTROYED: 'closed',
  UND_ERR_CLOSED: 'closed',
  UND_ERR_INVALID_ARG: 'request',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'request',
  [resetCode]: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'reset',
};

function onlyOnce(run: () => void): () => void {
  let ran = false;
  return () => {
    if (ran) return;
    ran = true;
    run();
  };
}
