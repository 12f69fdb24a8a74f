// Broken twins of AU1: a server that forgets, one that names another, a registry, tables and rows that do not fit.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswers, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { newUuid } from '#crypto/random.ts';
import type { Operation } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import { goodGuards, goodWriters } from './au1-fixtures.ts';
import type { TrailTarget } from './au1-look.ts';
import { WRITERS } from './au1-queries.ts';

type Event = Readonly<Record<string, unknown>>;

type Damage = {
  /** What is kept of an event; undefined forgets it. */
  readonly keep?: (event: Event) => Event | undefined;
  readonly operations?: readonly Operation[];
  readonly writers?: readonly string[];
  readonly unmatched?: readonly string[];
};

const operation: Operation = {
  id: 'api_key.create',
  method: 'POST',
  path: '/api/v1/api-keys',
  publicFor: undefined,
  permissions: ['api_key:create'],
  rateClass: 'write',
  auditAction: 'api_key.created',
};

export const trailTwins: readonly [Twin<TrailTarget>, ...Twin<TrailTarget>[]] = [
  twin('a server that makes keys and tells nobody', 'a key is made', {
    keep: (event) => (event['action'] === 'api_key.created' ? undefined : event),
  }),
  twin('a server that names another actor', 'a key is revoked', {
    keep: (event) => ({ ...event, actor: { kind: 'user', id: 'session', user: newUuid() } }),
  }),
  twin('an operation without an action', 'operations', {
    operations: [operation, { ...operation, id: 'api_key.revoke', method: 'DELETE', auditAction: undefined }],
  }),
  twin('an application that may change entries', 'privileges', {
    writers: [...goodWriters, 'holdfast_app UPDATE audit_entry'],
  }),
  twin('a row that was written around the log', 'rows', { unmatched: ['row without api_key.created'] }),
];

function twin(name: string, hits: string, damage: Damage): Twin<TrailTarget> {
  const { operations = [operation], writers = goodWriters, unmatched = [] } = damage;
  return {
    name,
    hits,
    start: ({ unixMs }) =>
      startTenantTwin(keyServer(damage, unixMs), {
        operations,
        patienceMs: 0,
        database: {
          query: async (statement: string) =>
            statement === WRITERS
              ? writers.map((writer) => ({ writer }))
              : goodGuards.map((guard) => ({
                  kind: guard.split(' ')[0],
                  name: guard.split(' ').slice(1).join(' '),
                  holds: true,
                })),
        },
        tenantVault: {
          rows: async () => [{ fault: 'compared', count: 3 }, ...unmatched.map((fault) => ({ fault, count: 1 }))],
        },
      }),
  };
}

const KEYS = '/api/v1/api-keys';

/** Makes and revokes keys, and keeps what it wants to know of it. */
function keyServer({ keep = (event) => event }: Damage, unixMs: () => number): TwinAnswers {
  const [key, owner] = [newUuid(), newUuid()];
  const events: Event[] = [];
  const headersOf = ({ headers }: TwinRequest) => ({ 'x-request-id': String(headers['x-request-id']) });
  const record = ({ headers }: TwinRequest, action: string): void => {
    const event = keep({
      action,
      outcome: 'allowed',
      at: new Date(unixMs()).toISOString(),
      requestId: headers['x-request-id'],
      actor: { kind: 'user', id: 'session', user: owner },
      target: { kind: 'api_key', id: key },
      facts: { name: 'probe AU1' },
    });
    if (event !== undefined) events.unshift(event);
  };
  return {
    [`POST ${KEYS}`]: (request) => {
      if (request.body.includes('nothing:ever')) return { status: 422, headers: headersOf(request) };
      record(request, 'api_key.created');
      const body = JSON.stringify({ id: encodeId('key', key), ownerUserId: encodeId('usr', owner) });
      return { status: 201, headers: headersOf(request), body };
    },
    'GET /api/v1/audit': () => ({ status: 200, body: JSON.stringify({ items: events }) }),
    '*': (request) => {
      if (decodeId('key', request.path.split('/').at(-1) ?? '') !== key)
        return { status: 404, headers: headersOf(request) };
      record(request, 'api_key.revoked');
      return { status: 204, headers: headersOf(request) };
    },
  };
}
