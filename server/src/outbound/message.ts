// What is sent: the caller's request checked and completed, and how it changes when a redirect is followed.
import type { CancelSignal } from './call.ts';
import { dropBodyHeaders, keepPortable, prepareHeaders, type HeaderMap } from './headers.ts';
import { areLimitsSound, type CallLimits } from './limits.ts';
import type { Narrowing } from './policy.ts';
import { outboundFailure, type OutboundFailure } from './reasons.ts';
import { parseTarget, type Target } from './target.ts';

export type OutboundMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface OutboundRequest extends Narrowing {
  /** The organization on whose behalf this is sent. Connections are never shared between two. */
  readonly tenant: string;
  readonly url: string;
  readonly method?: OutboundMethod;
  /** Nothing is added but host, length and accepted codings; those can't be set here. */
  readonly headers?: HeaderMap;
  readonly body?: string | Uint8Array;
  /** Media types a reply may have, lower-case without parameters; left out, any. A reply without body always passes. */
  readonly contentTypes?: readonly string[];
  /** What differs from the client's limits for this call. */
  readonly limits?: Partial<CallLimits>;
  readonly signal?: CancelSignal;
}

/** One request as it goes on the wire to one target. */
export interface Message {
  readonly target: Target;
  readonly method: OutboundMethod;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array | undefined;
}

export type Prepared = { readonly ok: true; readonly message: Message; readonly limits: CallLimits };
export type MessageResult = Prepared | OutboundFailure;

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Checks a request before anything is done for it. Reasons: request, url, scheme, userinfo. */
export function prepareMessage(request: OutboundRequest, defaults: CallLimits): MessageResult {
  const { tenant, method = 'GET', headers: given = {}, body } = request;
  const limits = { ...defaults, ...request.limits };
  if (tenant === '') return outboundFailure('request', 'no tenant');
  if (!methods.has(method)) return outboundFailure('request', 'method');
  if (body !== undefined && (method === 'GET' || method === 'HEAD'))
    return outboundFailure('request', `a body with ${method}`);
  if (!areLimitsSound(limits)) return outboundFailure('request', 'a limit is out of range');
  const headers = prepareHeaders(given);
  if (!headers.ok) return outboundFailure('request', headers.detail);
  const target = parseTarget(request.url);
  if (!target.ok) return target;
  return { ok: true, message: { target, method, headers: headers.headers, body }, limits };
}

/** Statuses that ask for another request; 300 and 304 do not. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * The next request, or why it is not made: no usable Location, https to http, or a body that would go to another origin.
 * Across origins only headers that can hold no credential stay, and they stay dropped on the way back.
 */
export function redirectMessage(
  message: Message,
  status: number,
  location: string | undefined,
): Message | OutboundFailure {
  if (location === undefined) return outboundFailure('redirect', 'no location');
  const target = parseTarget(location, message.target);
  if (!target.ok) return target;
  if (message.target.scheme === 'https' && target.scheme === 'http')
    return outboundFailure('redirect', 'from https to http');
  const becomesGet =
    status === 303 ? message.method !== 'HEAD' : (status === 301 || status === 302) && message.method === 'POST';
  const changed: Message = becomesGet
    ? { target, method: 'GET', headers: dropBodyHeaders(message.headers), body: undefined }
    : { ...message, target };
  if (target.origin === message.target.origin) return changed;
  if (changed.body !== undefined) return outboundFailure('redirect', 'a body to another origin');
  return { ...changed, headers: keepPortable(changed.headers) };
}
