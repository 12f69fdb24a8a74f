// Step 9: each check loads its target under row security and asks the evaluator. What may not be seen does not exist.
import { mayEver, type Ownable, type Rows } from './authorize.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';
import { type AppError, kernelErrors } from './errors.ts';
import { isAllowed } from './grants.ts';
import type { Permission, Roles } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { AnyTx } from './queries.ts';
import type { AnyRoute } from './route.ts';

/** Seconds for which a proof of identity opens privileged routes (SE5). */
export const STEP_UP_SECONDS = 15 * 60;

type AnyCheck = {
  readonly permission: Permission;
  readonly orPermission?: Permission;
  readonly target: (ctx: unknown, input: unknown) => Promise<Ownable | undefined>;
};
type Ctx = Context<AnyTx, unknown>;

/** Throws 401 (step-up), 404 or 403; returns the loaded targets in the order of the checks. */
export async function runChecks(
  roles: Roles,
  context: Ctx,
  route: AnyRoute,
  call: Call,
  input: unknown,
): Promise<readonly unknown[]> {
  if ('public' in route.access) return [];
  const targets: Ownable[] = [];
  const seen: Seen[] = [];
  for (const check of route.access as readonly AnyCheck[]) {
    const target = await check.target(context, input);
    if (target === undefined) throw kernelErrors['resource.not_found']();
    const enough = check.orPermission === undefined ? [check.permission] : [check.permission, check.orPermission];
    if (!(await isAnyAllowed(context, route, enough, target)))
      throw await refusal(roles, context, { permission: check.permission, target }, seen);
    targets.push(target);
    seen.push({ permission: check.permission, target });
  }
  if (route.demandsVersion === true) demandVersion(call.ifMatch);
  matchVersion(call.ifMatch, targets[0]);
  return targets;
}

type Seen = { readonly permission: Permission; readonly target: Ownable };

function isSame(one: Ownable, other: Ownable): boolean {
  return 'id' in one && 'id' in other && one.id === other.id;
}

async function isAnyAllowed(
  context: Ctx,
  route: AnyRoute,
  permissions: readonly Permission[],
  target: Ownable,
): Promise<boolean> {
  for (const permission of permissions) {
    if (listsWhatIsGranted(route, permission) && mayEver(context.principal, permission)) return true;
    if (await isAllowed(context.tx, context.principal, permission, target)) return true;
  }
  return false;
}

/** Its row filter asks for grants on each row, so whoever has none is shown an empty list. */
function listsWhatIsGranted(route: AnyRoute, permission: Permission): boolean {
  const rows: Rows<string> | undefined = 'rows' in route ? route.rows : undefined;
  return rows?.object !== undefined && rows.permission === permission;
}

/** 403 tells that the thing exists, so only who may read it hears it; everyone else gets the 404 of a missing one. */
async function refusal(
  roles: Roles,
  context: Ctx,
  { permission, target }: Seen,
  seen: readonly Seen[],
): Promise<AppError> {
  const read = roles.findPermission(`${permission.resource}:read`);
  const mayRead =
    read !== undefined && read !== permission && (await isAllowed(context.tx, context.principal, read, target));
  // What is one's own for reading need not be for more: a check before this one may have shown the very same thing.
  const hasSeen = seen.some((one) => one.permission === read && isSame(one.target, target));
  return mayRead || hasSeen ? kernelErrors['auth.forbidden']() : kernelErrors['resource.not_found']();
}

/**
 * RFC 9470 section 3: the challenge says how fresh the proof must be, and of which class. Only people can step up; keys carry
 * their own limits. Whoever has a factor proves with it: a password alone renews nothing then.
 */
export function demandFreshProof(principal: Principal, now: Date): void {
  if (principal.kind !== 'user') return;
  if (now.getTime() - principal.provenAt.getTime() <= STEP_UP_SECONDS * 1_000) return;
  const acr = principal.factorKinds.length > 0 ? 'factor' : 'password';
  const challenge = `Bearer realm="holdfast", error="insufficient_user_authentication", acr_values="${acr}", max_age="${STEP_UP_SECONDS}"`;
  throw kernelErrors['auth.step_up']({ headers: { 'www-authenticate': challenge } });
}

/** RFC 6585 section 3. Any version at all (`*`) is none that was read. */
function demandVersion(ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') throw kernelErrors['resource.version_needed']();
}

/** RFC 9110 section 13.1.1: with If-Match the change is made to the version that was read, or not at all. */
function matchVersion(ifMatch: string | undefined, target: Ownable | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*' || target === undefined) return;
  const version = 'version' in target ? target.version : undefined;
  const isSame = ifMatch.split(',').some((tag) => tag.trim() === `"${String(version)}"`);
  if (!isSame) throw kernelErrors['resource.changed']();
}
