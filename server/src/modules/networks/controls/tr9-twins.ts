// Broken twins of TR9: a small server that keeps rules, and is right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { findCovering } from '#kernel/networks.ts';
import { SESSION } from '#verification/account-asking.ts';
import type { ProbeAccount, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import { PLACES } from './tr9-judge.ts';

export type Person = Pick<ProbeAccount, 'email' | 'password' | 'probed'>;

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  /** Lends the person to one probe at a time, so that no other changes the rules meanwhile. */
  readonly accounts?: {
    readonly borrow: <T>(use: (account: Person) => Promise<T>, signal: AbortSignal) => Promise<T>;
  };
};

type Fault =
  | 'forgets_sessions'
  | 'signs_in_everybody'
  | 'forgets_the_api'
  | 'forgets_models'
  | 'forgets_keys'
  | 'closes_models_too'
  | 'lets_people_lock_themselves_out'
  | 'shares_cookies';

type State = { console: readonly string[]; api: readonly string[]; models: readonly string[]; key: readonly string[] };

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a server that looks at sign-ins alone', PLACES.console, 'forgets_sessions'),
  twin('a server that signs everybody in', PLACES.console, 'signs_in_everybody'),
  twin('a server whose API is open', PLACES.api, 'forgets_the_api'),
  twin('a server whose models are open', PLACES.models, 'forgets_models'),
  twin('a server that forgets what is said of a key', PLACES.key, 'forgets_keys'),
  twin('a server that closes models with the console', PLACES.beside, 'closes_models_too'),
  twin('a server that lets people lock themselves out', PLACES.lockOut, 'lets_people_lock_themselves_out'),
  twin('a server that shares its cookies', PLACES.cookies, 'shares_cookies'),
];

const ACCOUNT = { email: 'account@probe.invalid', password: 'twin-password-of-the-account', probed: 'probe-one' };

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  const accounts: Target['accounts'] = { borrow: (use) => use(ACCOUNT) };
  return {
    name,
    hits,
    start: () => {
      const state: State = { console: [], api: [], models: [], key: [] };
      return startTenantTwin({ '*': (request) => answer(state, fault, request) }, { accounts });
    },
  };
}

const refused: TwinAnswer = { status: 403, body: '{"code":"network.refused"}' };

function answer(state: State, fault: Fault, request: TwinRequest): TwinAnswer {
  const { method, path, from } = request;
  const isKey = request.headers.authorization !== undefined;
  if (isKey) return isKeyLetIn(state, fault, request) ? { status: 200, body: '{}' } : refused;
  const isSignIn = method === 'POST' && path === SESSION;
  const skips = fault === (isSignIn ? 'signs_in_everybody' : 'forgets_sessions');
  if (!skips && !isLetIn(state.console, from)) return refused;
  if (isSignIn) return { status: 201, headers: { 'set-cookie': cookieOf(fault) }, body: '{}' };
  return method === 'PUT'
    ? change(state, fault, request)
    : { status: 200, body: JSON.stringify({ yourAddress: from }) };
}

function isKeyLetIn(state: State, fault: Fault, { path, from }: TwinRequest): boolean {
  if (fault !== 'forgets_keys' && !isLetIn(state.key, from)) return false;
  if (!path.startsWith('/v1/')) return fault === 'forgets_the_api' || isLetIn(state.api, from);
  if (fault === 'closes_models_too' && !isLetIn(state.console, from)) return false;
  return fault === 'forgets_models' || isLetIn(state.models, from);
}

function change(state: State, fault: Fault, { path, body, from }: TwinRequest): TwinAnswer {
  // What the probe sends.
  const sent = JSON.parse(body) as Partial<State> & { readonly networks?: readonly string[] };
  if (path.endsWith('/networks')) {
    state.key = sent.networks ?? [];
    return { status: 200, body: '{}' };
  }
  const locksOut = !isLetIn(sent.console ?? [], from);
  if (locksOut && fault !== 'lets_people_lock_themselves_out') return { status: 409, body: '{}' };
  Object.assign(state, sent);
  return { status: 200, body: '{}' };
}

function isLetIn(blocks: readonly string[], from: string): boolean {
  return blocks.length === 0 || findCovering(blocks, from) !== undefined;
}

function cookieOf(fault: Fault): string {
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';
  return fault === 'shares_cookies'
    ? `twin=session; Domain=probe.invalid; ${attributes}`
    : `__Host-twin=session; ${attributes}`;
}
