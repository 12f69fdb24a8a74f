// Breaks what the running server sees of requests, or answers in its place, as a wrong proxy or middleware would.
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Breakage } from './system.ts';

/** Called before the server sees a request; `true` says that it has been answered. */
type Interference = (request: IncomingMessage, response: ServerResponse) => boolean | void;

/** Every request to the running system passes through `interfere` first, whatever listener it comes to, except the twins' own. */
export function changeRequests(interfere: Interference): Breakage {
  return async () => {
    // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and applied to the server it is called on
    const { emit } = Server.prototype;
    Server.prototype.emit = function (this: Server, event: string, ...rest: unknown[]) {
      const [request, response] = rest as [IncomingMessage, ServerResponse];
      const isOurs = event === 'request' && String(request.headers.host).startsWith('localhost');
      if (isOurs && interfere(request, response) === true) return true;
      return Reflect.apply(emit, this, [event, ...rest]);
    } as typeof emit;
    return async () => void (Server.prototype.emit = emit);
  };
}
