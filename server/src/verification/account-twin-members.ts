// How a broken twin's server of accounts answers about invitations and members: right in everything but its faults.
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { openTwinSession, TWIN_ACCOUNT, type TwinAccounts } from './account-twin-state.ts';

export const TWIN_KEY = 'twin-key-of-the-account';

const json = (status: number, body: object = {}, headers: Readonly<Record<string, string>> = {}): TwinAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** What a session of the account, or of an owner, does about invitations and keys; undefined for anything else. */
export function answerMembers(state: TwinAccounts, request: TwinRequest, isOwner: boolean): TwinAnswer | undefined {
  const { method, path } = request;
  if (method !== 'POST') return undefined;
  if (path === '/api/v1/invitations') return invite(state, request, isOwner);
  if (path === '/api/v1/invitations/enter') return enter(state, request);
  if (path !== '/api/v1/api-keys') return undefined;
  state.hasKey = true;
  return json(201, { id: 'key_twin', key: TWIN_KEY });
}

/** A key proves what it is by itself. */
export function answerKey(state: TwinAccounts): TwinAnswer {
  return json(state.hasKey ? 200 : 401);
}

function readBody({ body }: TwinRequest): Readonly<Record<string, string>> {
  return body === '' ? {} : (JSON.parse(body) as Readonly<Record<string, string>>);
}

function invite({ role, faults }: TwinAccounts, request: TwinRequest, isOwner: boolean): TwinAnswer {
  const isBeyond = readBody(request)['role'] === 'owner' && !isOwner && role !== 'owner';
  if (isBeyond && !faults.has('admins_invite_owners')) return json(403, { code: 'member.beyond_yours' });
  return json(201, { id: 'inv_twin' });
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
  state.invited = openTwinSession(state, false, { address: request.from, device: '' });
  return json(201, {}, { 'set-cookie': `twin=${state.invited}; Path=/` });
}

/** An owner takes the account out; undefined for anybody else. */
export function removeMember(state: TwinAccounts, { method, path }: TwinRequest): TwinAnswer | undefined {
  if (method !== 'DELETE' || path !== `/api/v1/members/${TWIN_ACCOUNT.memberId}`) return undefined;
  const { faults, sessions, invited, hasKey } = state;
  const ended = { sessions: invited === undefined ? 0 : 1, apiKeys: hasKey ? 1 : 0 };
  if (!faults.has('keeps_sessions_of_leavers')) sessions.delete(invited ?? '');
  if (!faults.has('keeps_keys_of_leavers')) state.hasKey = false;
  state.invited = undefined;
  return json(200, { ended: faults.has('says_it_ended_none') ? { sessions: 0, apiKeys: 0 } : ended });
}
