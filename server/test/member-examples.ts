// Valid calls of what is done with members: to people who join for it, so that everybody else stays what they are.
import { encodeId } from '#kernel/fields.ts';
import type { Credential } from '#kernel/credential.ts';
import type { BuiltInRole } from '#kernel/permissions.ts';
import type { MakeExample, Stage } from './example.ts';
import { freshAddress, invite, withFreshBudgets } from './invitations.ts';
import { makeProvider } from './made-providers.ts';
import { memberIdOf } from './memberships.ts';
import { joinOrganization, type Person } from './people.ts';
import { PASSWORD } from './world.ts';

/** Somebody new in the organization of a person, with their role or another. */
async function joinBeside({ world }: Stage, { userId, slug, email }: Person, role?: BuiltInRole): Promise<Person> {
  const { rows } = await world.admin(
    `select o.org_id, m.role from holdfast.organization o join holdfast.member m on m.org_id = o.org_id
      join holdfast.person p on p.user_id = m.user_id where o.slug = $1 and (m.user_id::text = $2 or p.email = $3)`,
    [slug, userId, email],
  );
  const [own] = rows as readonly { readonly org_id: string; readonly role: BuiltInRole }[];
  if (own === undefined) throw new Error(`${email} is in no organization ${slug}`);
  return joinOrganization(world, { organizationId: encodeId('org', own.org_id), slug }, role ?? own.role);
}

const onSomebody =
  (call: object = {}, prepare?: (stage: Stage, person: Person) => Promise<unknown>): MakeExample =>
  async (stage) => {
    const person = await joinBeside(stage, stage.owner, 'viewer');
    await prepare?.(stage, person);
    return { call: { ...call, params: { memberId: await memberIdOf(stage.world, person) } } };
  };

function suspend({ world }: Stage, { userId }: Person) {
  return world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [userId]);
}

/** An owner of the organization the person is in. */
function ownerOf({ owner }: Stage, actor: Person): Credential {
  return actor.slug === owner.slug ? owner.credential : actor.credential;
}

async function makeOffer(stage: Stage, actor: Person, to: Person): Promise<void> {
  const { world } = stage;
  await world.admin('delete from holdfast.ownership_offer');
  const body = { memberId: await memberIdOf(world, to), staysOwner: true };
  await world.call('ownership.offer', { credential: ownerOf(stage, actor), body }, withFreshBudgets(world));
}

const answer: MakeExample = async (stage, actor) => {
  const like = await joinBeside(stage, actor);
  const [{ role }] = (await stage.world.admin('select role from holdfast.member where user_id = $1', [like.userId]))
    .rows as [{ readonly role: BuiltInRole }];
  const receiver = role === 'owner' ? await joinBeside(stage, actor, 'viewer') : like;
  await makeOffer(stage, actor, receiver);
  return { call: {}, credential: receiver.credential };
};

let organizations = 0;

export const memberExamples: Readonly<Record<string, MakeExample>> = {
  'invitation.create': ({ world }) => ({
    call: { body: { email: freshAddress(), role: 'viewer' } },
    on: withFreshBudgets(world),
  }),
  'invitation.list': () => ({ call: {} }),
  'guest.invite': async (stage) => ({
    call: { params: { objectId: await makeProvider(stage) }, body: { email: freshAddress(), level: 'viewer' } },
    on: withFreshBudgets(stage.world),
  }),
  'invitation.renew': async ({ world, owner }) => ({
    call: { params: { invitationId: (await invite(world, owner.credential)).id } },
    on: withFreshBudgets(world),
  }),
  'invitation.cancel': async ({ world, owner }) => ({
    call: { params: { invitationId: (await invite(world, owner.credential)).id } },
  }),
  'invitation.look': async ({ world, owner }) => ({
    call: { body: { token: (await invite(world, owner.credential)).token } },
  }),
  'invitation.accept': async ({ world, owner }) => {
    const { token } = await invite(world, owner.credential);
    return { call: { body: { token, name: 'Ina', password: PASSWORD } } };
  },
  'invitation.enter': async (stage, actor) => {
    const person = await joinBeside(stage, actor);
    const host = await stage.world.found(`host${String((organizations += 1))}`);
    const { token } = await invite(stage.world, host.credential, 'viewer', person.email);
    return { call: { body: { token } }, credential: person.credential };
  },
  'member.update': onSomebody({ body: { role: 'member' } }),
  'member.suspend': onSomebody(),
  'member.resume': onSomebody({}, suspend),
  'member.remove': onSomebody(),
  'member.leave': async (stage, actor) => ({ call: {}, credential: (await joinBeside(stage, actor)).credential }),
  'ownership.offer': async (stage, actor) => {
    await stage.world.admin('delete from holdfast.ownership_offer');
    const receiver = await joinBeside(stage, actor, 'viewer');
    return { call: { body: { memberId: await memberIdOf(stage.world, receiver) } }, on: withFreshBudgets(stage.world) };
  },
  'ownership.get_offer': () => ({ call: {} }),
  'ownership.cancel_offer': async (stage, actor) => {
    await makeOffer(stage, actor, await joinBeside(stage, actor, 'viewer'));
    return { call: {} };
  },
  'ownership.accept_offer': answer,
  'ownership.decline_offer': answer,
};
