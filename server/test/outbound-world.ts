// A server that says what a test tells it and an outbound client that may reach it: the stage of the outbound tests.
import assert from 'node:assert/strict';
import type { TlsOptions } from 'node:tls';
import { parseAllowList, type AllowList } from '#outbound/allow-list.ts';
import { createOutbound, type Outbound, type OutboundOptions, type OutboundRequest } from '#outbound/outbound.ts';
import { OutboundError } from '#outbound/reasons.ts';
import { startRawServer, type RawReply, type RawServer } from './raw-server.ts';

export interface OutboundWorld extends AsyncDisposable {
  readonly server: RawServer;
  readonly outbound: Outbound;
  /** The server's own address in a URL. */
  readonly origin: string;
  /** Asks as tenant `one` and gives the reply as `status body`, or the reason of the failure. */
  fetchText(path: string, request?: Partial<OutboundRequest>): Promise<string>;
}

export interface WorldOptions extends Omit<Partial<OutboundOptions>, 'allow'> {
  /** Entries besides the server itself; `PORT` stands for its port. */
  readonly allow?: string;
  /** False: the server itself is not listed. */
  readonly listed?: boolean;
  readonly tls?: TlsOptions;
}

export async function openWorld(
  reply: RawReply,
  { allow = '', listed = true, tls, ...options }: WorldOptions = {},
): Promise<OutboundWorld> {
  const server = await startRawServer(reply, tls);
  const entries = [...(listed ? [`127.0.0.1:${server.port}`] : []), allow.replaceAll('PORT', String(server.port))];
  const outbound = createOutbound({
    ...options,
    allow: allowListOf(entries.filter((entry) => entry !== '').join(',')),
  });
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  return {
    server,
    outbound,
    origin,
    fetchText: async (path, request = {}) => {
      const result = await outbound.fetch({
        tenant: 'one',
        url: path.startsWith('/') ? `${origin}${path}` : path,
        ...request,
      });
      return result.ok ? `${result.status} ${result.body.toString()}` : result.reason;
    },
    [Symbol.asyncDispose]: async () => {
      await outbound.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export function allowListOf(text: string): AllowList {
  const result = parseAllowList(text);
  assert.ok(result.ok, JSON.stringify(result));
  return result.list;
}

/** Reads a streaming body to its end: `text`, or `text!reason` when it was cut off. */
export async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) text += chunk.toString();
  } catch (error) {
    return `${text}!${error instanceof OutboundError ? error.failure.reason : String(error)}`;
  }
  return text;
}
