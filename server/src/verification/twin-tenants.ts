// Stands in for the probe's own organizations where the target is a broken twin: credentials that mean something to it alone.
import type { StartedTwin } from '@holdfast/controls/control.ts';
import { startHttpTwin, type TwinAnswers } from '@holdfast/controls/twins/http.ts';
import { twinOf } from '@holdfast/controls/twins/sockets.ts';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Tenant, Tenants, Web } from './instance.ts';
import { openWeb } from './web.ts';

function twinTenant(name: 'one' | 'other', digit: number): Tenant {
  const uuid = `01980000-0000-7000-8000-00000000000${digit}`;
  return {
    organizationId: encodeId('org', uuid),
    email: `${name}@probe.invalid`,
    password: `twin-password-of-${name}`,
    cookie: `twin=session-of-${name}`,
    key: formatApiKey({ uuid, secretBytes: new Uint8Array(32).fill(digit) }),
    keyId: encodeId('key', uuid),
  };
}

export const twinTenants: Awaited<ReturnType<Tenants['open']>> = {
  one: twinTenant('one', 1),
  other: twinTenant('other', 2),
};

/** A listener that answers by a table and lets the twin's tenants be entered, beside whatever else the target has. */
export async function startTenantTwin<More extends object>(
  answers: TwinAnswers,
  more: More,
): Promise<StartedTwin<{ readonly web: Web; readonly tenants: Tenants } & More>> {
  const server = await startHttpTwin({ answers });
  const web = openWeb({ origin: server.url }, { vantage: 'inside', isLocal: true });
  return twinOf(server, { web, tenants: { open: async () => twinTenants }, ...more });
}
