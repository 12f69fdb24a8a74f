// What every making and changing of a key must fulfill: no key is given more than its maker has.
import { hasBit, type Reach, reachCovers, type Roles } from '#kernel/permissions.ts';
import type { OrgTx } from '#db/scope.ts';
import type { Principal } from '#kernel/principal.ts';
import { findStandings } from '#modules/members.ts';
import { securityPermissions } from '#modules/organizations.ts';
import { errors } from './model.ts';
import { type ApiKeyRow, findActiveRoles } from './queries.ts';
import { exceedsMaker, reachOfKey, refusedScopes, type WantedKey } from './reach.ts';
import { kindOf } from './show.ts';

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

/**
 * Whoever is shown the secret of a key of the organization can do with it what it may do, for each of its people, those who are
 * suspended among them: they come back. So it takes all of that. Throws `api_key.beyond_yours`.
 */
export async function demandHoldingAll(tx: OrgTx, roles: Roles, maker: Reach, key: ApiKeyRow): Promise<void> {
  if (key.owner_user_id !== null) return;
  const { scopes, people } = key;
  const isBeyond = key.acts_for_people
    ? [...(await findStandings(tx, roles, people)).values()].some((standing) =>
        exceedsMaker(roles, maker, scopes, standing),
      )
    : !reachCovers(maker, reachOfKey(roles, { kind: kindOf(key.kind), scopes }));
  if (isBeyond) throw errors['api_key.beyond_yours']();
}

/** Throws `api_key.beyond_yours` unless everything that the key may do now, for whomever, is within this reach. */
export async function demandCoverOfKey(tx: OrgTx, roles: Roles, actor: Reach, key: ApiKeyRow): Promise<void> {
  if (key.owner_user_id === null) return demandHoldingAll(tx, roles, actor, key);
  const standings = await findStandings(tx, roles, [key.owner_user_id]);
  const isBeyond = [...standings.values()].some((standing) => exceedsMaker(roles, actor, key.scopes, standing));
  if (isBeyond) throw errors['api_key.beyond_yours']();
}

export function demandLimit(perMinute: number | null | undefined, perMinuteMax: number): void {
  if (perMinute !== null && perMinute !== undefined && perMinute > perMinuteMax)
    throw errors['api_key.limit_refused']({
      fields: [{ pointer: '/body/perMinute', message: `is at most ${perMinuteMax} here` }],
    });
}
