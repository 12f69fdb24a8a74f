// Every way an outbound request can fail, as values: all of it for our log, a little of it for tenants.

/**
 * Before anything is sent — url: not a URL we accept · scheme · userinfo · port · address: not a permitted address ·
 * listener: one of our own listeners · domain: not on the caller's domain list · request: method, header, body or time-out
 * we refuse to send · resolve: no usable DNS answer · busy: too many requests or pools · closed: shutting down.
 * While connecting — refused · unreachable · timeout_connect · tls · proxy: the operator's proxy can't be reached, or its
 * certificate isn't accepted · proxy_refused: it will not open the tunnel · proxy_failed: it could not · proxy_reply: what it
 * answered is not HTTP as we accept it.
 * After — reset · protocol: not HTTP as we accept it · redirect · too_large · ratio: compressed too well to be true ·
 * encoding: a content coding we did not ask for · content_type · timeout_first_byte · timeout_idle.
 * Any time — timeout_total · aborted: by the caller.
 */
export const outboundReasons = [
  'url',
  'scheme',
  'userinfo',
  'port',
  'address',
  'listener',
  'domain',
  'request',
  'resolve',
  'busy',
  'closed',
  'refused',
  'unreachable',
  'timeout_connect',
  'tls',
  'proxy',
  'proxy_refused',
  'proxy_failed',
  'proxy_reply',
  'reset',
  'protocol',
  'redirect',
  'too_large',
  'ratio',
  'encoding',
  'content_type',
  'timeout_first_byte',
  'timeout_idle',
  'timeout_total',
  'aborted',
] as const;

export type OutboundReason = (typeof outboundReasons)[number];

export interface OutboundFailure {
  readonly ok: false;
  readonly reason: OutboundReason;
  /** False only when no byte of the request can have left: repeating it then is safe whatever the method. */
  readonly sent: boolean;
  /** The reply's status where one was read before the failure. */
  readonly status?: number;
  /** For our own log: hosts, addresses and error codes; never response bytes. Not for tenants. */
  readonly detail: string;
}

/** Builds a failure; `sent` is false unless said otherwise. */
export function outboundFailure(
  reason: OutboundReason,
  detail: string,
  more: { readonly sent?: boolean; readonly status?: number } = {},
): OutboundFailure {
  return { ok: false, reason, sent: false, detail, ...more };
}

/** What a streaming body is destroyed with when it can't be delivered whole. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure) {
    super(`outbound request failed: ${failure.reason}`);
    this.failure = failure;
  }
}

/** What a tenant may be told. */
export type PublicReason = 'unavailable' | 'unusable_reply' | 'timed_out' | 'canceled' | 'busy';

const publicReasons: Readonly<Record<OutboundReason, PublicReason>> = {
  url: 'unavailable',
  scheme: 'unavailable',
  userinfo: 'unavailable',
  port: 'unavailable',
  address: 'unavailable',
  listener: 'unavailable',
  domain: 'unavailable',
  request: 'unavailable',
  resolve: 'unavailable',
  refused: 'unavailable',
  unreachable: 'unavailable',
  timeout_connect: 'unavailable',
  tls: 'unavailable',
  proxy: 'unavailable',
  proxy_refused: 'unavailable',
  proxy_failed: 'unavailable',
  proxy_reply: 'unavailable',
  reset: 'unavailable',
  protocol: 'unusable_reply',
  redirect: 'unusable_reply',
  too_large: 'unusable_reply',
  ratio: 'unusable_reply',
  encoding: 'unusable_reply',
  content_type: 'unusable_reply',
  timeout_first_byte: 'timed_out',
  timeout_idle: 'timed_out',
  timeout_total: 'timed_out',
  aborted: 'canceled',
  busy: 'busy',
  closed: 'busy',
};

/**
 * The reason in words for a tenant. A denied address, a name that doesn't resolve, a closed port and whatever a proxy says
 * are one word, so that nobody can map the operator's network by asking.
 */
export function publicReason(reason: OutboundReason): PublicReason {
  return publicReasons[reason];
}
