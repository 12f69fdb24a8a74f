// How a broken twin's server of accounts answers: right in everything but its faults.
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { toSecret } from '#crypto/secret.ts';
import { totpCode, totpStep } from '#crypto/totp.ts';
import {
  type AccountFault,
  CODES,
  openTwinSession,
  APP_BASE32,
  APP_BYTES,
  TWIN_OWNER,
  type TwinAccounts,
  type TwinSession,
} from './account-twin-state.ts';
import { answerMember, answerOrganizationKey, answerOwner, twinMembers } from './account-twin-departures.ts';
import { answerKey, answerMembers, INVITATIONS, lookAt, TWIN_KEY } from './account-twin-members.ts';
import { twinTenants } from './twin-tenants.ts';

const json = (status: number, body: object = {}, headers: Readonly<Record<string, string>> = {}): TwinAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: status === 204 ? '' : JSON.stringify(body),
});
const refused = (status: number, code: string): TwinAnswer => json(status, { code });

type Way = (state: TwinAccounts, request: TwinRequest, session: TwinSession) => TwinAnswer;

/** What nobody has to be somebody for. */
const DOORS: Readonly<Record<string, (state: TwinAccounts, request: TwinRequest) => TwinAnswer>> = {
  '/api/v1/session': signIn,
  '/api/v1/session/factor': finishSignIn,
  [`${INVITATIONS}/look`]: lookAt,
};

/** Any request to the twin. */
export function answerAccount(state: TwinAccounts, request: TwinRequest): TwinAnswer {
  const { method, path } = request;
  const door = method === 'POST' ? DOORS[path] : undefined;
  if (door !== undefined) return door(state, request);
  if (request.headers.authorization === `Bearer ${TWIN_KEY}`) return answerKey(state, request);
  const byKey = answerOrganizationKey(state, request);
  if (byKey !== undefined) return byKey;
  const session = findSession(state, request);
  if (session === 'tenant')
    return answerOwner(state, request) ?? answerMembers(state, request, true) ?? answerTenant(state, request);
  return session === undefined ? refused(401, 'auth.invalid') : answerSession(state, request, session);
}

function answerSession(state: TwinAccounts, request: TwinRequest, session: TwinSession): TwinAnswer {
  const { method, path } = request;
  const way = WAYS.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2];
  const isNarrow = session.isGuarded && !session.isProven && !state.faults.has('unguarded');
  if (isNarrow && !/^\/api\/v1\/(?:session|account\/factors)/.test(path)) return refused(403, 'auth.forbidden');
  const invited = state.sessions.get(state.invited ?? '') === session ? answerMember(state, request) : undefined;
  return invited ?? answerMembers(state, request, false) ?? way?.(state, request, session) ?? json(404);
}

function findSession(state: TwinAccounts, { headers }: TwinRequest): TwinSession | 'tenant' | undefined {
  const cookie = headers.cookie ?? '';
  if (cookie === twinTenants.one.cookie || cookie === twinTenants.other.cookie) return 'tenant';
  const { faults, sessions } = state;
  const found = sessions.get(cookie.replace('twin=', ''));
  if (found === undefined) return faults.has('takes_any_token') ? sessions.values().next().value : undefined;
  if (found.idle > 60 && !faults.has('forgets_idleness')) return undefined;
  if (found.open > 10_080 && !faults.has('forgets_age')) return undefined;
  return found;
}

function readBody({ body }: TwinRequest): Readonly<Record<string, string>> {
  return body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, string>>);
}

function cookieFor(state: TwinAccounts, token: string): Readonly<Record<string, string>> {
  const seconds = state.faults.has('cookie_for_ever') ? 31_536_000 : 604_800;
  return { 'set-cookie': `twin=${token}; Path=/; Max-Age=${seconds}` };
}

const seenFrom = ({ from: address, headers }: TwinRequest) => ({ address, device: headers['user-agent'] ?? '' });

function signIn(state: TwinAccounts, request: TwinRequest): TwinAnswer {
  const { password, organization = '' } = readBody(request);
  if (password !== state.password) return refused(401, 'session.wrong_credentials');
  const isAsked = state.hasFactor && !state.faults.has('password_is_enough');
  if (isAsked) return json(201, { expiresAt: null, challenge: { token: 'challenge', proofs: ['totp'] } });
  const token = openTwinSession(state, organization === 'probe-guarded', seenFrom(request));
  return json(201, { challenge: null }, cookieFor(state, token));
}

function finishSignIn(state: TwinAccounts, request: TwinRequest): TwinAnswer {
  const { recoveryCode = '' } = readBody(request);
  if (!takeRecoveryCode(state, recoveryCode)) return refused(401, 'factor.refused');
  return json(201, {}, cookieFor(state, openTwinSession(state, false, seenFrom(request))));
}

function takeRecoveryCode(state: TwinAccounts, code: string): boolean {
  if (state.faults.has('recovery_codes_work_twice')) return state.recoveryCodes.has(code);
  return state.recoveryCodes.delete(code);
}

function takeCode(state: TwinAccounts, code: string): boolean {
  const bytes = toSecret(Buffer.from(APP_BYTES, 'hex'));
  const step = totpStep(state.unixMs());
  if (![-1, 0, 1].some((away) => totpCode(bytes, step + away) === code)) return false;
  if (state.usedCodes.has(code) && !state.faults.has('codes_work_twice')) return false;
  state.usedCodes.add(code);
  return true;
}

