// What in a request says who is calling: one place, so that no second way in appears.
import type { IncomingMessage } from 'node:http';
import { apiKeyPrefixes } from '@holdfast/protocol/api-key.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { EdgeCookie } from './cookies.ts';

/** RFC 6750 section 2.1, and nothing around it. */
const BEARER = /^bearer ([A-Za-z0-9._~+/-]+=*)$/i;

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
  if (key !== undefined) return ofKey(request, key);
  const token = cookie.find(cookies);
  // Whoever signed in acts as themselves, whatever a header says; what would be ignored is refused.
  if (request.headers[BEHALF] !== undefined) throw kernelErrors['auth.behalf_refused']();
  return token === undefined ? undefined : { kind: 'session', secret: token };
}

const BEHALF = 'holdfast-on-behalf-of';

/** A key with what the request says beside it: for whom, and for one that stands in pages from which page. */
function ofKey({ headers }: IncomingMessage, secret: string): Credential {
  const isPublishable = secret.startsWith(apiKeyPrefixes.publishable);
  if (!isPublishable && !secret.startsWith(apiKeyPrefixes.secret)) return { kind: 'unknown' };
  const named = headers[BEHALF];
  const origin = isPublishable ? headers.origin : undefined;
  // Nearly every call has neither.
  if (named === undefined && origin === undefined) return { kind: 'api_key', secret };
  const claims = {
    ...(named === undefined ? {} : { onBehalfOf: personOf(named) }),
    ...(origin === undefined ? {} : { origin }),
  };
  return { kind: 'api_key', secret, claims };
}

/** Ids alone: a name or an address may become somebody else's. */
function personOf(named: string | readonly string[]): string {
  const uuid = typeof named === 'string' ? decodeId('usr', named) : undefined;
  if (uuid !== undefined) return uuid;
  const message = 'is not a person’s id of the form usr_…';
  throw kernelErrors['request.invalid']({ fields: [{ pointer: `/headers/${BEHALF}`, message }] });
}
