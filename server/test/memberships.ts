// Memberships and sessions of people in a world: found, and changed past the routes.
import assert from 'node:assert/strict';
import { encodeId } from '#kernel/fields.ts';
import type { Credential } from '#kernel/credential.ts';
import type { Person } from './people.ts';
import { credentialOf } from './second-factor.ts';
import { PASSWORD, type World } from './world.ts';

/** The public id of a session. */
export async function currentSessionId(world: World, credential: Credential): Promise<string> {
  const { body } = await world.call('session.list', { credential });
  const { items } = body as { readonly items: readonly { readonly id: string; readonly isCurrent: boolean }[] };
  return items.find(({ isCurrent }) => isCurrent)?.id ?? assert.fail('no session is the current one');
}

/** The public id of the membership that the person was made with. */
export async function memberIdOf(world: World, { userId, slug }: Person): Promise<string> {
  const { rows } = await world.admin(
    `select m.id from holdfast.member m join holdfast.organization o on o.org_id = m.org_id
      where m.user_id = $1 and o.slug = $2`,
    [userId, slug],
  );
  return encodeId('mem', (rows[0] as { readonly id: string }).id);
}

/** Sets columns of that membership. */
export function changeMember(world: World, { userId, slug }: Person, set: string): Promise<unknown> {
  return world.admin(
    `update holdfast.member m ${set} from holdfast.organization o
      where m.org_id = o.org_id and o.slug = $2 and m.user_id = $1`,
    [userId, slug],
  );
}

/** One more owner everywhere, so that the first ones are not the last: no organization is without an active one. */
export async function addKeeper(world: World): Promise<void> {
  await world.admin(
    `with keeper as (insert into holdfast.person (user_id, email, name, created_at)
       values (gen_random_uuid(), 'keeper@holdfast.example', 'Keeper', now()) returning user_id)
     insert into holdfast.member (org_id, id, user_id, role, created_at)
     select o.org_id, gen_random_uuid(), k.user_id, 'owner', now() from holdfast.organization o, keeper k`,
  );
}

/** Names the memberships of everybody but that owner, in a statement. */
export const NO_KEEPER = "user_id <> (select user_id from holdfast.person where email = 'keeper@holdfast.example')";

export function removeMember(world: World, { userId, slug }: Person): Promise<unknown> {
  return world.admin(
    `delete from holdfast.member m using holdfast.organization o
      where m.org_id = o.org_id and o.slug = $2 and m.user_id = $1`,
    [userId, slug],
  );
}

/** Makes somebody a member of one more organization. */
export async function joinToo(world: World, { userId }: Person, slug: string): Promise<void> {
  await world.admin(
    `insert into holdfast.member (org_id, id, user_id, role, created_at)
     select o.org_id, gen_random_uuid(), $1, 'member', now() from holdfast.organization o where o.slug = $2`,
    [userId, slug],
  );
}

/** A session in an organization, with a recovery code where the person has a second factor. */
export async function signInTo(
  world: World,
  email: string,
  organization: string,
  recoveryCode: string | undefined,
): Promise<Credential> {
  const reply = await world.call('session.create', { body: { email, password: PASSWORD, organization } });
  if (recoveryCode === undefined) return credentialOf(reply);
  const { challenge } = reply.body as { readonly challenge: { readonly token: string } };
  const body = { challenge: challenge.token, recoveryCode };
  return credentialOf(await world.call('session.create_with_factor', { body }));
}
