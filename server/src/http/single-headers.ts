// Headers that mean one thing only when they stand once: of two, we and a proxy before us might each read another.
import { kernelErrors } from '#kernel/errors.ts';

const SINGLE: readonly string[] = [
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'holdfast-on-behalf-of',
  'holdfast-organization',
  'host',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'origin',
  'sec-fetch-site',
  'traceparent',
  'transfer-encoding',
  'user-agent',
  'x-api-key',
  'x-request-id',
];
/** A bit for each, so that a request needs no set of its own. */
const BITS: ReadonlyMap<string, number> = new Map(SINGLE.map((name, index) => [name, 1 << index]));
const HEADERS_MAX = 100;

/** Throws 400 for a repeated header that must stand once, and 431 for more than 100 headers. */
export function demandSingleHeaders(rawHeaders: readonly string[]): void {
  if (rawHeaders.length > HEADERS_MAX * 2) throw kernelErrors['request.headers_too_large']();
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const bit = BITS.get(name) ?? 0;
    if ((seen & bit) !== 0) throw kernelErrors['request.duplicate_header']({ detail: `${name} stands twice.` });
    seen |= bit;
  }
}
