// Puts something between the caller and the running server, as a gateway or a second application in the same process would.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Breakage } from './system.ts';

/** Sees each request to the running server before it; one that it answers itself (`true`) never gets there. */
export function interceptRequests(handle: (request: IncomingMessage, response: ServerResponse) => boolean): Breakage {
  return async () => {
    // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and applied to the server in between
    const { emit } = Server.prototype;
    Server.prototype.emit = function (this: Server, event: string | symbol, ...rest: unknown[]) {
      if (event === 'request') {
        const [request, response] = rest as [IncomingMessage, ServerResponse];
        // Twins are asked by their address.
        if (String(request.headers.host).startsWith('localhost') && handle(request, response)) return true;
      }
      return Reflect.apply(emit, this, [event, ...rest]) as boolean;
    } as typeof emit;
    return async () => void (Server.prototype.emit = emit);
  };
}

/** A reply past the server. */
export function replyInstead(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}
