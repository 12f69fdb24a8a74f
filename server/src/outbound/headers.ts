// Which headers go out, which survive a redirect, and what of the reply's headers is handed back.

export type HeaderMap = Readonly<Record<string, string>>;

export type HeadersResult =
  | { readonly ok: true; readonly headers: HeaderMap }
  | { readonly ok: false; readonly detail: string };

/** Framing, connection and proxy headers are the transport's own; codings are chosen by what this client can bound. */
const reserved: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The only headers that follow a redirect to another origin. A list of what to keep, not of what to drop: a key travels
 * under any name (authorization, cookie, x-api-key, api-key, x-goog-api-key, a signature, …).
 */
const portable: readonly string[] = ['accept', 'accept-language', 'content-type', 'user-agent'];

/** Checks and lower-cases the caller's headers. A name twice, a reserved name or a control character is refused. */
export function prepareHeaders(given: HeaderMap): HeadersResult {
  // Without a prototype, so that any name is one like any other.
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key)) return { ok: false, detail: 'a header name is not a token' };
    // RFC 9110 section 5.5: field values are visible characters, space and tab.
    if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
      return { ok: false, detail: `header ${key} has a value that can't be sent` };
    if (reserved.has(key)) return { ok: false, detail: `header ${key} is not the caller's to set` };
    if (key in headers) return { ok: false, detail: `header ${key} is given twice` };
    headers[key] = value;
  }
  return { ok: true, headers };
}

/** The headers for another origin. */
export function keepPortable(headers: HeaderMap): HeaderMap {
  return Object.fromEntries(
    portable.flatMap((name) => (Object.hasOwn(headers, name) ? [[name, headers[name] ?? '']] : [])),
  );
}

/** The headers without those that describe a body. */
export function dropBodyHeaders(headers: HeaderMap): HeaderMap {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')));
}

/** Said by the connection, not by the reply; and cookies, because this client has no jar. */
const notHandedBack: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'set-cookie',
  'set-cookie2',
  'transfer-encoding',
  'upgrade',
]);

/** One string for each name; repeats are joined with a comma. */
export function readReplyHeaders(raw: Readonly<Record<string, string | readonly string[] | undefined>>): HeaderMap {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined || notHandedBack.has(name)) continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

/** The headers of a body that was decompressed: its coding and length are no longer true. */
export function dropCoding(headers: HeaderMap): HeaderMap {
  const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers;
  return rest;
}

/** The media type without parameters, lower-case; empty when there is none. */
export function readMediaType(headers: HeaderMap): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
