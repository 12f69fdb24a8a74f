// What providers are called, for modules that know them by their ids.
import type { OrgTx } from '#db/scope.ts';
import { rowFilter } from '#kernel/authorize.ts';
import type { Principal } from '#kernel/principal.ts';
import { nameProviders } from './queries.ts';
import { providerRows } from './routes.ts';

/** Names by id, of those connected providers that the caller may see. */
export async function findProviderNames(
  tx: OrgTx,
  principal: Principal,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const named = await nameProviders(tx, rowFilter(providerRows, principal), ids);
  return new Map(named.map(({ id, name }) => [id, name]));
}
