// The cookies of sessions and of devices: names and attributes when they leave (SE1), and a strict reading when they come back.
import { reveal } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { SessionCookie } from '#kernel/tools.ts';

export type EdgeCookie = SessionCookie & {
  /** The token in a Cookie header, if any. Throws 400 when the cookie stands there twice. */
  readonly find: (header: string | undefined) => string | undefined;
  /** The token of a device. Two of them are none: it proves nothing, so nobody is refused for it. */
  readonly findDevice: (header: string | undefined) => string | undefined;
};

/**
 * Browsers send cookies of one host to all its ports, so the port belongs in the name. `__Host-` makes browsers refuse
 * the cookie with a Domain, another Path or without Secure; they keep it over http on loopback too. A port that is not
 * known before listening is given as a function.
 */
export function createSessionCookie(port: number | (() => number)): EdgeCookie {
  const portNow = (): string => String(typeof port === 'number' ? port : port());
  const session = (): string => `__Host-holdfast-${portNow()}`;
  const device = (): string => `__Host-holdfast-device-${portNow()}`;
  const render = (name: string, value: string, maxAgeSeconds: number): string =>
    `${name}=${value}; Max-Age=${Math.floor(maxAgeSeconds)}; Path=/; Secure; HttpOnly; SameSite=Lax`;
  return {
    set: (token, maxAgeSeconds) => render(session(), reveal(token, 'session.cookie'), maxAgeSeconds),
    clear: () => render(session(), '', 0),
    setDevice: (token, maxAgeSeconds) => render(device(), reveal(token, 'device.cookie'), maxAgeSeconds),
    find: (header) => {
      const values = findCookies(header, session());
      // A second cookie of the name was planted by somebody: neither counts.
      if (values.length > 1)
        throw kernelErrors['request.duplicate_header']({ detail: 'The session cookie stands twice.' });
      return values[0] === '' ? undefined : values[0];
    },
    findDevice: (header) => {
      const values = findCookies(header, device());
      return values.length === 1 && values[0] !== '' ? values[0] : undefined;
    },
  };
}

/** RFC 6265 section 5.4: pairs joined by `; `. */
function findCookies(header: string | undefined, name: string): readonly string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
}
