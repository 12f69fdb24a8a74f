// RB4: an invitation gives no more than its inviter has, to its own address, once, and not after it has ended or was sent again.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import {
  type AccountTarget,
  type Acting,
  ask,
  listOf,
  openSession,
  statusOf,
  textIn,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, cookieOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { ProbeInvitation, Tenant, Tenants } from '#verification/instance.ts';
import { fixtures } from './rb4-fixtures.ts';
import { FAMILIES, judgeInvitations, PLACES } from './rb4-judge.ts';

type Target = AccountTarget & { readonly tenants?: Tenants };

export const invitationsControl = defineControl<Target>({
  id: 'RB4',
  title:
    'An invitation gives no more than its inviter has, to its own address alone, and once; sent again, its old link is dead',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length }],
  judge: judgeInvitations,
  remedy: 'Run the release as it was published; let `holdfast migrate` alone change the schema.',
  maps: { cwe: ['269', '863'], nist80053: ['AC-2', 'AC-6'] },
  probe: async ({ web, accounts, tenants }, tools) => {
    if (web === undefined || accounts === undefined || tenants === undefined) return [];
    const { signal } = tools;
    const { one, other } = await tenants.open(signal);
    return accounts.borrow(async (account) => {
      await account.become('admin');
      const acting = { web, account, signal };
      const { cookie } = await openSession(acting);
      return [
        await tryInviting(acting, cookie, one.cookie, tools),
        await tryRenewing(acting, other, tools),
        await tryAccepting(acting, cookie, tools),
      ];
    }, signal);
  },
  twins: [
    twin('a server whose admins invite owners', PLACES.inviting, 'admins_invite_owners'),
    twin('a server whose invitations never end', PLACES.accepting, 'takes_expired_invitations'),
    twin('a server that forgets what was canceled', PLACES.accepting, 'takes_canceled_invitations'),
    twin('a server whose invitations are for anybody', PLACES.accepting, 'takes_invitations_of_others'),
    twin('a server whose invitations work twice', PLACES.accepting, 'takes_invitations_twice'),
    twin('a server whose old links go on', PLACES.renewing, 'keeps_links_before_renewals'),
    twin('a server that sends again what has ended', PLACES.renewing, 'renews_for_no_time'),
  ],
  fixtures,
});

const INVITATIONS = '/api/v1/invitations';

async function tryInviting(acting: Acting, admin: string, owner: string, tools: ProbeTools): Promise<Evidence> {
  const invite = async (cookie: string, role: string): Promise<number> => {
    const email = `${reveal(newToken(), 'probe.sign_in').toLowerCase()}@probe.invalid`;
    const made = await ask(acting, { method: 'POST', path: INVITATIONS, cookie, body: { email, role } });
    const id = textIn(made, 'id');
    // Whatever was made goes again; the owner may cancel all of them.
    if (id !== '') await ask(acting, { method: 'DELETE', path: `${INVITATIONS}/${id}`, cookie: owner });
    return made.status;
  };
  return seal(acting, PLACES.inviting, tools, {
    'an admin invites a viewer': await invite(admin, 'viewer'),
    'an owner invites an owner': await invite(owner, 'owner'),
    'an admin invites an owner': await invite(admin, 'owner'),
  });
}

const DAY_MS = 86_400_000;

/** The new link is in a mail to an address that nobody has; that there is one shows in the new end. */
async function tryRenewing(acting: Acting, owner: Tenant, tools: ProbeTools): Promise<Evidence> {
  const token = await acting.account.invite({ role: 'viewer', state: 'open', isTheirs: false });
  const look = (): Promise<number> =>
    statusOf(acting, { method: 'POST', path: `${INVITATIONS}/look`, body: { token } });
  const before = await look();
  const { cookie } = owner;
  const listed = await ask(acting, { path: `${INVITATIONS}?limit=20`, cookie });
  const id = String(listOf(listed).find(({ state }) => state === 'open')?.['id']);
  const renewed = await ask(acting, { method: 'POST', path: `${INVITATIONS}/${id}/renewal`, cookie, body: {} });
  const endsMs = Date.parse(textIn(renewed, 'expiresAt'));
  const after = await look();
  await ask(acting, { method: 'DELETE', path: `${INVITATIONS}/${id}`, cookie });
  const statuses = { 'the link before another was sent': before, 'the link after another was sent': after };
  const days = Number.isFinite(endsMs) ? Math.round((endsMs - tools.unixMs()) / DAY_MS) : null;
  return seal(acting, PLACES.renewing, tools, statuses, { renewed: renewed.status, days });
}

/** The good one is last but one: with it the session moves to where it leads. */
async function tryAccepting(acting: Acting, cookie: string, tools: ProbeTools): Promise<Evidence> {
  let session = cookie;
  const enter = async (token: string): Promise<number> => {
    const reply = await ask(acting, {
      method: 'POST',
      path: `${INVITATIONS}/enter`,
      cookie: session,
      body: { token },
    });
    session = cookieOf(reply) ?? session;
    return reply.status;
  };
  const tryOne = async (asked: ProbeInvitation): Promise<number> => enter(await acting.account.invite(asked));
  const others = {
    'an expired one': await tryOne({ role: 'viewer', state: 'expired', isTheirs: true }),
    'a canceled one': await tryOne({ role: 'viewer', state: 'canceled', isTheirs: true }),
    'one for another address': await tryOne({ role: 'viewer', state: 'open', isTheirs: false }),
  };
  const right = await acting.account.invite({ role: 'viewer', state: 'open', isTheirs: true });
  const taken = await enter(right);
  return seal(acting, PLACES.accepting, tools, {
    ...others,
    'an open one for this address': taken,
    'one that was taken': await enter(right),
  });
}

const PATHS: Readonly<Record<string, string>> = {
  [PLACES.inviting]: INVITATIONS,
  [PLACES.accepting]: `${INVITATIONS}/enter`,
  [PLACES.renewing]: `${INVITATIONS}/{id}/renewal`,
};

function seal(
  { web }: Acting,
  at: string,
  tools: ProbeTools,
  statuses: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number | null>> = {},
): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: `POST ${PATHS[at] ?? ''}`, at, facts: { tries, ...more } }, tools);
}

function twin(name: string, hits: string, fault: AccountFault): Twin<Target> {
  return accountTwin(name, hits, fault, {});
}
