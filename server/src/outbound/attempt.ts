// One attempt to connect: its sockets live and die together, under one time, and it ends exactly once.
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { OutboundReason } from './reasons.ts';

/** Why no connection came to be. Nothing of any request has left then. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** What an error of a socket means at this stage. */
export type Describe = (error: Error) => ConnectError;

export interface Attempt {
  readonly isOver: () => boolean;
  /** The error, or the early end, of this socket ends the attempt (or goes to `onError`); a failed attempt destroys it. */
  readonly hold: (socket: Socket, describe: Describe, onError?: (error: ConnectError) => void) => void;
  readonly succeed: (socket: Socket) => void;
  readonly fail: (error: ConnectError) => void;
}

/** Attempts under way, so that a shutdown can end them. */
export type Connecting = Set<{ destroy(): unknown }>;

export interface AttemptOptions {
  readonly connectMs: number;
  /** Where to, for the detail of a time-out. */
  readonly goal: string;
  readonly connecting: Connecting;
}

/** Starts the clock; `callback` is called once, with the connection or with a ConnectError and every socket destroyed. */
export function startAttempt(
  { connectMs, goal, connecting }: AttemptOptions,
  callback: buildConnector.Callback,
): Attempt {
  const sockets: Socket[] = [];
  let over = false;
  const end = (): boolean => {
    if (over) return false;
    over = true;
    clearTimeout(timer);
    connecting.delete(entry);
    return true;
  };
  const fail = (error: ConnectError): void => {
    if (!end()) return;
    // The outermost layer first: what it wraps is closed by it.
    for (const socket of sockets.toReversed()) socket.destroy();
    callback(error, null);
  };
  const entry = { destroy: () => fail(new ConnectError('closed', 'shutting down')) };
  const timer = setTimeout(() => fail(new ConnectError('timeout_connect', goal)), connectMs);
  connecting.add(entry);
  return {
    isOver: () => over,
    hold: (socket, describe, onError = fail) => {
      sockets.push(socket);
      socket.on('error', (error) => onError(describe(renameReset(error))));
      socket.once('close', () => onError(describe(closedEarly())));
    },
    succeed: (socket) => {
      if (end()) callback(null, socket);
    },
    fail,
  };
}

/** The code a reset has from here on. */
export const resetCode = 'UPSTREAM_RESET';

/**
 * undici takes an ECONNRESET for the end of a body that has no length and no chunks, so a cut stream would look whole. This
 * listener comes before undici's, and under another code the reset stays a failure.
 */
function renameReset(error: Error): Error {
  return 'code' in error && error.code === 'ECONNRESET' ? Object.assign(error, { code: resetCode }) : error;
}

function closedEarly(): Error {
  return Object.assign(new Error('closed while connecting'), { code: resetCode });
}

/** The code of an error, or its name; never its message, which may quote the other side. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

export function describeTcpError(error: Error): ConnectError {
  if (error instanceof ConnectError) return error;
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return new ConnectError('refused', code);
  if (code === 'ETIMEDOUT') return new ConnectError('timeout_connect', code);
  return new ConnectError(code === resetCode || code === 'EPIPE' ? 'reset' : 'unreachable', code);
}

export function describeTlsError(error: Error): ConnectError {
  const code = codeOf(error);
  return new ConnectError(code === resetCode || code === 'EPIPE' ? 'reset' : 'tls', code);
}
