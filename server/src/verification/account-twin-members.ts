// How a broken twin's server of accounts answers about invitations and members: right in everything but its faults.
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { openTwinSession, type TwinAccounts } from './account-twin-state.ts';

export const TWIN_KEY = 'twin-key-of-the-account';
export const INVITATIONS = '/api/v1/invitations';

const json = (status: number, body: object = {}, headers: Readonly<Record<string, string>> = {}): TwinAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** What a session of the account, or of an owner, does about invitations and keys; undefined for anything else. */
export function answerMembers(state: TwinAccounts, request: TwinRequest, isOwner: boolean): TwinAnswer | undefined {
  const { method, path } = request;
  if (isOwner && path.startsWith(`${INVITATIONS}?`)) return json(200, { items: [{ id: 'inv_twin', state: 'open' }] });
  if (method !== 'POST') return undefined;
  if (isOwner && path.endsWith('/renewal')) return renew(state);
  if (path === '/api/v1/invitations') return invite(state, request, isOwner);
  if (path === '/api/v1/invitations/enter') return enter(state, request);
  if (path !== '/api/v1/api-keys') return undefined;
  state.hasKey = true;
  return json(201, { id: 'key_twin', key: TWIN_KEY });
}

/** A key of the account proves what it is by itself, and may do what the account may. */
export function answerKey({ hasKey, standing, faults }: TwinAccounts, { path }: TwinRequest): TwinAnswer {
  const isResting = standing === 'suspended' && !faults.has('keys_outlast_suspensions');
  if (!hasKey || isResting) return json(401);
  const isBeyond = path === '/v1/models' && standing === 'viewer' && !faults.has('keeps_rights_of_movers');
  return json(isBeyond ? 403 : 200);
}

function readBody({ body }: TwinRequest): Readonly<Record<string, string>> {
  return body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, string>>);
}

function invite({ role, faults }: TwinAccounts, request: TwinRequest, isOwner: boolean): TwinAnswer {
  const isBeyond = readBody(request)['role'] === 'owner' && !isOwner && role !== 'owner';
  if (isBeyond && !faults.has('admins_invite_owners')) return json(403, { code: 'member.beyond_yours' });
  return json(201, { id: 'inv_twin' });
}

/** Whoever has a link sees what for. */
export function lookAt({ invitations }: TwinAccounts, request: TwinRequest): TwinAnswer {
  return json(invitations.has(readBody(request)['token'] ?? '') ? 200 : 409);
}

const WEEK_MS = 7 * 86_400_000;

function renew({ faults, invitations, unixMs }: TwinAccounts): TwinAnswer {
  if (!faults.has('keeps_links_before_renewals')) invitations.clear();
  const endsMs = unixMs() + (faults.has('renews_for_no_time') ? 0 : WEEK_MS);
  return json(200, { id: 'inv_twin', expiresAt: new Date(endsMs).toISOString() });
}

function enter(state: TwinAccounts, request: TwinRequest): TwinAnswer {
  const { faults, invitations } = state;
  const token = readBody(request)['token'] ?? '';
  const found = invitations.get(token);
  if (found === undefined) return json(409, { code: 'invitation.over' });
  if (found.state === 'expired' && !faults.has('takes_expired_invitations')) return json(409);
  if (found.state === 'canceled' && !faults.has('takes_canceled_invitations')) return json(409);
  if (!found.isTheirs && !faults.has('takes_invitations_of_others')) return json(403);
  if (!faults.has('takes_invitations_twice')) invitations.delete(token);
  state.standing = 'member';
  state.invited = openTwinSession(state, false, { address: request.from, device: '' });
  return json(201, {}, { 'set-cookie': `twin=${state.invited}; Path=/` });
}
