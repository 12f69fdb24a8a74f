// Broken twins of AK1: a small keeper of keys that is right in everything but one thing.
import type { Twin } from '@holdfast/controls/control.ts';
import type { TwinAnswer, TwinRequest } from '@holdfast/controls/twins/http.ts';
import { formatApiKey, parseApiKey } from '@holdfast/protocol/api-key.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Tenants, TenantVault, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { PLACES } from './ak1-judge.ts';

/** What the control looks at. */
export type Target = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly tenantVault?: Pick<TenantVault, 'rows'>;
};

type Fault = {
  readonly lifetimeDays?: number;
  readonly showsAgain?: true;
  readonly storesText?: true;
  readonly forgetsSecret?: true;
  readonly forgetsRevocation?: true;
  readonly forgetsScopes?: true;
};

const UUID = '01980000-0000-7000-8000-0000000000a1';
const ID = encodeId('key', UUID);
const KEY = formatApiKey({ uuid: UUID, secretBytes: new Uint8Array(32).fill(7) });
const HASH_HEX = 'ab'.repeat(32);
const refused = (status: number): TwinAnswer => ({ status, body: '{}' });

export const twins: readonly [Twin<Target>, ...Twin<Target>[]] = [
  twin('a keeper of keys that live for a year', PLACES.lifetime, { lifetimeDays: 365 }),
  twin('a keeper that shows keys again', PLACES.shown, { showsAgain: true }),
  twin('a keeper that looks at the id alone', PLACES.use, { forgetsSecret: true }),
  twin('a keeper that never forgets a key', PLACES.use, { forgetsRevocation: true }),
  twin('a keeper to whom every key is the same', PLACES.scope, { forgetsScopes: true }),
  twin('a keeper that stores the text', PLACES.stored, { storesText: true }),
];

function twin(name: string, hits: string, fault: Fault): Twin<Target> {
  const text = `{"id":"${UUID}","secret_hash":"\\\\x${HASH_HEX}"${fault.storesText === true ? `,"note":"${KEY}"` : ''}}`;
  const tenantVault: Pick<TenantVault, 'rows'> = { rows: async () => [{ text, hashBytes: 32, hashHex: HASH_HEX }] };
  return {
    name,
    hits,
    start: () => {
      const keeper = { isRevoked: false };
      return startTenantTwin({ '*': (request) => answer(keeper, fault, request) }, { tenantVault });
    },
  };
}

function answer(
  keeper: { isRevoked: boolean },
  fault: Fault,
  { method, path, headers, body }: TwinRequest,
): TwinAnswer {
  const key = headers.authorization?.slice('Bearer '.length) ?? '';
  if (path === '/v1/models') return refused(isAccepted(keeper, fault, key) ? 200 : 401);
  if (path.startsWith('/api/v1/audit'))
    return refused(key === twinTenants.one.key || fault.forgetsScopes === true ? 200 : 403);
  if (method === 'DELETE') {
    keeper.isRevoked = true;
    return { status: 204 };
  }
  if (method === 'POST')
    return body.includes('expiresInDays') ? refused(400) : { status: 201, body: shown(fault, true) };
  return { status: 200, body: shown(fault, fault.showsAgain === true) };
}

function isAccepted(keeper: { readonly isRevoked: boolean }, fault: Fault, key: string): boolean {
  const isKnown = fault.forgetsSecret === true ? parseApiKey(key)?.uuid === UUID : key === KEY;
  return isKnown && (!keeper.isRevoked || fault.forgetsRevocation === true);
}

function shown({ lifetimeDays = 90 }: Fault, withKey: boolean): string {
  const createdAt = '2026-01-01T00:00:00.000Z';
  const expiresAt = new Date(Date.UTC(2026, 0, 1 + lifetimeDays)).toISOString();
  return JSON.stringify({ id: ID, createdAt, expiresAt, ...(withKey ? { key: KEY } : {}) });
}
