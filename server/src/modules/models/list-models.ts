// Which models an organization can call: what its providers list, or say when asked.
import { orgOf, type Principal } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { askForModels, connectedProviders } from '#modules/providers.ts';

export type ListedModel = { readonly id: string; readonly provider: string };

/** Models by name, each once. A provider that does not answer contributes nothing; its calls still say why. */
export async function listModels(tools: Tools, principal: Principal): Promise<readonly ListedModel[]> {
  const orgId = orgOf(principal);
  if (orgId === undefined || !('epoch' in principal)) return [];
  const providers = await connectedProviders(tools, orgId, principal.epoch);
  const lists = await Promise.all(
    providers.map(async (provider) => {
      const models = provider.models ?? (await askForModels(tools, orgId, provider)).models;
      return models.map((id) => ({ id, provider: provider.name }));
    }),
  );
  const byId = new Map(
    lists
      .flat()
      .toReversed()
      .map((one) => [one.id, one]),
  );
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
