// What EN1 looks at: the columns that hold secrets, and a provider made for this with a secret that is nobody's.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { readSealedKeyId, sealedOverheadBytes } from '#crypto/envelope.ts';
import { newToken, newUuid } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { storedSecrets } from '#crypto/stored-secrets.ts';
import { askAs, membersOf } from '#verification/asking.ts';
import type { Database, Keys, SealedPlace, Tenant, Tenants, TenantVault, Web } from '#verification/instance.ts';
import { secretPlace } from '../connect.ts';
import { COLUMNS, DATA_KEYS, OPENINGS, ROW, SEARCH, TTL_SECONDS } from './en1-fixtures.ts';
import { needlesOf } from './needles.ts';
import * as stored from './sealing-queries.ts';

export type SealingTarget = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly tenantVault?: TenantVault;
  readonly database?: Database;
  readonly keys?: Keys;
  /** How long the audit log may take to tell of the provider. */
  readonly patienceMs?: number;
};

type Reached = Required<SealingTarget>;

const PATH = '/api/v1/providers';
const PREFIX = 'probe EN1 ';
const PATIENCE_MS = 2_500;
const CLEANING_MS = 2_000;
const SEARCH_PAUSE_MS = 150;

export async function lookAtSealing(target: SealingTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { web, tenants, tenantVault, database, keys, patienceMs = PATIENCE_MS } = target;
  if (web === undefined || tenants === undefined || tenantVault === undefined) return [];
  if (database === undefined || keys === undefined) return [];
  const reached = { web, tenants, tenantVault, database, keys, patienceMs };
  return [await lookAtColumns(database, tools), ...(await lookAtProvider(reached, tools))];
}

async function lookAtColumns(database: Database, tools: ProbeTools): Promise<Evidence> {
  const declared = Object.keys(storedSecrets);
  const columns = await stored.findSuspectColumns(database, declared);
  const data = {
    columns: columns.map(({ name, type }) => ({ name, type, kept: storedSecrets[name] ?? null })),
  };
  return seal(tools, { kind: COLUMNS, subject: 'columns that could hold a secret', at: 'catalog', data });
}

type Made = Reached & {
  readonly owner: Tenant;
  readonly stranger: Tenant;
  readonly name: string;
  readonly secret: string;
  readonly status: number;
};

async function lookAtProvider(reached: Reached, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { web, tenants } = reached;
  // The one of the two that fewer probes work in: while the provider is there, models are looked for with its secret.
  const { one: stranger, other: owner } = await tenants.open(tools.signal);
  await removeLeftovers(reached, owner, tools.signal);
  // Names as searchable as the secret: what must be found proves that the search sees what must not be.
  const [name, secret] = [`${PREFIX}${random()}`, random()];
  const from = web.freshAddress();
  // A model that nobody asks for, so that the address is never called.
  const models = [name];
  const body = { name, kind: 'openai_compatible', baseUrl: 'https://probe.invalid/v1', apiKey: secret, models };
  const headers = [['Idempotency-Key', newUuid()]] as const;
  const asked = { method: 'POST', path: PATH, cookie: owner.cookie, body, headers, from };
  const reply = await askAs(web, asked, tools.signal);
  const { id } = membersOf(reply);
  try {
    return await lookAtRow({ ...reached, owner, stranger, name, secret, status: reply.status }, tools);
  } finally {
    if (typeof id === 'string') await remove(web, owner, id, AbortSignal.timeout(CLEANING_MS));
  }
}

