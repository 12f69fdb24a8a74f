// The mail of an invitation: the one way in which its token leaves, and how many of them an organization can cause.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { tooManyAttempts } from '#kernel/limits/attempt.ts';
import type { Limit } from '#kernel/limits/limits.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { Tools } from '#kernel/tools.ts';
import { prepareMail, type PreparedMail } from '#modules/mail.ts';
import { isPersonal } from '#modules/organizations.ts';
import { LIVE_DAYS } from './model.ts';

/** A hundred at once, then one every five minutes. */
const OF_ORGANIZATION: Limit = { perMinute: 0.2, burst: 100 };
/** Anybody who was ever let in can have a personal organization: five at once, then one an hour. */
const OF_PERSONAL: Limit = { perMinute: 1 / 60, burst: 5 };
/** Of all personal organizations together: who is invited into one and leaves it has one too. */
const OF_ALL_PERSONAL: Limit = { perMinute: 0.2, burst: 50 };
/** Three at once, then one every eight hours: an address is no other organization's to use up, and none can flood it. */
const TO_ADDRESS: Limit = { perMinute: 1 / 480, burst: 3 };

/** Throws 429 when the organization, or it to this address, has mailed enough. */
export async function demandInvitationBudget(
  tools: Pick<Tools, 'limits' | 'lookup'>,
  orgId: string,
  email: string,
): Promise<void> {
  const own = { key: `invitation:organization:${orgId}`, cost: 1 };
  const ofOrganization = (await isPersonal(tools.lookup, orgId))
    ? [
        { ...own, limit: OF_PERSONAL },
        { key: 'invitation:personal', limit: OF_ALL_PERSONAL, cost: 1 },
      ]
    : [{ ...own, limit: OF_ORGANIZATION }];
  const taken = await tools.limits.take([
    { key: `invitation:address:${orgId}:${email.toLowerCase()}`, limit: TO_ADDRESS, cost: 1 },
    ...ofOrganization,
  ]);
  const waits = taken.filter(({ allowed }) => !allowed).map(({ retryAfterMs }) => retryAfterMs);
  if (waits.length > 0) throw tooManyAttempts(Math.max(...waits));
}

export type PreparedInvitation = { readonly id: string; readonly tokenHash: Buffer; readonly mail: PreparedMail };

type Letter = {
  readonly id: string;
  readonly email: string;
  readonly role: BuiltInRole;
  readonly organization: string;
  /** Address of who invites: it was proven, a name is what somebody likes. */
  readonly inviter: string;
  /** The kind of the object that a guest is invited into. Mail goes to an address that nobody has proven: what it is called is not told. */
  readonly shares: { readonly what: string; readonly level: 'viewer' | 'editor' } | undefined;
};

/** A new token in a mail that waits for its transaction; only its hash is ever stored outside the sealed mail. */
export function prepareInvitation(tools: Tools, letter: Letter): PreparedInvitation {
  const { id, email, role, organization, inviter, shares } = letter;
  const token = newToken();
  const link = `${tools.publicOrigin()}/invitation#token=${reveal(token, 'mail.link')}`;
  const common = { to: email, liveMinutes: LIVE_DAYS * 24 * 60 };
  const values = { link, days: String(LIVE_DAYS), organization, inviter };
  const mail =
    shares === undefined
      ? prepareMail(tools, { ...common, template: 'invitation', values: { ...values, role } })
      : prepareMail(tools, { ...common, template: 'guest_invitation', values: { ...values, ...shares } });
  return { id, tokenHash: hashToken(tools.keyring.lookupKey('invitation'), token), mail };
}
