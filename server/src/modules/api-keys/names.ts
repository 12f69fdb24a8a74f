// What keys are called, for modules that know them by their ids.
import type { OrgTx } from '#db/scope.ts';
import { rowFilter } from '#kernel/authorize.ts';
import type { Principal } from '#kernel/principal.ts';
import { nameApiKeys } from './queries.ts';
import { apiKeyRows } from './routes.ts';

/** Names by id, of those keys that the caller may see. */
export async function findApiKeyNames(
  tx: OrgTx,
  principal: Principal,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const named = await nameApiKeys(tx, rowFilter(apiKeyRows, principal), ids);
  return new Map(named.map(({ id, name }) => [id, name]));
}
