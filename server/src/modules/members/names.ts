// What members are called, for modules that know them by the ids of their persons.
import type { OrgTx } from '#db/scope.ts';
import { rowFilter } from '#kernel/authorize.ts';
import type { Principal } from '#kernel/principal.ts';
import { nameMembers } from './queries.ts';
import { memberRows } from './routes.ts';

/** Names by the id of the person; nobody’s for a caller who may not see who is in the organization. */
export async function findMemberNames(
  tx: OrgTx,
  principal: Principal,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const named = await nameMembers(tx, rowFilter(memberRows, principal), userIds);
  return new Map(named.map(({ id, name }) => [id, name]));
}