function endOthers(state: TwinAccounts, kept: TwinSession, fault: AccountFault, action: string): void {
  const others = [...state.sessions].filter(([, each]) => each !== kept);
  if (!state.faults.has(fault)) for (const [token] of others) state.sessions.delete(token);
  state.events.set(action, { sessionsEnded: state.faults.has('says_it_ended_none') ? 0 : others.length });
}

const withProof =
  (way: Way): Way =>
  (state, request, session) => {
    if (session.proof <= 15 || state.faults.has('asks_for_no_proof')) return way(state, request, session);
    const error = state.faults.has('asks_without_a_word') ? 'invalid_token' : 'insufficient_user_authentication';
    return json(401, { code: 'auth.step_up' }, { 'www-authenticate': `Bearer error="${error}", max_age="900"` });
  };

const nothing = withProof(() => json(200));

function shownSession(state: TwinAccounts, own: TwinSession | undefined) {
  return (each: TwinSession) => {
    const { id, address, device } = each;
    const where = state.faults.has('shows_no_devices') ? {} : { address, device };
    return { id, ...where, lastSeenAt: new Date(state.unixMs()).toISOString(), isCurrent: each === own };
  };
}

function endById(state: TwinAccounts, path: string): TwinAnswer {
  const id = path.slice(path.lastIndexOf('/') + 1);
  if (!state.faults.has('keeps_ended_sessions'))
    for (const [token, session] of state.sessions) if (session.id === id) state.sessions.delete(token);
  return json(204);
}

/** Weak for the twin is what holds no hyphen, or what everybody knows. */
function changePassword(state: TwinAccounts, request: TwinRequest, session: TwinSession): TwinAnswer {
  const { currentPassword, newPassword = '' } = readBody(request);
  if (currentPassword !== state.password) return refused(403, 'account.wrong_password');
  const isGood = /^Probe-2-.{20,}$/.test(newPassword);
  if (!isGood && !state.faults.has('takes_weak_passwords'))
    return json(400, { code: 'request.invalid', errors: [{ pointer: '/body/newPassword', message: 'is weak' }] });
  state.password = newPassword;
  endOthers(state, session, 'keeps_sessions_of_old_passwords', 'account.password_changed');
  return json(204);
}

const prove: Way = (state, request, session) => {
  const { password, code, recoveryCode } = readBody(request);
  const isRight =
    code === undefined
      ? recoveryCode === undefined
        ? password === state.password && !state.hasFactor
        : takeRecoveryCode(state, recoveryCode)
      : takeCode(state, code);
  if (!isRight) return refused(401, 'factor.refused');
  Object.assign(session, { proof: 0, isProven: state.hasFactor });
  return json(200);
};

const confirm: Way = (state, request, session) => {
  if (!takeCode(state, readBody(request)['code'] ?? '')) return refused(401, 'factor.refused');
  state.hasFactor = true;
  session.isProven = true;
  endOthers(state, session, 'keeps_sessions_of_old_factors', 'factor.enrolled');
  return json(200, { recoveryCodes: CODES });
};

const WAYS: readonly (readonly [method: string, path: RegExp, way: Way])[] = [
  ['GET', /^\/api\/v1\/session$/, () => json(200)],
  ['GET', /^\/api\/v1\/members\b/, () => json(200, { items: [] })],
  ['GET', /^\/api\/v1\/api-keys\b/, () => json(200, { items: [] })],
  [
    'GET',
    /^\/api\/v1\/organization\/sign-in-policy$/,
    ({ faults }) => json(200, { requireFactor: faults.has('demands_nothing') ? 'none' : 'admins' }),
  ],
  [
    'GET',
    /^\/api\/v1\/sessions/,
    (state, _request, session) => json(200, { items: [...state.sessions.values()].map(shownSession(state, session)) }),
  ],
  ['DELETE', /^\/api\/v1\/sessions\/[^/]+$/, (state, { path }) => endById(state, path)],
  [
    'DELETE',
    /^\/api\/v1\/sessions$/,
    (state, _request, session) => {
      endOthers(state, session, 'keeps_ended_sessions', 'session.others_ended');
      return json(200);
    },
  ],
  ['POST', /^\/api\/v1\/account\/password$/, changePassword],
  ['POST', /^\/api\/v1\/account\/factors\/totp$/, withProof(() => json(201, { id: 'fac_twin', secret: APP_BASE32 }))],
  ['POST', /^\/api\/v1\/account\/factors\/[^/]+\/confirm$/, withProof(confirm)],
  ['POST', /^\/api\/v1\/session\/proof$/, prove],
  ['POST', /./, nothing],
  ['DELETE', /./, nothing],
  ['PATCH', /./, nothing],
  ['PUT', /./, nothing],
];

/** An owner of the organization, who sees its members and their sessions. */
function answerTenant(state: TwinAccounts, request: TwinRequest): TwinAnswer {
  const { method, path } = request;
  if (method === 'DELETE') return state.faults.has('owners_end_nothing') ? json(204) : endById(state, path);
  if (path.endsWith('/sessions'))
    return json(200, { items: [...state.sessions.values()].map(shownSession(state, undefined)) });
  if (path === '/api/v1/session') return json(200, { user: { id: TWIN_OWNER.userId } });
  return json(200, { items: twinMembers });
}
