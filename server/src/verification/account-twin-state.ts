// What a broken twin's server of accounts knows, and the faults it may have.
import { randomBytes } from '#crypto/random.ts';
import type { ProbeInvitation } from './instance.ts';

export type AccountFault =
  | 'takes_weak_passwords'
  | 'forgets_idleness'
  | 'forgets_age'
  | 'takes_any_token'
  | 'cookie_for_ever'
  | 'keeps_ended_sessions'
  | 'keeps_sessions_of_old_passwords'
  | 'keeps_sessions_of_old_factors'
  | 'keeps_sessions_of_changed_members'
  | 'says_it_ended_none'
  | 'shows_no_devices'
  | 'counts_no_sessions'
  | 'owners_end_nothing'
  | 'asks_for_no_proof'
  | 'asks_without_a_word'
  | 'password_is_enough'
  | 'codes_work_twice'
  | 'recovery_codes_work_twice'
  | 'stores_secrets'
  | 'demands_nothing'
  | 'unguarded'
  | 'admins_invite_owners'
  | 'takes_expired_invitations'
  | 'takes_canceled_invitations'
  | 'takes_invitations_of_others'
  | 'takes_invitations_twice'
  | 'keeps_links_before_renewals'
  | 'renews_for_no_time'
  | 'keeps_sessions_of_leavers'
  | 'keeps_keys_of_leavers'
  | 'keeps_organization_keys'
  | 'keeps_places_of_leavers'
  | 'asks_nobody_about_keys'
  | 'ends_handed_over_keys'
  | 'keys_outlast_suspensions'
  | 'sessions_outlast_suspensions'
  | 'keeps_sessions_of_movers'
  | 'keeps_rights_of_movers'
  | 'counts_sessions_and_keys_alone';

export type TwinSession = {
  readonly id: string;
  readonly address: string;
  readonly device: string;
  readonly isGuarded: boolean;
  idle: number;
  open: number;
  proof: number;
  isProven: boolean;
};

export type TwinAccounts = {
  readonly faults: ReadonlySet<AccountFault>;
  readonly unixMs: () => number;
  readonly sessions: Map<string, TwinSession>;
  password: string;
  hasFactor: boolean;
  readonly usedCodes: Set<string>;
  readonly recoveryCodes: Set<string>;
  readonly events: Map<string, { readonly sessionsEnded: number }>;
  opened: number;
  /** Of the account, where it is probed. */
  role: 'viewer' | 'member' | 'admin' | 'owner';
  readonly invitations: Map<string, ProbeInvitation>;
  /** The session in the organization that the account was invited to, and whether it has a key there. */
  invited: string | undefined;
  hasKey: boolean;
  /** What the account was given there: `grants`, `teams`, `projects`, `roles`. */
  readonly places: Set<string>;
  /** Live keys of the organization, each with whether it acts for the account. */
  readonly organizationKeys: Map<string, { actsForAccount: boolean }>;
  standing: 'member' | 'viewer' | 'suspended';
};

export const TWIN_ACCOUNT = {
  email: 'account@probe.invalid',
  password: 'Probe-1-twin-password',
  memberId: 'mem_twin',
  userId: 'usr_twin',
};
/** Of the owner who does things with the account. */
export const TWIN_OWNER = { memberId: 'mem_owner', userId: 'usr_owner' };
/** Of every app that is enrolled, in base32. */
export const APP_BASE32 = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const APP_BYTES = '48656c6c6f21deadbeef48656c6c6f21deadbeef';
export const CODES = ['aaaa-bbbb-cccc-dddd', 'eeee-ffff-gggg-hhhh', 'iiii-jjjj-kkkk-llll'];
const SESSIONS_MAX = 10;

/** A new session, and its token. The oldest beyond ten ends. */
export function openTwinSession(
  state: TwinAccounts,
  isGuarded: boolean,
  { address, device }: { readonly address: string; readonly device: string },
): string {
  state.opened += 1;
  const token = randomBytes(16).toString('hex');
  const id = `ses_${String(state.opened).padStart(26, '0')}`;
  state.sessions.set(token, { id, address, device, isGuarded, idle: 0, open: 0, proof: 0, isProven: state.hasFactor });
  const [oldest] = state.sessions.keys();
  if (state.sessions.size > SESSIONS_MAX && oldest !== undefined && !state.faults.has('counts_no_sessions'))
    state.sessions.delete(oldest);
  return token;
}
