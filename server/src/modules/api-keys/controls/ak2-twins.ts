// Broken twins of AK2: a small server with keys of every kind, right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { PLACES } from './ak2-judge.ts';

/** What the control looks at. */
export type Target = { readonly web?: Web; readonly tenants?: Tenants };

type Fault =
  | 'needs_nobody'
  | 'acts_for_strangers'
  | 'acts_for_whoever_a_key_names'
  | 'ignores_the_header'
  | 'forgets_scopes'
  | 'asks_no_page'
  | 'knows_pages_by_their_beginning'
  | 'gives_pages_everything'
  | 'calls_models_from_pages'
  | 'flags_nothing'
  | 'records_nothing'
  | 'hides_errors'
  | 'hides_places';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a key that needs nobody', PLACES.people, 'needs_nobody'),
  twin('a key that acts for strangers', PLACES.people, 'acts_for_strangers'),
  twin('every key acts for others', PLACES.people, 'acts_for_whoever_a_key_names'),
  twin('a header that is ignored beside a session', PLACES.people, 'ignores_the_header'),
  twin('scopes that bind nothing', PLACES.scopes, 'forgets_scopes'),
  twin('a key that works from anywhere', PLACES.pages, 'asks_no_page'),
  twin('pages that are known by how they begin', PLACES.pages, 'knows_pages_by_their_beginning'),
  twin('a key in a page that calls models', PLACES.pages, 'calls_models_from_pages'),
  twin('a key in a page that is given everything', PLACES.given, 'gives_pages_everything'),
  twin('a server that flags nothing', PLACES.use, 'flags_nothing'),
  twin('a server that records nothing', PLACES.use, 'records_nothing'),
  twin('a server that hides errors', PLACES.use, 'hides_errors'),
  twin('a server that hides places', PLACES.use, 'hides_places'),
];

const PEOPLE = { one: encodeId('usr', uuid(1)), other: encodeId('usr', uuid(2)) };
const KEYS = {
  service: 'hf_live_twin_service',
  page: 'hf_pub_twin',
  endless: 'hf_live_twin_endless',
  other: 'hf_live_twin',
};

function uuid(digit: number): string {
  return `01980000-0000-7000-8000-00000000020${digit}`;
}

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  return {
    name,
    hits,
    start: ({ unixMs }) => startTenantTwin({ '*': (request) => answer(fault, request, unixMs) }, {}),
  };
}

const status = (code: number, body = '{}'): TwinAnswer => ({ status: code, body });

function answer(fault: Fault, request: TwinRequest, unixMs: () => number): TwinAnswer {
  const { method, path, headers } = request;
  const key = headers.authorization?.slice('Bearer '.length);
  if (key === undefined) return ofSession(fault, request, unixMs);
  if (key === KEYS.page) return status(isPageLetIn(fault, headers.origin, path) ? 200 : 403);
  if (method === 'GET' && path.startsWith('/api/v1/audit')) return status(fault === 'forgets_scopes' ? 200 : 403);
  return status(isLetIn(fault, key, headers['holdfast-on-behalf-of']) ? 200 : 403);
}

/** `named` is whom the key shall act for. */
function isLetIn(fault: Fault, key: string, named: string | readonly string[] | undefined): boolean {
  if (key !== KEYS.service) return named === undefined || fault === 'acts_for_whoever_a_key_names';
  if (named === undefined) return fault === 'needs_nobody';
  return named === PEOPLE.one || fault === 'acts_for_strangers';
}

function ofSession(fault: Fault, { method, path, headers, body }: TwinRequest, unixMs: () => number): TwinAnswer {
  if (headers['holdfast-on-behalf-of'] !== undefined && fault !== 'ignores_the_header') return status(403);
  if (path === '/api/v1/session') {
    const id = headers.cookie === twinTenants.other.cookie ? PEOPLE.other : PEOPLE.one;
    return status(200, JSON.stringify({ user: { id } }));
  }
  if (method === 'POST') return made(fault, JSON.parse(body) as Wanted);
  if (method === 'DELETE') return status(204, '');
  const isEndless = path.includes(KEYS.endless);
  return status(200, JSON.stringify(isEndless ? used(fault, unixMs()) : usage(['never_used'])));
}

type Wanted = { readonly kind?: string; readonly scopes: readonly string[]; readonly expiresInDays?: number | null };

/** The id is the key, so that a path tells which it is about. */
function made(fault: Fault, { kind, scopes, expiresInDays }: Wanted): TwinAnswer {
  const isTooMuch = kind === 'publishable' && scopes.join() !== 'models:read';
  if (isTooMuch && fault !== 'gives_pages_everything') return status(422);
  const key =
    kind === 'service'
      ? KEYS.service
      : kind === 'publishable'
        ? KEYS.page
        : expiresInDays === null
          ? KEYS.endless
          : KEYS.other;
  return status(201, JSON.stringify({ id: key, key }));
}

function usage(flags: readonly string[]) {
  const days = Array.from({ length: 30 }, () => ({}));
  return { flags, lastUsedAt: null, calls: 0, failures: 0, days, places: [], clients: [], models: [] };
}

/** Of the key that two programs have just called with. */
function used(fault: Fault, nowMs: number) {
  if (fault === 'records_nothing') return usage(['never_used', 'no_expiry']);
  const places = ['curl', 'python-requests'].map((client) => ({ address: '127.0.0.1', client }));
  return {
    ...usage(fault === 'flags_nothing' ? [] : ['several_clients', 'no_expiry']),
    lastUsedAt: new Date(nowMs).toISOString(),
    calls: 3,
    failures: fault === 'hides_errors' ? 0 : 1,
    places: fault === 'hides_places' ? [] : places,
  };
}

function isPageLetIn(fault: Fault, origin: string | undefined, path: string): boolean {
  if (path !== '/v1/models') return fault === 'calls_models_from_pages';
  if (fault === 'asks_no_page') return true;
  const page = 'https://page.probe.invalid';
  return fault === 'knows_pages_by_their_beginning' ? origin?.startsWith(page) === true : origin === page;
}