async function lookAtRow(made: Made, tools: ProbeTools): Promise<readonly Evidence[]> {
  const organizationId = uuidOf(made.owner);
  const row = await stored.findStoredSecret(made.tenantVault, organizationId, made.name);
  const dataKeys = await stored.findDataKeyShapes(made.database, organizationId);
  const keyId = row === undefined ? undefined : readSealedKeyId(row.secret);
  const rowData = {
    status: made.status,
    isThere: row !== undefined,
    surplusBytes: row === undefined ? null : row.secret.length - made.secret.length,
    wantedSurplus: sealedOverheadBytes,
    version: row?.secret[0] ?? null,
    algorithm: row?.secret[1] ?? null,
    // Which one it is changes with every rotation; whether it may seal does not.
    keyState: dataKeys.find(({ id }) => id === keyId)?.state ?? null,
  };
  const openings = row === undefined ? [] : await tryToOpen(made, row);
  return [
    seal(tools, { kind: ROW, subject: 'the stored secret of a provider', at: 'envelope', data: rowData }),
    seal(tools, { kind: OPENINGS, subject: 'opening that secret', at: 'place', data: { openings } }),
    seal(tools, {
      kind: DATA_KEYS,
      subject: 'data keys of the organization',
      at: 'data key',
      data: keyFacts(dataKeys, made.keys),
    }),
    seal(tools, {
      kind: SEARCH,
      subject: 'rows of the organization',
      at: 'search',
      data: await search(made, tools.signal),
    }),
  ];
}

/** At its own place, and at every other in which somebody who can move bytes could put it. */
async function tryToOpen(made: Made, { id, secret }: stored.StoredSecret) {
  const own = secretPlace(id);
  const open = async (name: string, place: SealedPlace, sealed: Uint8Array = secret, of: Tenant = made.owner) => {
    const opened = await made.tenantVault.unseal(uuidOf(of), place, sealed);
    return { name, opens: opened.ok, isTheSecret: opened.ok && opened.text === made.secret };
  };
  return Promise.all([
    open('its own place', own),
    open('another row', { ...own, rowId: newUuid() }),
    open('another column', { ...own, column: 'base_url' }),
    open('another table', { ...own, table: 'data_key' }),
    open('another purpose', { ...own, purpose: 'idempotent-reply' }),
    open('another organization', own, secret, made.stranger),
    open('a changed byte', own, secret.with(secret.length - 17, (secret.at(-17) ?? 0) ^ 1)),
  ]);
}

/** Version and algorithm one, then the id of the master key: the head of everything that kek.ts wraps. */
function keyFacts(shapes: readonly stored.DataKeyShape[], keys: Keys) {
  const loaded = keys.loaded();
  return {
    dataKeys: shapes.map(({ state, kekId, wrappedBytes, wrappedHead }) => ({
      state,
      wrappedBytes,
      isWrapped: wrappedHead === `0101${kekId}`,
      isUnderLoadedKey: loaded.includes(kekId),
    })),
  };
}

/** Until the audit log tells of the provider, or patience ends: its record is one of the places to look at. */
async function search({ tenantVault, owner, name, secret, patienceMs }: Made, signal: AbortSignal) {
  const needles = { secret: needlesOf(secret), marker: needlesOf(name.slice(PREFIX.length)) };
  for (let waitedMs = 0; ; waitedMs += SEARCH_PAUSE_MS) {
    const { rows: _rows, ...found } = await stored.findOccurrences(tenantVault, uuidOf(owner), needles);
    if (found.withMarker.includes('audit_entry') || waitedMs >= patienceMs) return found;
    await sleep(SEARCH_PAUSE_MS, undefined, { signal });
  }
}

async function removeLeftovers({ web, tenantVault }: Reached, owner: Tenant, signal: AbortSignal): Promise<void> {
  const ids = await stored.findLeftovers(tenantVault, uuidOf(owner), PREFIX);
  for (const id of ids) await remove(web, owner, encodeId('prv', id), signal);
}

async function remove(web: Web, { cookie }: Tenant, id: string, signal: AbortSignal): Promise<void> {
  const asked = { method: 'DELETE', path: `${PATH}/${id}`, cookie, from: web.freshAddress() };
  // What cannot be taken away now is a leftover for the next look; it names a host that does not exist.
  await askAs(web, asked, signal).catch(() => undefined);
}

function seal(
  tools: ProbeTools,
  observation: { readonly kind: string; readonly subject: string; readonly at: string; readonly data: JsonValue },
): Evidence {
  return tools.evidence({
    ...observation,
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    reproduce: 'holdfast verify --only EN1',
  });
}

function uuidOf({ organizationId }: Tenant): string {
  return decodeId('org', organizationId) ?? organizationId;
}

function random(): string {
  return reveal(newToken(), 'probe.canary');
}
