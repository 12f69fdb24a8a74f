// What AU1 looks at: declarations, a change made for real, the guards of the audit tables, and rows beside their events.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import type { Database, Operation, Tenant, Tenants, TenantVault, Web } from '#verification/instance.ts';
import { GUARDS, UNMATCHED, WRITERS } from './au1-queries.ts';
import { leaveTrail } from './au1-trail.ts';

export const OPERATIONS = 'audit.operations';
export const TRAIL = 'audit.trail';
export const TABLES = 'audit.tables';
export const ROWS = 'audit.rows';
const TTL_SECONDS = 3_600;

export type TrailTarget = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly tenantVault?: Pick<TenantVault, 'rows'>;
  readonly database?: Database;
  readonly operations?: readonly Operation[];
  /** How long the log may take to tell of a change; the sequencer's pause and a slow machine's. */
  readonly patienceMs?: number;
};

const PATIENCE_MS = 2_500;
/** What another control has changed meanwhile is sequenced by then. */
const OTHERS_MS = 1_500;

export function trailObservation(
  kind: string,
  data: Readonly<Record<string, JsonValue>>,
  volatile: readonly string[] = [],
): Observation {
  const { subject, at, reproduce } = SHOWN[kind] ?? UNKNOWN;
  return { kind, subject, at, data, volatile, vantage: 'inside', ttlSeconds: TTL_SECONDS, reproduce };
}

const UNKNOWN = { subject: 'unknown', at: 'unknown', reproduce: 'holdfast verify --only AU1' };
const SHOWN: Readonly<Record<string, typeof UNKNOWN>> = {
  [OPERATIONS]: { ...UNKNOWN, subject: 'every operation that changes something', at: 'operations' },
  [TRAIL]: {
    subject: 'a key made and revoked in a probed organization',
    at: 'trail',
    reproduce: 'curl -s -H "Authorization: Bearer $KEY" "$BASE/api/v1/audit?limit=10"',
  },
  [TABLES]: { subject: 'the audit tables', at: 'privileges', reproduce: 'psql -c "\\dp holdfast.audit_*"' },
  [ROWS]: { ...UNKNOWN, subject: 'rows and events of a probed organization', at: 'rows' },
};

export async function lookAtTrail(target: TrailTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { web, tenants, tenantVault, database, operations, patienceMs = PATIENCE_MS } = target;
  if (web === undefined || tenants === undefined || tenantVault === undefined) return [];
  if (database === undefined || operations === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const { visibleMs, toldAt, ...told } = await leaveTrail({ web, tenant: one, tools, patienceMs });
  const looks = [
    trailObservation(OPERATIONS, operationFacts(operations)),
    trailObservation(TRAIL, { ...told, visibleMs }, ['visibleMs']),
    await lookAtTables(database, tools),
    // After the trail: what was changed before it, and told, is in the log by now.
    await lookAtRows(tenantVault, one, toldAt, Math.min(patienceMs, OTHERS_MS), tools),
  ];
  return looks.map(tools.evidence);
}

function operationFacts(operations: readonly Operation[]): Readonly<Record<string, JsonValue>> {
  const changing = operations.filter(({ method }) => method !== 'GET');
  const silent = changing.filter(({ auditAction }) => (auditAction ?? '').trim() === '');
  return { changing: changing.map(({ id }) => id).toSorted(), silent: silent.map(({ id }) => id).toSorted() };
}

async function lookAtTables(database: Database, { signal }: ProbeTools): Promise<Observation> {
  const writers = await database.query(WRITERS, [], signal);
  const guards = await database.query(GUARDS, [], signal);
  const named = (holds: boolean): readonly string[] =>
    guards
      .filter((guard) => (guard['holds'] === true) === holds)
      .map(({ kind, name }) => `${String(kind)} ${String(name)}`);
  return trailObservation(TABLES, {
    writers: writers.map(({ writer }) => String(writer)),
    guards: named(true),
    broken: named(false),
  });
}

/**
 * Rows as old as what the log tells already. A change of another control may have been committed and wait for its place: what
 * is missing is asked for again.
 */
async function lookAtRows(
  vault: Pick<TenantVault, 'rows'>,
  { organizationId }: Tenant,
  toldAt: string | undefined,
  patienceMs: number,
  { signal, unixMs }: ProbeTools,
): Promise<Observation> {
  const untilMs = unixMs() + (toldAt === undefined ? 0 : patienceMs);
  for (;;) {
    const rows = await vault.rows(decodeId('org', organizationId) ?? organizationId, UNMATCHED, [toldAt ?? null]);
    const counts = rows.map(({ fault, count }) => [String(fault), Number(count)] as const);
    const faults = counts.filter(([fault]) => fault !== 'compared').map(([fault, count]) => `${count} ${fault}`);
    if (faults.length === 0 || unixMs() >= untilMs) {
      const compared = counts.find(([fault]) => fault === 'compared')?.[1] ?? 0;
      return trailObservation(ROWS, { compared, faults: faults.toSorted() }, ['compared']);
    }
    await sleep(200, undefined, { signal });
  }
}
