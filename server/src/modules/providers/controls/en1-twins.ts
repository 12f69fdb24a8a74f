// Broken twins of sealing: a small store of providers that seals as the product does, but for one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import { open, seal, type SealContext } from '#crypto/envelope.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import { storedSecrets } from '#crypto/stored-secrets.ts';
import type { Database, Keys, Row, TenantVault } from '#verification/instance.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import { secretPlace } from '../connect.ts';
import { MUST_HOLD_MARKER } from './en1-fixtures.ts';
import type { SealingTarget } from './en1-look.ts';

type Fault = {
  readonly keepsPlain?: true;
  /** Beside the sealed secret, in a column of text. */
  readonly copies?: (secret: string) => string;
  readonly ignoresPlace?: true;
  readonly furtherColumn?: string;
};

export const sealingTwins: readonly [Twin<SealingTarget>, ...Twin<SealingTarget>[]] = [
  twin('a store that keeps secrets as they come', 'envelope', { keepsPlain: true }),
  twin('a store with a copy in base64', 'search', {
    copies: (secret) => Buffer.from(`>${secret}<`).toString('base64'),
  }),
  twin('a store whose envelopes open anywhere', 'place', { ignoresPlace: true }),
  twin('a schema with a column nobody knows', 'catalog', { furtherColumn: 'provider.private_key' }),
];

function twin(name: string, hits: string, fault: Fault): Twin<SealingTarget> {
  return {
    name,
    hits,
    start: () => {
      const store = createStore(fault);
      const { tenantVault, database } = store;
      return startTenantTwin(
        { '*': (request) => store.answer(request) },
        { tenantVault, database, keys, patienceMs: 0 },
      );
    },
  };
}

const UUID = '01980000-0000-7000-8000-0000000000e1';
const KEY = '01980000-0000-7000-8000-0000000000e2';
const KEK = '0123456789abcdef';
const keys: Keys = { masterKeyPath: '/nowhere', environment: 'twin', loaded: () => [KEK] };

type Stored = { readonly name: string; readonly secret: Uint8Array; readonly text: string };

function createStore(fault: Fault) {
  const dataKey = { id: KEY, key: newSecretBytes(32) };
  const at = (orgId: string, place: Omit<SealContext, 'orgId'>): SealContext =>
    fault.ignoresPlace === true ? { ...secretPlace('any'), orgId: 'any' } : { ...place, orgId };
  let stored: Stored | undefined;
  let pending: { readonly name: string; readonly apiKey: string } | undefined;
  const settle = (orgId: string): Stored | undefined => {
    if (pending === undefined) return stored;
    const { name, apiKey } = pending;
    const plain = Buffer.from(apiKey, 'utf8');
    const secret = fault.keepsPlain === true ? plain : seal(dataKey, at(orgId, secretPlace(UUID)), toSecret(plain));
    const columns = [name, secret.toString('hex'), fault.copies?.(apiKey) ?? ''];
    pending = undefined;
    return (stored = { name, secret, text: columns.join(' ').toLowerCase() });
  };
  const tenantVault: TenantVault = {
    rows: async (orgId, statement, values = []) => answerRows(settle(orgId), statement, values),
    unseal: async (orgId, place, sealed) => {
      const opened = open((id) => (id === KEY ? dataKey.key : undefined), at(orgId, place), sealed);
      if (!opened.ok) return opened;
      return { ok: true, text: reveal(opened.plaintext, 'twin.compare').toString('utf8') };
    },
  };
  return {
    tenantVault,
    database: databaseWith(fault.furtherColumn),
    answer: ({ method, body }: TwinRequest) => {
      if (method !== 'POST') return { status: 204 };
      pending = JSON.parse(body) as { name: string; apiKey: string };
      return { status: 201, body: JSON.stringify({ id: encodeId('prv', UUID) }) };
    },
  };
}

/** By what a statement asks for; the needles of a search are its values. */
function answerRows(stored: Stored | undefined, statement: string, values: readonly unknown[]): readonly Row[] {
  if (statement.includes('has_table_privilege')) {
    return MUST_HOLD_MARKER.map((name) => ({ name, place: name, isReadable: true }));
  }
  if (statement.includes('created_at')) return [];
  if (stored === undefined) return [];
  if (statement.includes('where name =')) return stored.name === values[0] ? [{ id: UUID, secret: stored.secret }] : [];
  const [secret, marker] = values.map((needles) =>
    (needles as readonly string[]).some((needle) => stored.text.includes(needle)),
  );
  return MUST_HOLD_MARKER.map((_, at) => ({
    at,
    rows: 1,
    secret: Number(secret === true),
    marker: Number(marker === true),
  }));
}

function databaseWith(furtherColumn: string | undefined): Database {
  const columns = [...Object.keys(storedSecrets), ...(furtherColumn === undefined ? [] : [furtherColumn])];
  const dataKeys = [{ id: KEY, state: 'active', kekId: KEK, wrappedBytes: 70, wrappedHead: `0101${KEK}` }];
  return {
    query: async (statement) =>
      statement.includes('find_data_keys') ? dataKeys : columns.map((name) => ({ name, type: 'bytea' })),
  };
}
