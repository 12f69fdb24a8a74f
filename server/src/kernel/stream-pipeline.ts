// The way of a call that streams: the gate of every route, then admit (durable intent), run, settle. A try/finally holds
// the promise that every admitted call is settled, however it ends; the sweeper holds it over a crash.
import type { StreamingCall } from './call.ts';
import type { AppError } from './errors.ts';
import { admit, holdToCeiling, holdToNetworks, noteUse, recognize } from './gate.ts';
import type { Kernel } from './kernel.ts';
import { kernelErrors } from './errors.ts';
import { ANONYMOUS } from './principal.ts';
import { recordRefusal, toAppError } from './refusals.ts';
import type { AnyStream, StreamEnd, StreamReply } from './stream.ts';
import { type Asking, type LetIn, letIn } from './stream-gate.ts';
import { LinkedStop, Stop, type StopSignal } from './stop-signal.ts';

export type { StreamingCall } from './call.ts';

export type Edge = {
  /** Aborts when the client has left. */
  readonly clientLeft: StopSignal;
  /** Aborts when the server stops and its drain time is over. */
  readonly stopping: StopSignal;
  /**
   * Writes the reply and resolves when all of it was handed to the client; rejects when the client left, the body broke
   * or `signal` aborted. Called at most once.
   */
  readonly deliver: (reply: StreamReply, signal: StopSignal) => Promise<void>;
  /**
   * Told of the settlement that is under way, which never rejects: the call ends with its reply, and all that it holds can
   * go, but the server must not end before. Without it the call ends with its settlement.
   */
  readonly finishLater?: (settlement: Promise<void>) => void;
};

type Run = { readonly kernel: Kernel; readonly stream: AnyStream; readonly call: StreamingCall; readonly edge: Edge };

/**
 * Throws AppError; while nothing was delivered yet the edge renders it in the protocol's own shape. A call that was not
 * admitted leaves the trace of a refusal; an admitted one leaves its settlement, and nothing beside it.
 */
export async function runStream(run: Run): Promise<void> {
  const { kernel, stream, call } = run;
  const asking: Asking = { kernel, stream, call, principal: undefined, rate: undefined };
  let isAdmitted = false;
  try {
    await admit(kernel, call);
    const admitted = await letIn(asking);
    isAdmitted = true;
    await runAdmitted(run, admitted);
    noteUse(kernel, call, admitted.principal, false);
  } catch (error) {
    throw await traceOf(asking, isAdmitted, error);
  }
}

async function runAdmitted(run: Run, { principal, ticket, headers }: LetIn): Promise<void> {
  const { kernel, stream, edge } = run;
  const revoked = new Stop();
  const signal = new LinkedStop([edge.clientLeft, edge.stopping, revoked], stream.totalMsMax);
  const watch = kernel.epochs.watch(principal, (why) => void endIfRevoked(run, why, revoked));
  let status = 0;
  let end: StreamEnd = 'upstream_failed';
  try {
    const reply = await stream.run(kernel.tools, ticket, signal);
    status = reply.status;
    await edge.deliver({ ...reply, headers: { ...headers, ...reply.headers } }, signal);
    end = 'finished';
  } catch (error) {
    end = endOf(edge, revoked);
    // Nobody is there to tell.
    if (end === 'client_left') return;
    if (end === 'revoked') throw kernelErrors['auth.invalid']({ cause: error });
    if (end === 'stopped') throw kernelErrors['server.stopping']({ cause: error });
    throw error;
  } finally {
    // By hand: what `using` keeps for it takes more room than the three signals.
    watch[Symbol.dispose]();
    signal[Symbol.dispose]();
    const settlement = settle(run, ticket, end, status);
    if (edge.finishLater === undefined) await settlement;
    else edge.finishLater(settlement);
  }
}

/** A change in the organization asks again who this is; nobody, or nobody who may, or nobody can tell: the stream ends. */
async function endIfRevoked(
  { kernel, stream, call }: Run,
  why: 'changed' | 'unreadable',
  revoked: Stop,
): Promise<void> {
  try {
    if (why === 'unreadable') return revoked.abort();
    const principal = call.credential === undefined ? undefined : await recognize(kernel, call.credential);
    holdToCeiling(principal ?? ANONYMOUS, [[stream.permission]], false);
    holdToNetworks(principal ?? ANONYMOUS, call, stream.path);
  } catch {
    revoked.abort();
  }
}

function endOf(edge: Edge, revoked: StopSignal): StreamEnd {
  if (revoked.aborted) return 'revoked';
  if (edge.clientLeft.aborted) return 'client_left';
  return edge.stopping.aborted ? 'stopped' : 'upstream_failed';
}

/** A settlement that fails is the sweeper's to close; the reply is already with the client. */
function settle({ kernel, stream, call }: Run, ticket: unknown, end: StreamEnd, status: number): Promise<void> {
  // Not the call itself: it would live as long as its settlement.
  const at = { route: stream.id, requestId: call.requestId };
  return stream.settle(kernel.tools, ticket, end, status).catch((error: unknown) => kernel.onUnexpected(error, at));
}

async function traceOf(asking: Asking, isAdmitted: boolean, error: unknown): Promise<AppError> {
  const { kernel, stream, call, principal } = asking;
  const at = { route: stream.id, requestId: call.requestId };
  const failure = toAppError(error, (unexpected) => kernel.onUnexpected(unexpected, at));
  noteUse(kernel, call, principal, true);
  if (!isAdmitted) await recordRefusal(kernel, stream, call, principal, failure);
  return failure;
}
