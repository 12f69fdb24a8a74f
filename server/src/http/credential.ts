// What in a request says who is calling: one place, so that no second way in appears.
import type { IncomingMessage } from 'node:http';
import { kernelErrors } from '#kernel/errors.ts';
import type { Credential } from '#kernel/credential.ts';
import type { EdgeCookie } from './cookies.ts';

/** RFC 6750 section 2.1, and nothing around it. */
const BEARER = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i;
const OUR_KEY = 'hf_live_';

/**
 * The credential of a request. Authorization decides and the cookie is ignored beside it; X-API-Key, which some model
 * clients send, counts like it. Anything that is there but not ours is `unknown`, which is refused on every path. Throws
 * 400 for two different keys: we would guess which one is meant.
 */
export function findCredential(request: IncomingMessage, cookie: EdgeCookie): Credential | undefined {
  const { authorization, 'x-api-key': apiKey, cookie: cookies } = request.headers;
  const bearer = authorization === undefined ? undefined : (BEARER.exec(authorization)?.[1] ?? '');
  const keyed = typeof apiKey === 'string' ? apiKey : undefined;
  if (bearer !== undefined && keyed !== undefined && bearer !== keyed)
    throw kernelErrors['request.duplicate_header']({ detail: 'authorization and x-api-key differ.' });
  const key = bearer ?? keyed;
  if (key !== undefined) return key.startsWith(OUR_KEY) ? { kind: 'api_key', secret: key } : { kind: 'unknown' };
  const token = cookie.find(cookies);
  return token === undefined ? undefined : { kind: 'session', secret: token };
}
