// Brings people into a world: members of every role, signed in, and the keys they make.
import { toSecret } from '#crypto/secret.ts';
import { inScope, type OrgTx, type PersonTx } from '#db/scope.ts';
import type { Credential } from '#kernel/credential.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import { createPerson, hashNewPassword } from '#modules/identity.ts';
import { insertMember } from '#modules/members.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { PASSWORD, type World } from './world.ts';

export type Person = {
  readonly userId: string;
  readonly email: string;
  readonly slug: string;
  readonly credential: Credential;
};

let people = 0;

/** A new person in an organization (named by its public id and its slug), with a role, signed in. */
export async function joinOrganization(
  world: World,
  organization: { readonly organizationId: string; readonly slug: string },
  role: BuiltInRole,
): Promise<Person> {
  const { lanes, tools } = world.kernel;
  const orgId = decodeId('org', organization.organizationId);
  if (orgId === undefined) throw new Error('an organization is named by its public id');
  const [userId, memberId] = [tools.newId(), tools.newId()];
  people += 1;
  const email = `${role}${String(people)}@${organization.slug}.example`;
  const passwordHash = await hashNewPassword(tools, toSecret(PASSWORD));
  await inScope<OrgTx & PersonTx, void>(lanes, { orgId, userId }, async ({ tx, now }) => {
    await createPerson(tx, { userId, email, name: `A ${role}`, passwordHash }, now);
    await insertMember(tx, { org_id: orgId, id: memberId, user_id: userId, role, created_at: now });
  });
  return { userId, email, slug: organization.slug, credential: await signIn(world, email) };
}

/** A fresh session of a person whose password is the one of all test people. */
export async function signIn(world: World, email: string): Promise<Credential> {
  const reply = await world.call('session.create', { body: { email, password: PASSWORD } });
  return { kind: 'session', secret: (reply.headers['set-cookie'] ?? '').slice('session='.length) };
}

/** A key with these scopes, made by the person of the credential. */
export async function makeKey(
  world: World,
  credential: Credential,
  scopes: readonly string[],
): Promise<{ readonly id: string; readonly credential: Credential }> {
  const reply = await world.call('api_key.create', { credential, body: { name: 'made for a test', scopes } });
  const { id, key } = reply.body as { readonly id: string; readonly key: string };
  return { id, credential: { kind: 'api_key', secret: key } };
}

/** Remembers every session there is; what it gives puts back those that have ended since, and ends those that are new. */
export async function keepSessions({ admin }: Pick<World, 'admin'>): Promise<() => Promise<unknown>> {
  const { rows } = await admin('select to_jsonb(s) as session from holdfast.session s');
  const kept = JSON.stringify((rows as readonly { readonly session: object }[]).map(({ session }) => session));
  return async () => {
    // Each person has ten at most, and the oldest would give way to what examples open.
    await admin(
      `delete from holdfast.session s
        where s.id not in (select k.id from jsonb_populate_recordset(null::holdfast.session, $1) k)`,
      [kept],
    );
    await admin(
      `insert into holdfast.session select * from jsonb_populate_recordset(null::holdfast.session, $1)
       on conflict do nothing`,
      [kept],
    );
  };
}
