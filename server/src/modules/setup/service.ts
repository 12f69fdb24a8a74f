// The rules of the first run: the token is single-use, and everything the first organization needs is made in one transaction.
import type { z } from 'zod';
import type { StoredDataKey } from '#crypto/data-keys.ts';
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import { inScope, type OrgTx, type PersonTx, type SystemTx } from '#db/scope.ts';
import type { Lanes } from '#db/pool.ts';
import type { Context } from '#kernel/context.ts';
import { encodeId } from '#kernel/fields.ts';
import { claimInstallationFact } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import { createPerson, mintDevice, prepareNewPassword } from '#modules/identity.ts';
import { insertDataKey } from '#modules/keyring.ts';
import { insertMember } from '#modules/members.ts';
import { foundOrganization } from '#modules/organizations.ts';
import { mintSession, openSession, type PreparedSession } from '#modules/sessions.ts';
import { errors, type SetupDone, type SetupRequest, TOKEN_MINUTES } from './model.ts';
import { isSetUp, redeemToken, replaceTokens } from './queries.ts';

export type PreparedSetup = {
  readonly session: PreparedSession;
  readonly memberId: string;
  readonly tokenHash: Buffer;
  readonly passwordHash: string;
  readonly dataKey: StoredDataKey;
};

const SET_UP = 'set_up';

type Request = z.output<typeof SetupRequest>;

/** Everything slow, and all ids, before the transaction: the new organization's scope is entered by its id. */
export async function prepareSetup(tools: Tools, body: Request): Promise<PreparedSetup> {
  const [orgId, userId] = [tools.newId(), tools.newId()];
  return {
    session: {
      ...mintSession(tools, userId, { org_id: orgId, idle_minutes: null, absolute_minutes: null }, 'password'),
      // The owner's own; nobody needs to be told of it.
      device: mintDevice(tools),
    },
    memberId: tools.newId(),
    tokenHash: hashToken(tools.keyring.lookupKey('setup'), body.token),
    passwordHash: await prepareNewPassword(tools, body.owner.password, body.owner, '/body/owner/password'),
    dataKey: await tools.keyring.newDataKey(orgId),
  };
}

export async function setUp(
  ctx: Context<OrgTx & PersonTx & SystemTx, PreparedSetup>,
  body: Request,
): Promise<z.input<typeof SetupDone>> {
  const { session, memberId, tokenHash, passwordHash, dataKey } = ctx.prepared;
  const { orgId, userId } = session;
  if (!(await redeemToken(ctx.tx, tokenHash, ctx.now))) throw errors['setup.token_refused']();
  // Two tokens may live for a moment when replicas start together; the first organization is founded once.
  if (!(await claimInstallationFact(ctx.tx, SET_UP, { organization: orgId }))) throw errors['setup.done']();
  const organization = await foundOrganization(ctx.tx, orgId, body.organization, ctx.now);
  await createPerson(ctx.tx, { userId, email: body.owner.email, name: body.owner.name, passwordHash }, ctx.now);
  await insertMember(ctx.tx, { org_id: orgId, id: memberId, user_id: userId, role: 'owner', created_at: ctx.now });
  await insertDataKey(ctx.tx, dataKey, ctx.now);
  const opened = await openSession(ctx, session);
  ctx.subject('organization', orgId);
  ctx.note({ slug: organization.slug, owner: userId, dataKey: dataKey.id, kek: dataKey.kekId });
  return {
    organization: { id: encodeId('org', orgId), slug: organization.slug, name: organization.name },
    user: { id: encodeId('usr', userId), email: body.owner.email },
    expiresAt: opened.expiresAt,
  };
}

export type IssuedToken = { readonly token: Secret<string>; readonly hash: Buffer };

export function mintSetupToken(tools: Pick<Tools, 'keyring'>): IssuedToken {
  const token = newToken();
  return { token, hash: hashToken(tools.keyring.lookupKey('setup'), token) };
}

export async function storeSetupToken(tx: SystemTx, hash: Buffer, now: Date): Promise<Date> {
  const expiresAt = new Date(now.getTime() + TOKEN_MINUTES * 60_000);
  await replaceTokens(tx, { token_hash: hash, created_at: now, expires_at: expiresAt });
  return expiresAt;
}

/** For the start screen: a fresh link while nobody has set the installation up, else undefined. */
export async function issueSetupLink(
  lanes: Lanes,
  tools: Pick<Tools, 'keyring' | 'lookup'>,
  origin: string,
): Promise<string | undefined> {
  if (await isSetUp(tools.lookup)) return undefined;
  const issued = mintSetupToken(tools);
  await inScope<SystemTx, Date>(lanes, { system: true }, ({ tx, now }) => storeSetupToken(tx, issued.hash, now));
  return `${origin}/setup#token=${reveal(issued.token, 'setup.show')}`;
}
