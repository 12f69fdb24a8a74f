// Breaks what the running server answers, reply by reply, as a wrong proxy or a careless change would.
import { ServerResponse } from 'node:http';
import type { Breakage } from './system.ts';

type Change = (headers: Map<string, readonly string[]>, reply: ServerResponse) => void;

/** Every reply passes through `change` before it is sent, whatever listener it comes from, except the twins' own. */
export function changeReplies(change: Change): Breakage {
  return async () => {
    // Called with the reply it belongs to, each time.
    // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and applied to the reply in between
    const { writeHead } = ServerResponse.prototype;
    const isOurs = (reply: ServerResponse): boolean => String(reply.req.headers.host).startsWith('localhost');
    // The signature has overloads; what matters here is that the headers may be a list of names and values.
    ServerResponse.prototype.writeHead = function (this: ServerResponse, status: number, ...rest: unknown[]) {
      if (!isOurs(this)) return Reflect.apply(writeHead, this, [status, ...rest]) as ServerResponse;
      const given = rest.at(-1);
      const headers = new Map<string, readonly string[]>();
      const add = (name: string, value: unknown): void => {
        const values = Array.isArray(value) ? value.map(String) : [String(value)];
        headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), ...values]);
      };
      for (const name of this.getHeaderNames()) {
        add(name, this.getHeader(name));
        this.removeHeader(name);
      }
      if (Array.isArray(given)) for (let at = 0; at < given.length; at += 2) add(String(given[at]), given[at + 1]);
      else if (typeof given === 'object' && given !== null)
        for (const [name, value] of Object.entries(given)) add(name, value);
      this.statusCode = status;
      change(headers, this);
      const flat = [...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value]));
      return Reflect.apply(writeHead, this, [status, flat]) as ServerResponse;
    } as typeof writeHead;
    return async () => void (ServerResponse.prototype.writeHead = writeHead);
  };
}

/** Every reply lacks a header, has it with other values, or has it more than once. */
export function setHeader(name: string, ...values: readonly string[]): Breakage {
  return changeReplies((headers) => {
    if (values.length === 0) headers.delete(name);
    else headers.set(name, values);
  });
}
