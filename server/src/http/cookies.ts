// The session cookie: its name and attributes when it leaves (SE1), and a strict reading when it comes back.
import { reveal } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { SessionCookie } from '#kernel/tools.ts';

export type EdgeCookie = SessionCookie & {
  /** The token in a Cookie header, if any. Throws 400 when the cookie stands there twice. */
  readonly find: (header: string | undefined) => string | undefined;
};

/**
 * Browsers send cookies of one host to all its ports, so the port belongs in the name. `__Host-` makes browsers refuse
 * the cookie with a Domain, another Path or without Secure; they keep it over http on loopback too. A port that is not
 * known before listening is given as a function.
 */
export function createSessionCookie(port: number | (() => number)): EdgeCookie {
  const name = (): string => `__Host-holdfast-${typeof port === 'number' ? port : port()}`;
  const render = (value: string, maxAgeSeconds: number): string =>
    `${name()}=${value}; Max-Age=${maxAgeSeconds}; Path=/; Secure; HttpOnly; SameSite=Lax`;
  return {
    set: (token, maxAgeSeconds) => render(reveal(token, 'session.cookie'), Math.floor(maxAgeSeconds)),
    clear: () => render('', 0),
    find: (header) => findCookie(header, name()),
  };
}

/** RFC 6265 section 5.4: pairs joined by `; `. A second cookie of the name was planted by somebody: neither counts. */
function findCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  if (values.length > 1) throw kernelErrors['request.duplicate_header']({ detail: 'The session cookie stands twice.' });
  return values[0] === '' ? undefined : values[0];
}
