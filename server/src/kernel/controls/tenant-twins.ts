// Two organizations of broken twins, and how a twin's server knows them: by cookie or by key.
import type { StartedTwin } from '@holdfast/controls/control.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { newUuid } from '#crypto/random.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { encodeId } from '../fields.ts';
import type { TenantsTarget } from './asking.ts';

type Both = { readonly one: Tenant; readonly other: Tenant };

/** Made anew with each process; what stands for a key has not the form of one. */
export const bothTwins: Both = { one: makeTwin('one'), other: makeTwin('other') };

function makeTwin(name: string): Tenant {
  return {
    organizationId: encodeId('org', newUuid()),
    email: `${name}@twin.invalid`,
    password: newUuid(),
    cookie: `twin=${newUuid()}`,
    key: `twin-${newUuid()}`,
    keyId: encodeId('key', newUuid()),
  };
}

/** Whose credential a request carries. */
export function callerOf({ headers }: TwinRequest): Tenant | undefined {
  const { cookie = '', authorization = '' } = headers;
  return Object.values(bothTwins).find(
    (tenant) => cookie.includes(tenant.cookie) || authorization.endsWith(tenant.key),
  );
}

/** A twin's server as a target that has the two organizations. */
export async function tenantTarget(
  starting: Promise<StartedTwin<{ readonly web: Web }>>,
): Promise<StartedTwin<TenantsTarget>> {
  const started = await starting;
  return {
    target: { ...started.target, tenants: { open: () => Promise.resolve(bothTwins) } },
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
