// Routes whose work waits on the world (model and tool traffic): decide and reserve, stream, settle. No transaction is
// open while bytes flow; a sweeper closes what crashed between reserve and settle.
import type { Problem } from '@holdfast/protocol/problem.ts';
import type { Permission } from './permissions.ts';
import type { KeyPrincipal, Standing, UserPrincipal } from './principal.ts';
import type { RateClass, Schema } from './route.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Tools } from './tools.ts';

export type StreamCall = {
  readonly principal: KeyPrincipal | UserPrincipal;
  /** There when `principal` was not looked up for this call but remembered: the admission must find the same again. */
  readonly standing?: Standing;
  readonly requestId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly contentType: string;
};

/** What goes to the client: bytes as they come, never re-encoded. */
export type StreamReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array;
};

/**
 * How a stream ended. finished: the upstream said all it had to say and the client got it · client_left · revoked: the
 * credential died while bytes flowed · upstream_failed · stopped: the server is going down.
 */
export type StreamEnd = 'finished' | 'client_left' | 'revoked' | 'upstream_failed' | 'stopped';

export type StreamSpec<Ticket> = {
  readonly id: string;
  readonly method: 'POST' | 'GET';
  readonly path: `/${string}`;
  readonly summary: string;
  readonly permission: Permission;
  readonly rate: RateClass;
  /** After so long an admitted call is ended, whoever holds it up: provider, client or network. */
  readonly totalMsMax: number;
  readonly audit: { readonly action: string };
  readonly errors: readonly string[];
  /** Documentation of the JSON body; bytes are passed on as they came, unknown fields included. */
  readonly body: Schema;
  readonly output: Schema;
  /** The protocol's own shape of an error. */
  readonly renderError: (problem: Problem) => {
    readonly body: object;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /**
   * The admission looks by itself, in the transaction that records the intent, whether a caller still has the `standing`
   * that is remembered, and throws StandingLost if not. Without it every call looks its caller up first.
   */
  readonly admitsKnown?: true;
  /** Decides and durably records the intent before anything leaves; throws AppError to refuse. */
  readonly admit: (tools: Tools, call: StreamCall) => Promise<Ticket>;
  /** Opens the stream. `signal` aborts when the client leaves, the credential is revoked, the server stops or time is up. */
  readonly run: (tools: Tools, ticket: Ticket, signal: StopSignal) => Promise<StreamReply>;
  /** Records what happened, exactly once for every admitted call, however it ended. */
  readonly settle: (tools: Tools, ticket: Ticket, end: StreamEnd, status: number) => Promise<void>;
};

export type Stream<Ticket> = StreamSpec<Ticket> & { readonly kind: 'stream' };
// oxlint-disable-next-line typescript/no-explicit-any -- variance of the ticket type
export type AnyStream = Stream<any>;

export function defineStream<Ticket>(spec: StreamSpec<Ticket>): Stream<Ticket> {
  return Object.freeze({ ...spec, kind: 'stream' as const });
}
