// What every making and changing of a key must fulfill: no key is given more than its maker has.
import { hasBit, type Reach, type Roles } from '#kernel/permissions.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Principal } from '#kernel/principal.ts';
import { securityPermissions } from '#modules/organizations.ts';
import { errors } from './model.ts';
import { findActiveRoles } from './queries.ts';
import { exceedsMaker, refusedScopes, type WantedKey } from './reach.ts';

/** Who decides how programs get in, and so makes keys of the organization. */
export function managesKeys(principal: Principal): boolean {
  return hasBit(principal.reach.all, securityPermissions.manage);
}

export function demandScopes(roles: Roles, maker: Reach, wanted: WantedKey): void {
  const refused = new Set(refusedScopes(roles, maker, wanted));
  if (refused.size === 0) return;
  const fields = wanted.scopes.flatMap((scope, at) =>
    refused.has(scope)
      ? [{ pointer: `/body/scopes/${at}`, message: 'is no scope that you can give to such a key' }]
      : [],
  );
  throw errors['api_key.scope_refused']({ fields });
}

/** Each of `people`, who stand in the list `among`, an active member, with whose rights the key does nothing that its maker may not do. */
export async function demandPeople(
  tx: OrgTx,
  roles: Roles,
  maker: Reach,
  { scopes, people, among }: Record<'scopes' | 'people' | 'among', readonly string[]>,
): Promise<void> {
  const roleOf = await findActiveRoles(tx, people);
  const fields = people.flatMap((person) => {
    const pointer = `/body/actsFor/${among.indexOf(person)}`;
    const role = roleOf.get(person);
    if (role === undefined) return [{ pointer, message: 'is no active member' }];
    const isTooMuch = exceedsMaker(roles, maker, scopes, role);
    return isTooMuch ? [{ pointer, message: 'may do more with these scopes than you' }] : [];
  });
  if (fields.length > 0) throw errors['api_key.person_refused']({ fields });
}

export function demandLimit(perMinute: number | null | undefined, perMinuteMax: number): void {
  if (perMinute !== null && perMinute !== undefined && perMinute > perMinuteMax)
    throw errors['api_key.limit_refused']({
      fields: [{ pointer: '/body/perMinute', message: `is at most ${perMinuteMax} here` }],
    });
}
