// The hardening headers of every reply (TR2, TR3, TR4), and content security policies for JSON and for pages.
import { randomBytes } from '#crypto/random.ts';

/** JSON loads nothing, runs nothing and is framed by nobody. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Two years, the bar of TR2. */
const HSTS = 'max-age=63072000; includeSubDomains';

const NO_FEATURES = [
  'accelerometer',
  'autoplay',
  'bluetooth',
  'camera',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

const PLAIN: Readonly<Record<string, string>> = Object.freeze({
  'content-security-policy': DATA_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': NO_FEATURES,
  // The filter this once turned on had holes of its own; 0 keeps old browsers from using it.
  'x-xss-protection': '0',
  // Whoever asks with a credential gets an answer for that credential; a reply that may be kept says so itself.
  'cache-control': 'no-store',
});
const SECURE: Readonly<Record<string, string>> = Object.freeze({ ...PLAIN, 'strict-transport-security': HSTS });

/** Headers of every reply, pages included; later ones of the same name win. HSTS stands on HTTPS alone (RFC 6797 section 7.2). */
export function hardeningHeaders(isSecure: boolean): Readonly<Record<string, string>> {
  return isSecure ? SECURE : PLAIN;
}

/** The same as a list. */
export function hardeningList(isSecure: boolean): readonly string[] {
  return isSecure ? SECURE_LIST : PLAIN_LIST;
}

/** Names and values in turn, as Node writes them fastest. */
export function listHeaders(headers: Readonly<Record<string, string>>): string[] {
  const list: string[] = [];
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  return list;
}

const PLAIN_LIST = listHeaders(PLAIN);
const SECURE_LIST = listHeaders(SECURE);

export type PagePolicy = {
  /** Fresh for each reply; stands on every script and style element. */
  readonly nonce: string;
  /** Origins beside our own that scripts may call, from the configuration. */
  readonly connect?: readonly string[];
};

/** The policy of an HTML page: no inline code without the nonce, no eval, our own origin for the rest. */
export function pagePolicy({ nonce, connect = [] }: PagePolicy): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** 128 random bits (CSP Level 3, section 7.1). */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}
