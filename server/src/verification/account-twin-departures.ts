// How a broken twin's server of accounts answers about what a member has, and what ends with it: right in everything but its faults.
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { type AccountFault, TWIN_ACCOUNT, TWIN_OWNER, type TwinAccounts } from './account-twin-state.ts';
import { twinTenants } from './twin-tenants.ts';

const json = (status: number, body: object = {}): TwinAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const ORGANIZATION_KEY = 'twin-key-of-the-organization-';
const MEMBER = `/api/v1/members/${TWIN_ACCOUNT.memberId}`;

/** A key of the organization; undefined for any other credential. */
export function answerOrganizationKey(state: TwinAccounts, { headers }: TwinRequest): TwinAnswer | undefined {
  const key = headers.authorization?.slice('Bearer '.length) ?? '';
  if (!key.startsWith(ORGANIZATION_KEY)) return undefined;
  const found = state.organizationKeys.get(key);
  if (found === undefined) return json(401);
  const isTheirs = headers['holdfast-on-behalf-of'] === TWIN_ACCOUNT.userId;
  return json(isTheirs && !found.actsForAccount ? 403 : 200);
}

/** What is asked for with which right: by a grant, and by a place in a project, a role, a team. */
const SIGHTS: readonly (readonly [path: RegExp, place: string])[] = [
  [/^\/api\/v1\/api-keys\/key_/, 'grants'],
  [/^\/api\/v1\/projects\/[^/]+$/, 'projects'],
  [/^\/api\/v1\/audit\b/, 'roles'],
  [/^\/api\/v1\/invitations\?/, 'teams'],
];

/** What the account sees where it was invited to; undefined for anything else. */
export function answerMember({ places }: TwinAccounts, { method, path }: TwinRequest): TwinAnswer | undefined {
  if (method !== 'GET') return undefined;
  if (path === '/api/v1/session') return json(200, { user: { id: TWIN_ACCOUNT.userId } });
  const place = SIGHTS.find(([pattern]) => pattern.test(path))?.[1];
  return place === undefined ? undefined : json(places.has(place) ? 200 : 404);
}

/** What an owner makes, gives, changes and ends; undefined for anything else. */
export function answerOwner(state: TwinAccounts, request: TwinRequest): TwinAnswer | undefined {
  const { method, path } = request;
  const [bare = ''] = path.split('?');
  if (method === 'POST') return answerMade(state, bare);
  const place = /^\/api\/v1\/(roles|teams|projects)\/[^/]+\/members\/mem_twin$/.exec(bare)?.[1];
  if (method === 'PUT' && place !== undefined) return give(state, place);
  if (bare === `${MEMBER}/suspension`) return method === 'PUT' ? suspend(state) : resume(state);
  if (bare !== MEMBER) return undefined;
  if (method === 'PATCH') return move(state);
  return method === 'DELETE' ? remove(state, path) : undefined;
}

/** Those whom an owner sees. */
export const twinMembers: readonly object[] = [
  { id: TWIN_ACCOUNT.memberId, email: TWIN_ACCOUNT.email },
  { id: TWIN_OWNER.memberId, email: twinTenants.other.email },
];

function answerMade(state: TwinAccounts, path: string): TwinAnswer | undefined {
  if (/^\/api\/v1\/(?:roles|teams|projects)$/.test(path)) return json(201, { id: 'made_twin' });
  if (path.endsWith('/grants')) return give(state, 'grants');
  if (path !== '/api/v1/api-keys') return undefined;
  state.opened += 1;
  const key = `${ORGANIZATION_KEY}${String(state.opened)}`;
  state.organizationKeys.set(key, { actsForAccount: true });
  return json(201, { id: key, key });
}

function give({ places }: TwinAccounts, place: string): TwinAnswer {
  places.add(place);
  return json(201);
}

function suspend(state: TwinAccounts): TwinAnswer {
  state.standing = 'suspended';
  return json(200, { ended: endSession(state, 'sessions_outlast_suspensions') });
}

function resume(state: TwinAccounts): TwinAnswer {
  state.standing = 'member';
  return json(200);
}

function move(state: TwinAccounts): TwinAnswer {
  state.standing = 'viewer';
  return json(200, { ended: endSession(state, 'keeps_sessions_of_movers') });
}

function endSession(state: TwinAccounts, fault: AccountFault): object {
  const { sessions, invited = '', faults } = state;
  const count = sessions.has(invited) ? 1 : 0;
  if (!faults.has(fault)) sessions.delete(invited);
  return { sessions: faults.has('says_it_ended_none') ? 0 : count };
}

const GIVEN = ['grants', 'teams', 'projects', 'roles'];

function remove(state: TwinAccounts, path: string): TwinAnswer {
  const { faults, organizationKeys } = state;
  const named = [...organizationKeys].filter(([, key]) => key.actsForAccount).length;
  const isChosen = path.includes('?') || faults.has('asks_nobody_about_keys');
  if (named > 0 && !isChosen) return json(409, { code: 'member.has_organization_keys' });
  const isHandedOver = path.includes('hand_over');
  const settled = isHandedOver ? { keysHandedOver: named } : { organizationKeys: named };
  settleOrganizationKeys(state, isHandedOver);
  return json(200, { ended: toldOf(faults, { ...takeAway(state), ...settled }) });
}

/** Everything but keys of the organization; with how much it was. */
function takeAway(state: TwinAccounts): Ended {
  const { faults, sessions, invited = '', places } = state;
  const given = GIVEN.map((place) => [place, places.has(place) ? 1 : 0]);
  const ended = {
    sessions: sessions.has(invited) ? 1 : 0,
    apiKeys: state.hasKey ? 1 : 0,
    ...Object.fromEntries(given),
  };
  if (!faults.has('keeps_sessions_of_leavers')) sessions.delete(invited);
  if (!faults.has('keeps_keys_of_leavers')) state.hasKey = false;
  if (!faults.has('keeps_places_of_leavers')) places.clear();
  return ended;
}

function settleOrganizationKeys({ organizationKeys, faults }: TwinAccounts, isHandedOver: boolean): void {
  const isKept = isHandedOver ? !faults.has('ends_handed_over_keys') : faults.has('keeps_organization_keys');
  for (const [key, found] of organizationKeys) {
    if (found.actsForAccount && !isKept) organizationKeys.delete(key);
    found.actsForAccount = false;
  }
}

type Ended = { readonly sessions: number; readonly apiKeys: number };

function toldOf(faults: ReadonlySet<AccountFault>, ended: Ended): object {
  if (faults.has('says_it_ended_none')) return {};
  const { sessions, apiKeys } = ended;
  return faults.has('counts_sessions_and_keys_alone') ? { sessions, apiKeys } : ended;
}
