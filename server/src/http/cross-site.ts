// Keeps a cookie from speaking for a page of another site (SE1).
import type { IncomingMessage } from 'node:http';
import { kernelErrors } from '#kernel/errors.ts';
import type { Credential } from '#kernel/credential.ts';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

export type CrossSiteFacts = {
  readonly request: IncomingMessage;
  readonly credential: Credential | undefined;
  /** The origin this request was sent to. */
  readonly origin: string;
  /** Other origins whose pages may call us, without cookies. */
  readonly allowed: ReadonlySet<string>;
};

/**
 * Throws 403 for a mutation that a foreign page may have caused. Every browser sends Sec-Fetch-Site or, for what changes
 * things, Origin; either one that is not ours is enough to refuse, with the session cookie or without any credential (so
 * that nobody is signed in to a stranger's account). A request that says nothing comes from no browser: whoever sends
 * the cookie there was handed it. A key in a header is attached by no browser on its own, so it is never asked.
 */
export function refuseCrossSite({ request, credential, origin, allowed }: CrossSiteFacts): void {
  if (SAFE.has(request.method ?? '')) return;
  if (credential !== undefined && credential.kind !== 'session') return;
  if (readEvidence(request, origin) !== 'foreign') return;
  const isAllowedWithoutCookie = credential === undefined && allowed.has(request.headers.origin ?? '');
  if (!isAllowedWithoutCookie) throw kernelErrors['request.cross_site']();
}

/** What the browser says of the page. Its two statements must agree; saying nothing proves nothing. */
function readEvidence({ headers }: IncomingMessage, origin: string): 'own' | 'foreign' | 'nothing' {
  const site = headers['sec-fetch-site'];
  const from = headers.origin;
  if (site === undefined && from === undefined) return 'nothing';
  const isOwnSite = site === undefined || (typeof site === 'string' && OWN_SITES.has(site));
  const isOwnOrigin = from === undefined || from === origin;
  return isOwnSite && isOwnOrigin ? 'own' : 'foreign';
}
