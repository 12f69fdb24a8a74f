// SQL of invitations that exist to be probed: put into the probed organization in whichever state, and taken out again.
import type { OrgTx } from '#db/scope.ts';

type ProbeInvitation = {
  readonly org_id: string;
  readonly id: string;
  readonly email: string;
  readonly role: 'viewer' | 'member';
  readonly invited_by: string;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date;
};

/** Canceled if told; else open, and expired where its time is over. */
export async function putProbeInvitation(tx: OrgTx, row: ProbeInvitation, isCanceled: boolean): Promise<void> {
  await clearProbeInvitations(tx);
  const ended = isCanceled ? { state: 'canceled', ended_at: row.created_at } : {};
  await tx
    .insertInto('invitation')
    .values({ ...row, ...ended, sent_at: row.created_at })
    .execute();
}

/** Ends those that are open: one address has one at a time. */
export async function clearProbeInvitations(tx: OrgTx): Promise<void> {
  await tx
    .updateTable('invitation')
    .set((eb) => ({ state: 'expired', ended_at: eb.ref('expires_at') }))
    .where('state', '=', 'open')
    .execute();
}
