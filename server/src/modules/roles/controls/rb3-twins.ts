// Broken twins of RB3: a small server with an owner, an admin and roles, right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { SESSION } from '#verification/account-asking.ts';
import type { Operation, ProbeAccounts, Tenants, Web } from '#verification/instance.ts';
import { idleAccount, idleAccounts } from '#verification/idle-account.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { GUARDED, MANAGE, PLACES } from './rb3-judge.ts';

export const POLICY = '/api/v1/organization/sign-in-policy';
export const RULES = '/api/v1/organization/network-rules';
export const ROLES = '/api/v1/roles';
/** How the names of its roles begin. */
export const ROLE = 'probe of RB3';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly operations?: readonly Operation[];
  readonly accounts?: ProbeAccounts;
};

type Fault =
  | 'lets_admins_save_the_policy'
  | 'lets_admins_put_rules'
  | 'lets_admins_make_keys'
  | 'lets_admins_make_such_roles'
  | 'lets_admins_give_such_roles'
  | 'forgets_that_it_was_taken'
  | 'asks_for_another_right';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a server whose admins save the policy', PLACES.policy, 'lets_admins_save_the_policy'),
  twin('a server whose admins put rules', PLACES.rules, 'lets_admins_put_rules'),
  twin('a server whose admins make keys of the organization', PLACES.keys, 'lets_admins_make_keys'),
  twin('a server whose admins make roles beyond them', PLACES.making, 'lets_admins_make_such_roles'),
  twin('a server whose admins give roles beyond them', PLACES.giving, 'lets_admins_give_such_roles'),
  twin('a server that keeps a right that was taken', PLACES.delegated, 'forgets_that_it_was_taken'),
  twin('a server that asks for another right', PLACES.operations, 'asks_for_another_right'),
];

function operationsWith(fault: Fault): readonly Operation[] {
  const permission = fault === 'asks_for_another_right' ? 'organization:update' : MANAGE;
  return GUARDED.map((id) => ({
    id,
    method: 'PUT',
    path: `/${id}`,
    publicFor: undefined,
    permissions: [permission],
    rateClass: 'write',
    auditAction: id,
  }));
}

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  return {
    name,
    hits,
    start: () => {
      const state: State = { isHeld: false };
      const rest = { accounts: idleAccounts, operations: operationsWith(fault) };
      return startTenantTwin({ '*': (request) => answer(state, fault, request) }, rest);
    },
  };
}

/** Whether the admin was given the right. */
type State = { isHeld: boolean };

const reply = (status: number, body: object = {}): TwinAnswer => ({
  status,
  ...(status === 204 ? {} : { body: JSON.stringify(body) }),
});

/** What the right opens: the status that says so, and the fault that opens it for admins too. */
const DOORS: Readonly<Record<string, { readonly status: number; readonly fault: Fault }>> = {
  [POLICY]: { status: 200, fault: 'lets_admins_save_the_policy' },
  [RULES]: { status: 200, fault: 'lets_admins_put_rules' },
  '/api/v1/api-keys': { status: 201, fault: 'lets_admins_make_keys' },
};

function answer(state: State, fault: Fault, { method, path, headers }: TwinRequest): TwinAnswer {
  const isOwner = headers.cookie === twinTenants.one.cookie;
  if (path === SESSION && method === 'POST')
    return { status: 201, headers: { 'set-cookie': 'twin=session-of-the-admin; Path=/' }, body: '{}' };
  // The session's own look and the lists; roles are none, members are the account.
  if (method === 'GET')
    return reply(200, { items: path.startsWith(ROLES) ? [] : [{ id: 'mem_twin', email: idleAccount.email }] });
  const door = DOORS[path];
  if (door !== undefined) return reply(isOwner || state.isHeld || fault === door.fault ? door.status : 403);
  if (path === ROLES) return answerMaking(isOwner || fault === 'lets_admins_make_such_roles');
  return answerGiving(state, fault, { isOwner, isTaking: method === 'DELETE' });
}

function answerMaking(isLet: boolean): TwinAnswer {
  return isLet ? reply(201, { id: 'rol_twin' }) : reply(422);
}

type Giving = { readonly isOwner: boolean; readonly isTaking: boolean };

function answerGiving(state: State, fault: Fault, { isOwner, isTaking }: Giving): TwinAnswer {
  if (!isOwner) return reply(fault === 'lets_admins_give_such_roles' ? 204 : 403);
  state.isHeld = !isTaking || fault === 'forgets_that_it_was_taken';
  return reply(204);
}
