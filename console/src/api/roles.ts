// Roles as people choose them: which one somebody can give, and why not. The server decides; this keeps people from asking in vain.
import type { Session } from './session.ts';

export type Role = Session['role'];
/** Roles of who belongs to the organization: those that can be chosen. */
export type InsideRole = Exclude<Role, 'guest'>;

export const ROLES: readonly InsideRole[] = ['owner', 'admin', 'member', 'viewer'];

export const ABOUT_ROLES: Readonly<Record<Role, string>> = {
  owner: 'Everything, and who else is an owner.',
  admin: 'Everything but making owners.',
  member: 'Calls models and makes keys for it.',
  viewer: 'Looks at the organization, and changes nothing.',
  guest: 'From elsewhere: sees what was shared with them, and nothing else.',
};

/** Most first; a guest is invited into one thing, and no role that is chosen. */
const RANKED: readonly Role[] = [...ROLES, 'guest'];

/** Undefined when the holder of `own` can sign somebody of the role `theirs` out, or take their factors away, as far as roles tell. */
export function whyNotActUpon(own: Role, theirs: Role): string | undefined {
  return RANKED.indexOf(theirs) < RANKED.indexOf(own) ? `They hold more than you do (${theirs}).` : undefined;
}

/** Undefined when the holder of `own` can give `wanted`, and take it away. */
export function whyNotGive(own: Role, wanted: Role): string | undefined {
  if (own === 'owner') return undefined;
  if (wanted === 'owner') return 'Only owners make owners.';
  return RANKED.indexOf(wanted) < RANKED.indexOf(own) ? `That is more than your own role (${own}).` : undefined;
}
