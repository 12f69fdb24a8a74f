// What a person does with an account: signing in, asking as a session, and the codes of an authenticator app.
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { toSecret } from '#crypto/secret.ts';
import { totpCode, totpStep } from '#crypto/totp.ts';
import { type Asked, askAs, cookieOf, membersOf } from './asking.ts';
import type { ProbeAccount, ProbeAccounts, Web } from './instance.ts';

export const SESSION = '/api/v1/session';
export const SESSIONS = '/api/v1/sessions';
export const PASSWORD = '/api/v1/account/password';
export const TOTP = '/api/v1/account/factors/totp';
export const PROOF = '/api/v1/session/proof';
export const DEVICE = 'Holdfast probe';

/** What controls need that try things on an account. */
export type AccountTarget = { readonly web?: Web; readonly accounts?: ProbeAccounts };

/** One person at one browser, in as many sessions as it takes. Each request comes from an address of its own, as far as there are such. */
export type Acting = {
  readonly web: Web;
  readonly account: ProbeAccount;
  readonly signal: AbortSignal;
};

export type OpenedSession = { readonly cookie: string; readonly from: string | undefined; readonly reply: HttpReply };

export function ask({ web, signal }: Pick<Acting, 'web' | 'signal'>, asked: Asked): Promise<HttpReply> {
  return askAs(web, { from: web.freshAddress(), ...asked }, signal);
}

export async function statusOf(acting: Pick<Acting, 'web' | 'signal'>, asked: Asked): Promise<number> {
  return (await ask(acting, asked)).status;
}

/** As whom, where, and with which password, unless it is the account's. */
type Entering = { readonly organization?: string; readonly password?: string };

export async function trySignIn(acting: Acting, entering: Entering = {}): Promise<OpenedSession> {
  const { web, account } = acting;
  const { organization = account.probed, password = account.password } = entering;
  const from = web.freshAddress();
  const headers = [['User-Agent', DEVICE]] as const;
  const body = { email: account.email, password, organization };
  const reply = await ask(acting, { method: 'POST', path: SESSION, body, headers, from });
  return { cookie: cookieOf(reply) ?? '', from, reply };
}

/** A session that is alive. Throws when the instance does not let its own probe in: nothing can be seen then. */
export async function openSession(acting: Acting, entering: Entering = {}): Promise<OpenedSession> {
  const opened = await trySignIn(acting, entering);
  const status =
    opened.cookie === '' ? opened.reply.status : await statusOf(acting, { path: SESSION, cookie: opened.cookie });
  if (status !== 200) throw new Error(`the probe's own session was answered with ${status}`);
  return opened;
}

/** What was not done to the account shows nothing of what it would have ended. Throws, so that the verdict is an error. */
export function demandDone(status: number, what: string): void {
  if (status >= 300) throw new Error(`${what} of the probe's own account was answered with ${status}`);
}

/** What has to be there for anything to be seen. Throws where it is not, so that the verdict is an error. */
export function demandFound<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`${what} is not there`);
  return found;
}

/** A membership, the account's unless told, as an owner of the organization sees it. Throws where it is not among the members. */
export async function findMemberId(acting: Acting, owner: string, whose = acting.account.email): Promise<string> {
  const reply = await ask(acting, { path: '/api/v1/members?limit=100', cookie: owner });
  const id = listOf(reply).find(({ email }) => email === whose)?.['id'];
  if (typeof id !== 'string') throw new Error('an account of the probe is not among the members');
  return id;
}

/** The id of the session that asks. */
export async function ownSessionId(acting: Acting, cookie: string): Promise<string> {
  const own = listOf(await ask(acting, { path: SESSIONS, cookie })).find(({ isCurrent }) => isCurrent === true);
  return typeof own?.['id'] === 'string' ? own['id'] : 'unknown';
}

/** The items of a list; none where there is no list. */
export function listOf(reply: Pick<HttpReply, 'body'>): readonly Readonly<Record<string, unknown>>[] {
  const { items } = membersOf(reply);
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null) : [];
}

export function textIn(reply: Pick<HttpReply, 'body'>, name: string): string {
  const found = membersOf(reply)[name];
  return typeof found === 'string' ? found : '';
}

export type App = {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** Of the step in which it was enrolled, or of one after it. */
  readonly code: (stepsLater: number) => string;
  readonly status: number;
};

/** Enrolls an authenticator app in a session; the code of its step is used up by that. */
export async function enrollApp(acting: Acting, cookie: string, unixMs: number): Promise<App> {
  const started = await ask(acting, { method: 'POST', path: TOTP, cookie, body: { name: 'probe' } });
  const secret = textIn(started, 'secret');
  const bytes = toSecret(decodeBase32(secret));
  const code = (stepsLater: number): string => totpCode(bytes, totpStep(unixMs) + stepsLater);
  const path = `/api/v1/account/factors/${textIn(started, 'id')}/confirm`;
  const confirmed = await ask(acting, { method: 'POST', path, cookie, body: { code: code(0) } });
  const { recoveryCodes } = membersOf(confirmed);
  const texts = Array.isArray(recoveryCodes) ? recoveryCodes.filter((each) => typeof each === 'string') : [];
  return { secret, recoveryCodes: texts, code, status: confirmed.status };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 section 6, without padding; letters that are none count as the first. */
function decodeBase32(text: string): Uint8Array {
  const bits = Array.from(text, (letter) => Math.max(0, ALPHABET.indexOf(letter)).toString(2).padStart(5, '0')).join(
    '',
  );
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (each) => Number.parseInt(each, 2));
}
