// Which other origins' pages may read replies (TR5): an exact list, never a wildcard, never with cookies.
import type { IncomingMessage } from 'node:http';

const ALLOWED_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'authorization',
  'content-type',
  'holdfast-organization',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'traceparent',
  'x-api-key',
  'x-request-id',
]);
/** What the official model clients tell about themselves. */
const CLIENT_HEADER = /^x-stainless-[a-z-]{1,40}$/;
const EXPOSED_HEADERS = [
  'etag',
  'idempotency-replayed',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-request-id',
].join(', ');
const MAX_AGE_SECONDS = '600';

export type Cors = {
  /** Headers of an ordinary reply. */
  readonly headersFor: (request: IncomingMessage) => Readonly<Record<string, string>>;
  /** Headers of the reply to a preflight; undefined when this is none, or from an origin that is not listed. */
  readonly preflightFor: (
    request: IncomingMessage,
    methods: readonly string[],
  ) => Readonly<Record<string, string>> | undefined;
  readonly origins: ReadonlySet<string>;
};

/** Headers of a reply that pages of this origin may read; never with cookies. */
export function readableBy(origin: string): Readonly<Record<string, string>> {
  return { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS };
}

/** The reply to a preflight of this origin (Fetch section 4.8); undefined when the request is none. */
export function preflightOf(
  origin: string,
  { headers }: IncomingMessage,
  methods: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const { 'access-control-request-method': asked, 'access-control-request-headers': names } = headers;
  if (asked === undefined) return undefined;
  return {
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': allowedNames(names).join(', '),
    'access-control-max-age': MAX_AGE_SECONDS,
  };
}

/** Replies never carry Access-Control-Allow-Credentials: pages of other origins bring a key, not the visitor's session. */
export function createCors(allowedOrigins: readonly string[]): Cors {
  const origins = new Set(allowedOrigins);
  const vary: Readonly<Record<string, string>> = origins.size === 0 ? {} : { vary: 'Origin' };
  const isListed = (origin: string | undefined): origin is string => origin !== undefined && origins.has(origin);
  return {
    origins,
    headersFor: ({ headers: { origin } }) => (isListed(origin) ? readableBy(origin) : vary),
    preflightFor: (request, methods) => {
      const { origin } = request.headers;
      return isListed(origin) ? preflightOf(origin, request, methods) : undefined;
    },
  };
}

function allowedNames(asked: string | undefined): readonly string[] {
  const clientNames = (asked ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => CLIENT_HEADER.test(name));
  return [...ALLOWED_HEADERS, ...new Set(clientNames.slice(0, 30))];
}
