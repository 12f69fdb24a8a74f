// Broken twins of RB1: a small server with roles and teams, right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { SESSION } from '#verification/account-asking.ts';
import { idleAccount } from '#verification/idle-account.ts';
import type { Operation, ProbeAccount, ProbeAccounts, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { BEYOND_MIN, PLACES } from './rb1-judge.ts';

export const ROLES = '/api/v1/roles';
export const TEAMS = '/api/v1/teams';
export const KEYS = '/api/v1/api-keys';
export const MEMBERS = '/api/v1/members';
export const AUDIT = '/api/v1/audit';
export const EMERGENCY = '/api/v1/emergency';
export const PERMISSIONS = '/api/v1/permissions';
/** How the names of what it makes begin. */
export const OURS = 'probe of RB1';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly operations?: readonly Operation[];
  readonly accounts?: ProbeAccounts;
};

type Fault =
  | 'lets_members_make_teams'
  | 'keeps_a_role'
  | 'keeps_what_a_team_was_granted'
  | 'forgets_one_door'
  | 'declares_nothing'
  | 'lets_owners_act_as_the_host';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a server whose members make teams', PLACES.teams, 'lets_members_make_teams'),
  twin('a server that keeps a role that was taken', PLACES.role, 'keeps_a_role'),
  twin('a server that keeps what a team was granted', PLACES.object, 'keeps_what_a_team_was_granted'),
  twin('a server that forgot one door', PLACES.beyond, 'forgets_one_door'),
  twin('a server with an operation that asks for nothing', PLACES.catalog, 'declares_nothing'),
  twin('a server whose owners act as its host', PLACES.host, 'lets_owners_act_as_the_host'),
];

const THING = 'thing:read';
const things = Array.from({ length: BEYOND_MIN }, (_, at) => `/api/v1/things${String(at)}`);

/** No role holds what it asks for. */
const OF_THE_HOST = '/api/v1/things/clear';

function operationsWith(fault: Fault): readonly Operation[] {
  const operation = (path: string, permissions: readonly string[]): Operation => ({
    id: path.slice(1),
    method: path === OF_THE_HOST ? 'POST' : 'GET',
    path,
    publicFor: undefined,
    permissions,
    rateClass: 'read',
    auditAction: undefined,
  });
  const open = fault === 'declares_nothing' ? [operation('/api/v1/open', [])] : [];
  return [...things.map((path) => operation(path, [THING])), operation(OF_THE_HOST, ['thing:clear']), ...open];
}

type Role = 'viewer' | 'member' | 'admin' | 'owner';
/** What the account is, and what it has beside that. */
type State = { role: Role; hasRole: boolean; isInTeam: boolean; teamHasRole: boolean };

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  return {
    name,
    hits,
    start: () => {
      const state: State = { role: 'owner', hasRole: false, isInTeam: false, teamHasRole: false };
      const account: ProbeAccount = { ...idleAccount, become: async (role) => void (state.role = role) };
      const accounts: Target['accounts'] = { borrow: (use) => use(account) };
      const rest = { accounts, operations: operationsWith(fault) };
      return startTenantTwin({ '*': (request) => answer(state, fault, request) }, rest);
    },
  };
}

const reply = (status: number, body: object = {}): TwinAnswer => ({
  status,
  ...(status === 204 ? {} : { body: JSON.stringify(body) }),
});
const RANKS: Readonly<Record<Role, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };

function answer(state: State, fault: Fault, request: TwinRequest): TwinAnswer {
  const { method, path, headers } = request;
  if (headers.cookie === undefined && method === 'GET') return reply(401);
  const role = headers.cookie === twinTenants.one.cookie ? 'owner' : state.role;
  const [bare = ''] = path.split('?');
  if (method === 'GET') return look(state, fault, { path: bare, rank: RANKS[role] });
  if (bare === SESSION)
    return { status: 201, headers: { 'set-cookie': `twin=session-of-the-${role}; Path=/` }, body: '{}' };
  return change(state, fault, { method, path: bare, rank: RANKS[role] });
}

type Asked = { readonly path: string; readonly rank: number };

type Door = { readonly least: Role; readonly fault?: Fault; readonly wrong?: Role };

/** From which role on each is open, and the fault that opens it from another one on. */
const DOORS: Readonly<Record<string, Door>> = {
  [`GET ${AUDIT}`]: { least: 'admin' },
  [`GET ${things[0] ?? ''}`]: { least: 'owner', fault: 'forgets_one_door', wrong: 'viewer' },
  [`POST ${KEYS}`]: { least: 'member' },
  [`POST ${TEAMS}`]: { least: 'admin', fault: 'lets_members_make_teams', wrong: 'member' },
};

function isOpen(fault: Fault, door: string, rank: number): boolean {
  const { least, fault: opening, wrong = least }: Door = DOORS[door] ?? { least: 'owner' };
  return rank >= RANKS[fault === opening ? wrong : least];
}

function look(state: State, fault: Fault, { path, rank }: Asked): TwinAnswer {
  const shown: Readonly<Record<string, object>> = {
    [SESSION]: {},
    [MEMBERS]: { items: [{ id: 'mem_twin', email: idleAccount.email }] },
    [PERMISSIONS]: { items: [{ name: THING, builtIn: ['owner'], own: [] }] },
    [ROLES]: { items: [] },
    [TEAMS]: { items: [] },
  };
  const body = shown[path];
  if (body !== undefined) return reply(200, body);
  if (path.startsWith(`${KEYS}/`)) return reply(state.isInTeam ? 200 : 404);
  const isGiven = path === AUDIT && (state.hasRole || (state.isInTeam && state.teamHasRole));
  return reply(isGiven || isOpen(fault, `GET ${path}`, rank) ? 200 : 403);
}

function change(state: State, fault: Fault, { method, path, rank }: Asked & { readonly method: string }): TwinAnswer {
  if (path === KEYS || path === TEAMS) return reply(isOpen(fault, `POST ${path}`, rank) ? 201 : 403, { id: 'twin' });
  if (path === ROLES) return reply(201, { id: 'rol_twin' });
  if (path === OF_THE_HOST) return reply(fault === 'lets_owners_act_as_the_host' ? 400 : 403);
  give(state, fault, path, method === 'PUT');
  return reply(204);
}

function give(state: State, fault: Fault, path: string, isGiven: boolean): void {
  if (path.startsWith(ROLES)) state.hasRole = isGiven || fault === 'keeps_a_role';
  else if (path.includes('/roles/')) state.teamHasRole = isGiven;
  else if (path.startsWith(TEAMS)) state.isInTeam = isGiven || fault === 'keeps_what_a_team_was_granted';
}
