// The only way out of this server: every request to another machine is judged, pinned, bounded and pooled here.
import type { Readable } from 'node:stream';
import { createAddressBook } from './address-book.ts';
import type { AllowList } from './allow-list.ts';
import { trustAuthorities } from './authorities.ts';
import { acceptedEncodings, collectBody, decodeBody } from './body.ts';
import { monotonicMs } from './clock.ts';
import { Call } from './call.ts';
import type { EgressProxy } from './egress-proxy.ts';
import type { ExchangeReply } from './exchange.ts';
import { dropCoding, readMediaType, type HeaderMap } from './headers.ts';
import { defaultLimits, type CallLimits, type OutboundLimits } from './limits.ts';
import {
  isRedirect,
  prepareMessage,
  redirectMessage,
  type Message,
  type OutboundRequest,
  type Prepared,
} from './message.ts';
import type { OwnListener } from './own-listeners.ts';
import { judgeAddress, type Policy } from './policy.ts';
import { createPools, type PoolStats } from './pools.ts';
import type { AddressRange } from './range.ts';
import { OutboundError, outboundFailure, type OutboundFailure } from './reasons.ts';
import { createSystemResolver, type Resolver } from './resolver.ts';
import { createRoster, type Place, type Roster } from './roster.ts';
import { sendHop, type Sender } from './send.ts';
import type { Body } from './wire.ts';

export type { OutboundMethod, OutboundRequest } from './message.ts';

/** A whole reply. */
export interface OutboundReply {
  readonly ok: true;
  readonly status: number;
  readonly headers: HeaderMap;
  /** Decompressed. */
  readonly body: Buffer;
  /** Where the reply came from, after redirects. */
  readonly url: string;
}

/** A reply whose body is still arriving. */
export interface OutboundStream {
  readonly ok: true;
  readonly status: number;
  readonly headers: HeaderMap;
  /** Decompressed. Destroyed with an OutboundError (`failure` says why) when it can't be completed; destroy it to leave early. */
  readonly body: Readable;
  /** All of the body instead of the stream; `take` is told the size of each piece and may throw. Rejects as `body` breaks. */
  collect(take: (bytes: number) => void): Promise<Buffer>;
  /** Ends the exchange and closes its connection. */
  abort(): void;
}

export interface Outbound extends AsyncDisposable {
  /** Asks, follows up to three redirects, and returns the whole bounded reply. Any status is a reply. Never throws. */
  fetch(request: OutboundRequest): Promise<OutboundReply | OutboundFailure>;
  /** Asks and returns as soon as the header is there. A redirect is the failure `redirect`. Never throws. */
  open(request: OutboundRequest): Promise<OutboundStream | OutboundFailure>;
  /** For metrics. */
  stats(): PoolStats;
  /** Ends everything under way with the reason `closed`. */
  close(): Promise<void>;
}

