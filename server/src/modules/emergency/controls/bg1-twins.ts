// Broken twins of BG1: a small server with an emergency credential that is right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Database, ProbeAccount, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import { NO_USES } from './bg1-fixtures.ts';
import { PLACES } from './bg1-judge.ts';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly database?: Pick<Database, 'query'>;
  /** Lends the person to one probe at a time, so that no other seals anew meanwhile. */
  readonly accounts?: {
    readonly borrow: <T>(use: (account: Pick<ProbeAccount, 'probed'>) => Promise<T>, signal: AbortSignal) => Promise<T>;
  };
};

type Fault =
  | 'opens_with_one_part'
  | 'asks_for_no_code'
  | 'keeps_spent_parts'
  | 'opens_before_it_is_granted'
  | 'opens_twice'
  | 'may_do_everything'
  | 'ends_late'
  | 'never_ends';

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a credential of one part', PLACES.parts, 'opens_with_one_part'),
  twin('a second part that grants any request', PLACES.parts, 'asks_for_no_code'),
  twin('parts that are never spent', PLACES.parts, 'keeps_spent_parts'),
  twin('a request that opens by itself', PLACES.collecting, 'opens_before_it_is_granted'),
  twin('a request that opens many', PLACES.collecting, 'opens_twice'),
  twin('an emergency session that makes itself permanent', PLACES.reach, 'may_do_everything'),
  twin('an emergency session that outlasts its end', PLACES.reach, 'never_ends'),
  twin('an emergency session of a day', PLACES.length, 'ends_late'),
  twin('a database where a use has no review', PLACES.uses, undefined, { unreviewed: 1 }),
  twin('a database where a webhook was not told', PLACES.uses, undefined, { untold: 1 }),
  twin('a database where a seal is overdue', PLACES.uses, undefined, { overdue: 1 }),
];

const PARTS = ['first-part', 'second-part'] as const;
const USE = encodeId('emg', '01980000-0000-7000-8000-0000000000e1');
type State = { isGranted: boolean; isCollected: boolean; isOver: boolean };

function twin(name: string, hits: string, fault: Fault | undefined, changed: object = {}): Twin<Target> {
  const database: Target['database'] = { query: async () => [{ ...NO_USES, ...changed }] };
  const accounts: Target['accounts'] = { borrow: (use) => use({ probed: 'probe-one' }) };
  return {
    name,
    hits,
    start: ({ unixMs }) => {
      const state: State = { isGranted: false, isCollected: false, isOver: false };
      return startTenantTwin({ '*': (request) => answer(state, fault, request, unixMs()) }, { database, accounts });
    },
  };
}

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): TwinAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const refused = json(401, { code: 'emergency.refused' });

function answer(state: State, fault: Fault | undefined, request: TwinRequest, nowMs: number): TwinAnswer {
  const { path, headers } = request;
  if (headers.cookie === 'twin=emergency') return answerSession(state, fault, request);
  if (path.endsWith('/open')) return showPart(state, fault, request);
  if (path.endsWith('/emergency/session')) return collect(state, fault, nowMs);
  if (path.endsWith('/seal')) return json(201, { parts: PARTS });
  if (path.endsWith('/end')) {
    state.isOver = true;
    return { status: 204 };
  }
  return json(200, { uses: [{ id: USE }] });
}

function showPart(state: State, fault: Fault | undefined, { body }: TwinRequest): TwinAnswer {
  // What the probe sends.
  const { part, code } = JSON.parse(body) as { readonly part: string; readonly code?: string };
  if (state.isGranted) return fault === 'keeps_spent_parts' ? json(201, {}) : refused;
  if (code === undefined) return json(201, { request: 'the-request', code: 'the-code' });
  const isRight = code === 'the-code' && part === PARTS[1];
  const passes =
    (fault === 'opens_with_one_part' && part === PARTS[0]) || (fault === 'asks_for_no_code' && part === PARTS[1]);
  if (isRight) state.isGranted = true;
  return isRight || passes ? json(201, { step: 'granted' }) : refused;
}

function collect(state: State, fault: Fault | undefined, nowMs: number): TwinAnswer {
  if (!state.isGranted && fault !== 'opens_before_it_is_granted') return json(409, { code: 'emergency.waiting' });
  if (state.isCollected && fault !== 'opens_twice') return refused;
  if (state.isGranted) state.isCollected = true;
  const minutes = fault === 'ends_late' ? 1_440 : 60;
  const expiresAt = new Date(nowMs + minutes * 60_000).toISOString();
  return json(201, { expiresAt }, { 'set-cookie': 'twin=emergency; Path=/' });
}

function answerSession(state: State, fault: Fault | undefined, { method, path }: TwinRequest): TwinAnswer {
  if (state.isOver && fault !== 'never_ends') return refused;
  if (path.endsWith('/end')) {
    state.isOver = true;
    return { status: 204 };
  }
  if (method === 'GET' && !path.endsWith('/sessions')) return json(200, {});
  return fault === 'may_do_everything' ? json(201, {}) : json(403, {});
}
