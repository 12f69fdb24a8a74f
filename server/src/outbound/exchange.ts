// Sends one request on a leased pool and hands back status, headers and the body as it comes, under the call's times.
import type { Dispatcher } from 'undici';
import { ConnectError, resetCode } from './attempt.ts';
import type { Call, CancelListener } from './call.ts';
import { readReplyHeaders, type HeaderMap } from './headers.ts';
import type { CallLimits } from './limits.ts';
import { type PhaseOwner, PhaseTimer } from './phase-timer.ts';
import type { Lease } from './pools.ts';
import { OutboundError, outboundFailure, type OutboundFailure, type OutboundReason } from './reasons.ts';
import { createWire, type Wire, type WireEvents } from './wire.ts';

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
  /** Is let go when the body has arrived whole or failed: the call's times are no longer needed. */
  readonly heldByBody: Disposable | undefined;
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

/** Never throws; takes over the lease and releases it when the transport is done with the request. */
export function exchange(options: ExchangeOptions): Promise<ExchangeReply | OutboundFailure> {
  return new Promise((settle) => new Exchange(options, settle).start());
}

/**
 * Driven by undici's events, one timer and the call's cancellation; `over` is final, and disposing brings it about. One
 * object with methods: V8 puts a function that is assigned to a property among the old, and with it stays what it leads to.
 */
class Exchange implements Dispatcher.DispatchHandler, CancelListener, PhaseOwner, WireEvents, Disposable {
  readonly #options: ExchangeOptions;
  readonly #settle: (result: ExchangeReply | OutboundFailure) => void;
  readonly #timer: PhaseTimer;
  #phase: Phase = 'connecting';
  #isLeased = true;
  #sent = false;
  #interims = 0;
  #bytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #wire: Wire | undefined;
  #status: number | undefined;

  constructor(options: ExchangeOptions, settle: (result: ExchangeReply | OutboundFailure) => void) {
    this.#options = options;
    this.#settle = settle;
    this.#timer = new PhaseTimer(this);
  }

  start(): void {
    const { call, connectMs, lease, method, path, headers, body = null } = this.#options;
    call.tell(this);
    if (this.#isOver()) return this.#release();
    this.#timer.arm(connectMs, 'timeout_connect');
    lease.pool.dispatch({ method, path, headers, body }, this);
    return undefined;
  }

  /** Called when the connection is there, right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici comes here again when it wants to repeat a request by itself; that is not the transport's to decide.
    if (this.#sent) this.#fail('reset', 'connection lost');
    if (this.#isOver()) return controller.abort(new Error('cancelled'));
    this.#controller = controller;
    this.#sent = true;
    this.#phase = 'waiting';
    return this.#timer.arm(this.#options.limits.firstByteMs, 'timeout_first_byte');
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (this.#phase !== 'waiting') return;
    if (status < 200) {
      this.#interims += 1;
      if (this.#interims > interimMax) this.#fail('protocol', 'too many interim replies');
      return;
    }
    this.#status = status;
    this.#phase = 'body';
    this.#timer.arm(this.#options.limits.idleMs, 'timeout_idle');
    this.#wire = createWire(this);
    this.#settle({ ok: true, status, headers: readReplyHeaders(headers), wire: this.#wire });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase !== 'body') return;
    const { bodyBytesMax } = this.#options.limits;
    this.#bytes += chunk.length;
    if (this.#bytes > bodyBytesMax) return this.#fail('too_large', `more than ${bodyBytesMax} bytes received`);
    if (this.#wire?.push(chunk) !== false) return this.#timer.restart();
    // Now the reader is the slow one: only the total time counts.
    this.#timer.stop();
    return controller.pause();
  }

  onResponseEnd(): void {
    this.#release();
    if (this.#phase !== 'body') return;
    this[Symbol.dispose]();
    this.#wire?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#release();
    const { reason, detail } = describeError(error);
    this.#fail(reason, detail);
  }

  onCancel(reason: OutboundReason): void {
    this.#fail(reason, 'cancelled');
  }

  onLate(reason: OutboundReason, detail: string): void {
    this.#fail(reason, detail);
  }

  onLeave(): void {
    this.#fail('aborted', 'the reader left');
  }

  resume(): void {
    if (this.#phase !== 'body' || this.#controller?.paused !== true) return;
    this.#timer.arm(this.#options.limits.idleMs, 'timeout_idle');
    this.#controller.resume();
  }

  [Symbol.dispose](): void {
    this.#phase = 'over';
    this.#timer.stop();
    this.#options.call.forget(this);
    if (this.#wire !== undefined) this.#options.heldByBody?.[Symbol.dispose]();
  }

  /** Ends the exchange with a failure: as the result, or through the body once the header was handed over. */
  #fail(reason: OutboundReason, detail: string): void {
    if (this.#isOver()) return;
    this[Symbol.dispose]();
    const sent = this.#sent;
    const status = this.#status;
    const failure = outboundFailure(reason, detail, { sent, ...(status === undefined ? {} : { status }) });
    this.#controller?.abort(new OutboundError(failure));
    if (this.#wire === undefined) this.#settle(failure);
    else this.#wire.destroy(new OutboundError(failure));
  }

  #isOver(): boolean {
    return this.#phase === 'over';
  }

  #release(): void {
    if (!this.#isLeased) return;
    this.#isLeased = false;
    this.#options.lease.release();
  }
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
