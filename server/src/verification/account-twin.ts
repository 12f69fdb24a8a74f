// A small server of accounts for broken twins: right in everything but the faults it is given.
import type { StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { AccountTarget } from './account-asking.ts';
import type { ProbeAccount, Tenants, Web } from './instance.ts';
import { answerAccount } from './account-twin-ways.ts';
import {
  type AccountFault,
  CODES,
  openTwinSession,
  APP_BASE32,
  TWIN_ACCOUNT,
  type TwinAccounts,
} from './account-twin-state.ts';
import { startTenantTwin } from './twin-tenants.ts';

export type { AccountFault } from './account-twin-state.ts';

/** A twin with one fault, and whatever else the target has. */
export function accountTwin<More extends object>(
  name: string,
  hits: string,
  fault: AccountFault | undefined,
  more: More,
): Twin<AccountTarget & { readonly tenants?: Tenants } & More> {
  return { name, hits, start: (tools) => startAccountTwin(fault, more, tools.unixMs) };
}

export function startAccountTwin<More extends object>(
  fault: AccountFault | undefined,
  more: More,
  unixMs: () => number,
): Promise<StartedTwin<{ readonly web: Web; readonly tenants: Tenants } & AccountTarget & More>> {
  const state: TwinAccounts = {
    faults: new Set(fault === undefined ? [] : [fault]),
    unixMs,
    sessions: new Map(),
    password: TWIN_ACCOUNT.password,
    hasFactor: false,
    usedCodes: new Set(),
    recoveryCodes: new Set(CODES),
    events: new Map(),
    opened: 0,
    role: 'owner',
    invitations: new Map(),
    invited: undefined,
    hasKey: false,
    places: new Set(),
    organizationKeys: new Map(),
    standing: 'member',
  };
  const accounts: AccountTarget['accounts'] = { borrow: (use) => use(accountOf(state)) };
  return startTenantTwin({ '*': (request) => answerAccount(state, request) }, { accounts, ...more });
}

function accountOf(state: TwinAccounts): ProbeAccount {
  const { sessions, faults } = state;
  return {
    email: TWIN_ACCOUNT.email,
    password: TWIN_ACCOUNT.password,
    probed: 'probe-one',
    guarded: 'probe-guarded',
    age: async (what, minutes) => {
      for (const session of sessions.values()) session[what] += minutes;
    },
    disturb: async () => {
      if (!faults.has('keeps_sessions_of_changed_members')) sessions.clear();
    },
    become: async (role) => {
      state.role = role;
      sessions.clear();
    },
    invite: async (asked) => {
      const token = `invitation-${String(state.invitations.size)}`;
      state.invitations.set(token, asked);
      return token;
    },
    crowd: async (count) => {
      while (sessions.size < count) openTwinSession(state, false, { address: '127.0.0.9', device: 'probe' });
    },
    forgive: async () => undefined,
    storedFactors: async () => (faults.has('stores_secrets') ? `${APP_BASE32} ${CODES.join(' ')}` : 'sealed'),
    findEvent: async (action) => state.events.get(action),
  };
}
