// What SE1 tells apart: a cookie that only our own pages can use, and every way of it being more than that.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type AttemptLook, attemptFixture } from '#verification/asking.ts';

export type SeenCookie = { readonly name: string; readonly attributes: readonly string[] };

export const COOKIE = {
  name: 'cookie name',
  secure: 'cookie Secure',
  httpOnly: 'cookie HttpOnly',
  sameSite: 'cookie SameSite',
  domain: 'cookie Domain',
  path: 'cookie Path',
} as const;
export const BODY = 'reply to the sign-in';
export const CROSS_SITE = 'cross-site mutation';

/** Where requests may come from that our own pages did not send, as browsers tell it. */
export const foreignPages: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'a page of another site': [
    ['Origin', 'https://evil.example'],
    ['Sec-Fetch-Site', 'cross-site'],
  ],
  'a page of another site, in an old browser': [['Origin', 'https://evil.example']],
  'a form that hides its origin': [
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'cross-site'],
  ],
  'a page of a sister site': [['Sec-Fetch-Site', 'same-site']],
};

export type CookieFacts = {
  readonly status: number;
  readonly cookies: readonly SeenCookie[];
  /** Whether the reply itself holds the value of the cookie. */
  readonly holdsToken: boolean;
  /** Names in the reply. */
  readonly members: readonly string[];
};

export const cookieLook = (subject: string, facts: CookieFacts): AttemptLook => ({
  subject,
  at: COOKIE.name,
  facts: { role: 'cookies', ...facts },
});

export const mutationLook = (subject: string, facts: { status: number; isForeign: boolean }): AttemptLook => ({
  subject,
  at: CROSS_SITE,
  facts: { role: 'mutation', ...facts },
});

const attributes = ['max-age=3600', 'path=/', 'secure', 'httponly', 'samesite=lax'];
const session: SeenCookie = { name: '__Host-session', attributes };
const goodSignIn: CookieFacts = { status: 201, cookies: [session], holdsToken: false, members: ['expiresAt'] };
const signIn = (facts: Partial<CookieFacts> = {}) => attemptFixture(cookieLook('sign-in', { ...goodSignIn, ...facts }));
const signOut = (cookies: readonly SeenCookie[] = [session]) =>
  attemptFixture(cookieLook('sign-out', { status: 204, cookies, holdsToken: false, members: [] }));
const own = (status = 204) => attemptFixture(mutationLook('our own page', { status, isForeign: false }));
const foreign = (status = 403, first = status) =>
  Object.keys(foreignPages).map((name, at) =>
    attemptFixture(mutationLook(name, { status: at === 0 ? first : status, isForeign: true })),
  );
const good: readonly Evidence[] = [signIn(), signOut(), own(), ...foreign()];

const from = 'a cookie for our own pages';
const withCookies = (name: string, hits: string, ...cookies: readonly SeenCookie[]) => ({
  name,
  from,
  apply: () => [signIn({ cookies }), ...good.slice(1)],
  hits,
});
/** The one cookie with an attribute left out, and perhaps others instead. */
const withAttributes = (name: string, hits: string, left: string, ...more: readonly string[]) =>
  withCookies(name, hits, {
    ...session,
    attributes: [...attributes.filter((each) => !each.startsWith(left)), ...more],
  });

export const sessionCookieFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    {
      name: 'a stricter one',
      evidence: [
        signIn({ cookies: [{ ...session, attributes: ['path=/', 'secure', 'httponly', 'samesite=strict'] }] }),
        ...good.slice(1),
      ],
    },
  ],
  mutants: [
    withAttributes('no Secure', COOKIE.secure, 'secure'),
    withAttributes('no HttpOnly', COOKIE.httpOnly, 'httponly'),
    withAttributes('no SameSite', COOKIE.sameSite, 'samesite'),
    withAttributes('SameSite=None', COOKIE.sameSite, 'samesite', 'samesite=none'),
    withAttributes('SameSite twice', COOKIE.sameSite, 'no such', 'samesite=none'),
    withAttributes('SameSite without a value', COOKIE.sameSite, 'samesite', 'samesite'),
    withAttributes('the domain above', COOKIE.domain, 'no such', 'domain=example.org'),
    withAttributes('an empty domain', COOKIE.domain, 'no such', 'domain='),
    withAttributes('a path', COOKIE.path, 'path', 'path=/api'),
    withAttributes('no path', COOKIE.path, 'path'),
    withCookies('a name without its prefix', COOKIE.name, { ...session, name: 'session' }),
    withCookies('the prefix of another rule', COOKIE.name, { ...session, name: '__Secure-session' }),
    withCookies('a second cookie without Secure', COOKIE.secure, session, {
      name: '__Host-more',
      attributes: attributes.filter((each) => each !== 'secure'),
    }),
    {
      name: 'a cookie that is taken back without HttpOnly',
      from,
      apply: () => [
        signIn(),
        signOut([{ ...session, attributes: attributes.filter((each) => each !== 'httponly') }]),
        ...good.slice(2),
      ],
      hits: COOKIE.httpOnly,
    },
    {
      name: 'the token in the reply',
      from,
      apply: () => [signIn({ holdsToken: true }), ...good.slice(1)],
      hits: BODY,
    },
    {
      name: 'another token in the reply',
      from,
      apply: () => [signIn({ members: ['expiresAt', 'refreshToken'] }), ...good.slice(1)],
      hits: BODY,
    },
    {
      name: 'a page of another site ends the session',
      from,
      apply: () => [signIn(), signOut(), own(401), ...foreign(401, 204)],
      hits: CROSS_SITE,
    },
  ],
  notApplicable: [],
  blind: [
    { name: 'no cookie', evidence: [signIn({ cookies: [] }), ...good.slice(1)] },
    { name: 'a sign-in that fails', evidence: [signIn({ status: 401, cookies: [] }), ...good.slice(1)] },
    { name: 'our own page refused too', evidence: [signIn(), signOut(), own(403), ...foreign()] },
    { name: 'a session that is not known', evidence: [signIn(), signOut(), own(401), ...foreign(401)] },
    { name: 'no mutation of our own', evidence: [signIn(), signOut(), ...foreign()] },
  ],
  same: [
    {
      name: 'other case and order',
      as: from,
      evidence: [
        signIn({
          cookies: [
            {
              ...session,
              attributes: ['SameSite=LAX', 'HttpOnly', 'SECURE', 'Path=/', 'Max-Age=3600', 'Priority=High'],
            },
          ],
        }),
        ...good.slice(1),
      ],
    },
  ],
};
