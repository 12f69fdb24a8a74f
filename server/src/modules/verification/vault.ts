// What is stored of the organizations that exist to be probed, and whether it opens; of no other organization.
import { reveal } from '#crypto/secret.ts';
import type { Lanes } from '#db/pool.ts';
import { readAsOrganization } from '#db/read-only.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { findInstallationFact } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import type { TenantVault } from '#verification/instance.ts';
import { tenantFacts } from './tenants.ts';

type Parts = { readonly lanes: Lanes; readonly tools: Tools };

export function openTenantVault({ lanes, tools }: Parts): TenantVault {
  return {
    rows: async (organizationId, statement, values) => {
      await demandProbed(lanes, organizationId);
      return readAsOrganization(lanes, organizationId, statement, values);
    },
    unseal: async (organizationId, place, sealed) => {
      await demandProbed(lanes, organizationId);
      const opened = (await tools.keyring.forOrg(organizationId)).open(place, sealed);
      return opened.ok
        ? { ok: true, text: reveal(opened.plaintext, 'probe.compare').toString('utf8') }
        : { ok: false, reason: opened.reason };
    },
  };
}

async function demandProbed(lanes: Lanes, organizationId: string): Promise<void> {
  const facts = await inScope<SystemTx, readonly unknown[]>(lanes, { system: true }, ({ tx }) =>
    Promise.all(tenantFacts.map(async (name) => (await findInstallationFact(tx, name))?.value)),
  );
  if (facts.some((fact) => organizationOf(fact) === organizationId)) return;
  // No other organization exists for whoever probes.
  throw kernelErrors['resource.not_found']();
}

function organizationOf(fact: unknown): unknown {
  return typeof fact === 'object' && fact !== null && 'organization' in fact ? fact.organization : undefined;
}
