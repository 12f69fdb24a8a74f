// Broken twins of RB5: a small server with an owner, a member and keys, right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { SESSION } from '#verification/account-asking.ts';
import { idleAccount, idleAccounts } from '#verification/idle-account.ts';
import type { ProbeAccounts, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { PLACES } from './rb5-judge.ts';

export const KEYS = '/api/v1/api-keys';
export const NAME = 'probe of RB5';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly accounts?: ProbeAccounts;
  /** How long the grant lasts whose end is awaited; a third of a second unless told. */
  readonly lifeMs?: number;
};

type Fault =
  | 'shows_everything'
  | 'lists_everything'
  | 'knows_no_levels'
  | 'lets_anybody_grant'
  | 'forgets_the_time'
  | 'keeps_what_ended';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a server that shows every object', PLACES.reading, 'shows_everything'),
  twin('a server that lists every object', PLACES.lists, 'lists_everything'),
  twin('a server that knows no levels', PLACES.level, 'knows_no_levels'),
  twin('a server on which anybody grants', PLACES.handing, 'lets_anybody_grant'),
  twin('a server whose grants do not end', PLACES.time, 'forgets_the_time'),
  twin('a server that keeps what was ended', PLACES.reading, 'keeps_what_ended'),
];

/** One that ends is over when it was used once: the twin has no clock. */
type Grant = { readonly level: string; readonly hasEnd: boolean; uses: number };
type State = { readonly keys: string[]; readonly grants: Map<string, Grant> };

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  return {
    name,
    hits,
    start: () => {
      const state: State = { keys: [], grants: new Map() };
      return startTenantTwin(
        { '*': (request) => answer(state, fault, request) },
        { accounts: idleAccounts, lifeMs: 6 },
      );
    },
  };
}

const reply = (status: number, body: object = {}): TwinAnswer => ({
  status,
  ...(status === 204 ? {} : { body: JSON.stringify(body) }),
});

function answer(state: State, fault: Fault, request: TwinRequest): TwinAnswer {
  const { method, path, headers } = request;
  const isOwner = headers.cookie === twinTenants.one.cookie;
  if (path === SESSION && method === 'POST')
    return { status: 201, headers: { 'set-cookie': 'twin=session-of-the-member; Path=/' }, body: '{}' };
  if (path === SESSION) return reply(200);
  if (path.startsWith('/api/v1/members')) return reply(200, { items: [{ id: 'mem_twin', email: idleAccount.email }] });
  if (path.startsWith('/api/v1/objects/')) return giveIn(state, isOwner || fault === 'lets_anybody_grant', request);
  if (path.startsWith('/api/v1/grants/')) {
    if (fault !== 'keeps_what_ended') state.grants.clear();
    return reply(204);
  }
  return answerKeys(state, fault, isOwner, request);
}

function giveIn({ grants }: State, isLet: boolean, { path, body }: TwinRequest): TwinAnswer {
  if (!isLet) return reply(404);
  const { level, expiresAt } = JSON.parse(body) as { readonly level: string; readonly expiresAt: string | null };
  const key = path.split('/')[4] ?? '';
  grants.set(key, { level, hasEnd: expiresAt !== null, uses: 0 });
  return reply(201, { id: 'grt_twin' });
}

function answerKeys(state: State, fault: Fault, isOwner: boolean, { method, path }: TwinRequest): TwinAnswer {
  if (method === 'POST') {
    const id = `key_${state.keys.length}`;
    state.keys.push(id);
    return reply(201, { id });
  }
  const levelOf = (id: string): string | undefined => {
    const grant = state.grants.get(id);
    const isOver = grant?.hasEnd === true && grant.uses > 0;
    return isOver && fault !== 'forgets_the_time' ? undefined : grant?.level;
  };
  const isShown = (id: string): boolean => isOwner || fault === 'shows_everything' || levelOf(id) !== undefined;
  if (path.startsWith(`${KEYS}?`)) {
    const items = state.keys.filter((id) => isShown(id) || fault === 'lists_everything').map((id) => ({ id }));
    return reply(200, { items });
  }
  const id = path.slice(KEYS.length + 1);
  if (!isShown(id)) return reply(404);
  if (method === 'GET') {
    const grant = state.grants.get(id);
    if (grant !== undefined) grant.uses += 1;
    return reply(200, { id });
  }
  return reply(isOwner || levelOf(id) === 'manager' || fault === 'knows_no_levels' ? 204 : 403);
}
