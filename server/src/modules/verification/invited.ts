// The account that exists to be probed as somebody who is invited: to the second organization, which it belongs to for a moment at most.
import { unixMs } from '#crypto/clock.ts';
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import type { Lanes } from '#db/pool.ts';
import { inScope, type OrgTx } from '#db/scope.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import { clearProbeInvitations, putProbeInvitation } from '#modules/invitations.ts';
import { deleteMember, findMemberOf, listActiveOwners } from '#modules/members.ts';
import type { ProbeInvitation } from '#verification/instance.ts';
import { DOMAIN, findTenant, foundTenant } from './tenants.ts';

type Parts = { readonly lanes: Lanes; readonly tools: Tools };

const MINUTES = 5;

/** The token, as the mail would bring it; nobody reads mail at these addresses. */
export async function inviteAccount(
  parts: Parts,
  email: string,
  { role, state, isTheirs }: ProbeInvitation,
): Promise<string> {
  const { lanes, tools } = parts;
  const orgId = await foundTenant(parts, 'other');
  const token = newToken();
  const expiresMs = unixMs() + (state === 'expired' ? -1 : MINUTES) * 60_000;
  await inScope<OrgTx, void>(lanes, { orgId }, async ({ tx, now }) => {
    const [owner] = await listActiveOwners(tx);
    if (owner === undefined) throw kernelErrors['server.unavailable']({ cause: 'nobody owns what is probed' });
    const row = {
      org_id: orgId,
      id: tools.newId(),
      // Another one each time: what is mailed to one address is limited.
      email: isTheirs ? email : `nobody-${tools.newId().slice(-12)}@${DOMAIN}`,
      role,
      invited_by: owner,
      token_hash: hashToken(tools.keyring.lookupKey('invitation'), token),
      created_at: now,
      expires_at: new Date(expiresMs),
    };
    await putProbeInvitation(tx, row, state === 'canceled');
  });
  return reveal(token, 'probe.sign_in');
}

/** Out of the second organization again, with nothing left open there. */
export async function clearInvited({ lanes }: Parts, userId: string): Promise<void> {
  const orgId = await findTenant({ lanes }, 'other');
  if (orgId === undefined) return;
  await inScope<OrgTx, void>(lanes, { orgId }, async ({ tx }) => {
    const member = await findMemberOf(tx, userId);
    if (member !== undefined) await deleteMember(tx, member.id);
    await clearProbeInvitations(tx);
  });
}
