// Counts connections and the requests running on them, tells when a client leaves, and ends them all in order.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectionsChanged, connectionRefused } from './telemetry.ts';

export type Running = Disposable & {
  /** Aborts when the connection closes while this request runs. */
  readonly clientLeft: AbortSignal;
};

export type Connections = {
  /** Watches a server's connections and closes those beyond the most that may be open. */
  readonly watch: (server: Server) => void;
  /** Registers a request until it is disposed of. */
  readonly begin: (request: IncomingMessage, response: ServerResponse) => Running;
  /** Replies that a socket waits for. */
  readonly repliesOn: (socket: Duplex) => ReadonlySet<ServerResponse>;
  /** Resolves when no request runs. */
  readonly allDone: () => Promise<void>;
  /** From now on a connection is closed when its last request has ended. */
  readonly closeAfterLast: () => void;
  readonly destroyAll: () => void;
};

type State = { readonly replies: Set<ServerResponse>; readonly leavings: Set<AbortController> };

export function createConnections(connectionsMax: number): Connections {
  const sockets = new Set<Socket>();
  const states = new WeakMap<Duplex, State>();
  const waiting: (() => void)[] = [];
  let runningCount = 0;
  let isClosing = false;

  const admit = (socket: Socket): void => {
    if (sockets.size >= connectionsMax) {
      connectionRefused('too_many_connections');
      socket.destroy();
      return;
    }
    sockets.add(socket);
    connectionsChanged(1);
    socket.on('close', () => {
      sockets.delete(socket);
      connectionsChanged(-1);
    });
  };

  const stateOf = (socket: Socket): State => {
    const known = states.get(socket);
    if (known !== undefined) return known;
    const state: State = { replies: new Set(), leavings: new Set() };
    states.set(socket, state);
    // One listener a socket, however many requests it carries, one after the other or pipelined.
    socket.on('close', () => {
      for (const leaving of state.leavings) leaving.abort();
    });
    return state;
  };

  const end = (socket: Socket, response: ServerResponse, state: State, leaving: AbortController): void => {
    if (!state.replies.delete(response)) return;
    state.leavings.delete(leaving);
    runningCount -= 1;
    if (isClosing && state.replies.size === 0) socket.destroySoon();
    if (runningCount === 0) for (const done of waiting.splice(0)) done();
  };

  return {
    watch: (server) => void server.on('connection', admit),
    begin: ({ socket }, response) => {
      const state = stateOf(socket);
      const leaving = new AbortController();
      if (socket.destroyed) leaving.abort();
      state.replies.add(response);
      state.leavings.add(leaving);
      runningCount += 1;
      return { clientLeft: leaving.signal, [Symbol.dispose]: () => end(socket, response, state, leaving) };
    },
    repliesOn: (socket) => states.get(socket)?.replies ?? new Set(),
    allDone: () => (runningCount === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    closeAfterLast: () => {
      isClosing = true;
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