export interface OutboundOptions {
  readonly allow: AllowList;
  /** Closed on top of the built-in table. */
  readonly deny?: readonly AddressRange[];
  /** Where this server listens, so that no request comes back in through the side door. */
  readonly listeners?: () => readonly OwnListener[];
  /** PEM certificates of authorities trusted besides the machine's own. */
  readonly authorities?: readonly string[];
  /** Every connection goes through it, and none goes without. */
  readonly proxy?: EgressProxy;
  readonly resolver?: Resolver;
  readonly limits?: Partial<OutboundLimits>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Client {
  readonly sender: Sender;
  readonly limits: OutboundLimits;
  readonly calls: Roster<Call>;
  closed: boolean;
}

const namesMax = 4096;

/** Makes the client. It reads no environment: proxies, cookies and TLS switches of the process do not apply. */
export function createOutbound(options: OutboundOptions): Outbound {
  const limits = { ...defaultLimits, ...options.limits };
  const { resolver = createSystemResolver(), now = monotonicMs, proxy } = options;
  const policy = createPolicy(options);
  const { resolveMs, resolveCacheMs, connectMs, headerBytesMax } = limits;
  const book = createAddressBook({ resolver, resolveMs, cacheMs: resolveCacheMs, namesMax, now });
  const secureContext = trustAuthorities(options.authorities);
  const pools = createPools({
    limits,
    now,
    secureContext,
    route: proxy === undefined ? undefined : { proxy, book, headerBytesMax, secureContext, connectMs },
    judge: (target, address) => judgeAddress(policy, target, address, {}),
  });
  const sender: Sender = { policy, now, book, pools };
  const client: Client = { sender, limits, calls: createRoster(), closed: false };
  const close = async (): Promise<void> => {
    client.closed = true;
    for (const call of client.calls.members()) call.cancel('closed');
    await sender.pools.close();
  };
  return {
    fetch: (request) => runCall(client, request, fetchWhole),
    open: (request) => runCall(client, request, openStream),
    stats: () => sender.pools.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The proxy is a way, not a target: asked for by its own host and port it is refused like one of our listeners. */
function createPolicy({ allow, deny = [], listeners = () => [], proxy }: OutboundOptions): Policy {
  const own = proxy === undefined ? [] : [{ host: proxy.host, port: proxy.port }];
  return { allow, deny, listeners: () => [...listeners(), ...own] };
}

/** A request under way, from its check to the end of its reply. Disposing releases its call; safe to repeat. */
class Run implements Disposable {
  readonly client: Client;
  readonly request: OutboundRequest;
  readonly message: Message;
  readonly limits: CallLimits;
  readonly call: Call;
  readonly #place: Place<Call>;

  constructor(client: Client, request: OutboundRequest, { message, limits }: Prepared) {
    this.client = client;
    this.request = request;
    this.message = message;
    this.limits = limits;
    this.call = new Call(limits.totalMs, request.signal);
    this.#place = client.calls.join(this.call);
  }

  [Symbol.dispose](): void {
    this.client.calls.leave(this.#place);
    this.call[Symbol.dispose]();
  }
}

async function runCall<T>(
  client: Client,
  request: OutboundRequest,
  face: (run: Run) => Promise<T | OutboundFailure>,
): Promise<T | OutboundFailure> {
  if (client.closed) return outboundFailure('closed', 'shutting down');
  const prepared = prepareMessage(request, client.limits);
  if (!prepared.ok) return prepared;
  const run = new Run(client, request, prepared);
  try {
    return await face(run);
  } catch (error) {
    run[Symbol.dispose]();
    throw error;
  }
}

async function fetchWhole(run: Run): Promise<OutboundReply | OutboundFailure> {
  const { client } = run;
  let { message } = run;
  try {
    for (let redirects = 0; ; redirects += 1) {
      const reply = await send(run, message, acceptedEncodings, undefined);
      if (!reply.ok) return redirects > 0 ? { ...reply, sent: true } : reply;
      if (!isRedirect(reply.status)) return await readWhole(run, message, reply);
      reply.wire.destroy();
      if (redirects >= client.limits.redirectsMax)
        return outboundFailure('redirect', 'too many', { sent: true, status: reply.status });
      const next = redirectMessage(message, reply.status, reply.headers['location']);
      if ('ok' in next) return { ...next, sent: true, status: reply.status };
      message = next;
    }
  } finally {
    run[Symbol.dispose]();
  }
}

async function readWhole(
  run: Run,
  { target, method }: Message,
  reply: ExchangeReply,
): Promise<OutboundReply | OutboundFailure> {
  const accepted = acceptReply(run, method, reply);
  if (!accepted.ok) return accepted;
  const { status, headers, body } = accepted;
  const collected = await collectBody(body);
  if (!collected.ok) return { ...collected, status };
  return { ok: true, status, headers, body: collected.bytes, url: `${target.origin}${target.path}` };
}

async function openStream(run: Run): Promise<OutboundStream | OutboundFailure> {
  const reply = await send(run, run.message, 'identity', run);
  const result = reply.ok ? startStream(run, reply) : reply;
  if (!result.ok) run[Symbol.dispose]();
  return result;
}

function startStream(run: Run, reply: ExchangeReply): OutboundStream | OutboundFailure {
  if (isRedirect(reply.status)) {
    reply.wire.destroy();
    return outboundFailure('redirect', 'not followed', { sent: true, status: reply.status });
  }
  const accepted = acceptReply(run, run.message.method, reply);
  if (!accepted.ok) return accepted;
  return new OpenedReply(accepted);
}

/** Disposing aborts. */
class OpenedReply implements OutboundStream, Disposable {
  readonly ok = true;
  readonly status: number;
  readonly headers: HeaderMap;
  readonly #body: Body;

  constructor({ status, headers, body }: AcceptedReply) {
    this.status = status;
    this.headers = headers;
    this.#body = body;
  }

  get body(): Readable {
    return this.#body.stream();
  }

  collect(take: (bytes: number) => void): Promise<Buffer> {
    return this.#body.collect(take);
  }

  abort(): void {
    const failure = outboundFailure('aborted', 'by the caller', { sent: true, status: this.status });
    this.#body.destroy(new OutboundError(failure));
  }

  [Symbol.dispose](): void {
    this.abort();
  }
}

function send(
  run: Run,
  message: Message,
  acceptEncoding: string,
  heldByBody: Disposable | undefined,
): Promise<ExchangeReply | OutboundFailure> {
  const { client, call, request, limits } = run;
  const narrowing = request;
  return sendHop(client.sender, {
    call,
    tenant: request.tenant,
    message,
    acceptEncoding,
    limits,
    narrowing,
    heldByBody,
  });
}

interface AcceptedReply {
  readonly ok: true;
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Body;
}

/** Judges the header of a reply and prepares its body, or ends the exchange. */
function acceptReply({ request, limits }: Run, method: string, reply: ExchangeReply): AcceptedReply | OutboundFailure {
  const { status, headers, wire } = reply;
  const isBodyless = method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0';
  if (isBodyless) return { ok: true, status, headers, body: wire };
  const refuse = (failure: OutboundFailure): OutboundFailure => {
    wire.destroy();
    return { ...failure, sent: true, status };
  };
  if (request.contentTypes !== undefined && !request.contentTypes.includes(readMediaType(headers))) {
    return refuse(outboundFailure('content_type', 'not on the list'));
  }
  if (Number(headers['content-length'] ?? '0') > limits.bodyBytesMax) {
    return refuse(outboundFailure('too_large', 'announced as longer than allowed'));
  }
  const decoded = decodeBody(wire, headers['content-encoding'], limits);
  if (!decoded.ok) return refuse(decoded);
  return { ok: true, status, headers: decoded.body === wire ? headers : dropCoding(headers), body: decoded.body };
}
