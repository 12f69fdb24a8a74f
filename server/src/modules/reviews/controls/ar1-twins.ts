// Broken twins of AR1: a small server with a review that is right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Database, ProbeAccount, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { NOTHING_OWED } from './ar1-fixtures.ts';
import { PLACES } from './ar1-judge.ts';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly database?: Pick<Database, 'query'>;
  readonly accounts?: {
    readonly borrow: <T>(
      use: (account: Pick<ProbeAccount, 'email' | 'password' | 'probed'>) => Promise<T>,
      signal: AbortSignal,
    ) => Promise<T>;
  };
};

type Fault = 'keeps_what_is_revoked' | 'lets_people_review_themselves' | 'is_open_to_others' | 'decides_twice';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a review that revokes nothing', PLACES.revoking, 'keeps_what_is_revoked'),
  twin('a review of one’s own access', PLACES.deciding, 'lets_people_review_themselves'),
  twin('a review of another organization', PLACES.deciding, 'is_open_to_others'),
  twin('a decision that is none', PLACES.deciding, 'decides_twice'),
  twin('a database where a review is late', PLACES.owed, undefined, { overdue: 1 }),
  twin('a database where a review does not close', PLACES.owed, undefined, { unclosed: 1 }),
];

const REVIEW = encodeId('rev', '01980000-0000-7000-8000-0000000000a1');
const ITEM = encodeId('rvi', '01980000-0000-7000-8000-0000000000a2');
const REVIEWER = 'twin=reviewer';
type State = { isDecided: boolean };

function twin(name: string, hits: string, fault: Fault | undefined, changed: object = {}): Twin<Target> {
  const database: Target['database'] = { query: async () => [{ ...NOTHING_OWED, ...changed }] };
  const account = { email: 'reviewer@probe.invalid', password: 'twin-password', probed: 'probe-one' };
  const accounts: Target['accounts'] = { borrow: (use) => use(account) };
  return {
    name,
    hits,
    start: () => {
      const state: State = { isDecided: false };
      return startTenantTwin({ '*': (request) => answer(state, fault, request) }, { database, accounts });
    },
  };
}

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): TwinAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});

function answer(state: State, fault: Fault | undefined, request: TwinRequest): TwinAnswer {
  const { path, headers, method } = request;
  if (headers.authorization !== undefined)
    return json(state.isDecided && fault !== 'keeps_what_is_revoked' ? 401 : 200, {});
  if (path === '/api/v1/session') return json(200, {}, { 'set-cookie': `${REVIEWER}; Path=/` });
  if (path === '/api/v1/api-keys') return json(201, { id: twinTenants.one.keyId, key: twinTenants.one.key });
  if (path.endsWith('/decisions')) return decide(state, fault, request);
  if (path.includes('/items')) return json(200, { items: [{ id: ITEM, accessId: twinTenants.one.keyId }] });
  return method === 'DELETE' ? { status: 204 } : json(201, { id: REVIEW });
}

function decide(state: State, fault: Fault | undefined, { headers }: TwinRequest): TwinAnswer {
  if (headers.cookie === twinTenants.other.cookie) return json(fault === 'is_open_to_others' ? 200 : 404, {});
  if (headers.cookie !== REVIEWER) return json(fault === 'lets_people_review_themselves' ? 200 : 403, {});
  if (state.isDecided && fault !== 'decides_twice') return json(409, {});
  state.isDecided = true;
  return json(200, {});
}
