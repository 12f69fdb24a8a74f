// Counts connections and the requests running on them, tells when a client leaves, and ends them all in order.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Stop, type StopSignal } from '#kernel/stop-signal.ts';
import { connectionsChanged, connectionRefused } from './telemetry.ts';

export type Running = Disposable & {
  /** Aborts when the connection closes while this request runs. */
  readonly clientLeft: StopSignal;
  /** Aborts when running requests are told to end. */
  readonly stopping: StopSignal;
  /** What is still being done for the request when its reply is out; it never rejects, and `allDone` waits for it. */
  readonly finishLater: (work: Promise<void>) => void;
};

export type Connections = {
  /** Watches a server's connections and closes those beyond the most that may be open. */
  readonly watch: (server: Server) => void;
  /** Registers a request until it is disposed of. */
  readonly begin: (request: IncomingMessage, response: ServerResponse) => Running;
  /** Replies that a socket waits for. */
  readonly repliesOn: (socket: Duplex) => readonly ServerResponse[];
  /** Resolves when no request runs and nothing is done any more for one that ran. */
  readonly allDone: () => Promise<void>;
  /** From now on a connection is closed when its last request has ended. */
  readonly closeAfterLast: () => void;
  /** Tells running requests to end, and those that may still come. */
  readonly stopRequests: () => void;
  readonly destroyAll: () => void;
};

/** The requests of a socket in the order in which they came; more than one only where they are pipelined. */
type State = {
  readonly running: Request[];
  readonly end: (request: Request) => void;
  readonly finishLater: (work: Promise<void>) => void;
};

/** What is known of a request while it runs. */
class Request implements Running {
  readonly clientLeft = new Stop();
  readonly stopping = new Stop();
  readonly finishLater: (work: Promise<void>) => void;
  readonly response: ServerResponse;
  readonly #end: (request: Request) => void;

  constructor(response: ServerResponse, { end, finishLater }: State) {
    this.response = response;
    this.finishLater = finishLater;
    this.#end = end;
  }

  [Symbol.dispose](): void {
    this.#end(this);
  }
}

export function createConnections(connectionsMax: number): Connections {
  const sockets = new Set<Socket>();
  const states = new Map<Duplex, State>();
  const waiting: (() => void)[] = [];
  /** Requests that run, and what is still done for requests that ran. */
  let underWay = 0;
  let isClosing = false;
  let isStopping = false;

  const countDown = (): void => {
    underWay -= 1;
    if (underWay === 0) for (const done of waiting.splice(0)) done();
  };

  const finishLater = (work: Promise<void>): void => {
    underWay += 1;
    void work.then(countDown);
  };

  const stateOf = (socket: Socket): State => {
    const known = states.get(socket);
    if (known !== undefined) return known;
    const state: State = { running: [], end: (request) => end(socket, state, request), finishLater };
    // One that closed before will not say so again.
    if (socket.destroyed) return state;
    states.set(socket, state);
    // One listener a socket, however many requests it carries, one after the other or pipelined.
    socket.on('close', () => {
      states.delete(socket);
      for (const { clientLeft } of state.running) clientLeft.abort();
    });
    return state;
  };

  const end = (socket: Socket, state: State, request: Request): void => {
    const place = state.running.indexOf(request);
    if (place < 0) return;
    state.running.splice(place, 1);
    if (isClosing && state.running.length === 0) socket.destroySoon();
    countDown();
  };

  return {
    watch: (server) => void server.on('connection', (socket) => admit(sockets, connectionsMax, socket)),
    begin: ({ socket }, response) => {
      const state = stateOf(socket);
      const request = new Request(response, state);
      if (socket.destroyed) request.clientLeft.abort();
      if (isStopping) request.stopping.abort();
      state.running.push(request);
      underWay += 1;
      return request;
    },
    repliesOn: (socket) => states.get(socket)?.running.map(({ response }) => response) ?? [],
    allDone: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    closeAfterLast: () => {
      isClosing = true;
    },
    stopRequests: () => {
      isStopping = true;
      const all = [...states.values()].flatMap(({ running }) => running);
      for (const { stopping } of all) stopping.abort();
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function admit(sockets: Set<Socket>, connectionsMax: number, socket: Socket): void {
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
}
