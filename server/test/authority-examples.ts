// Valid calls of the routes of custom roles and teams.
import type { MakeExample, Stage } from './example.ts';
import { memberIdOf } from './memberships.ts';
import type { Person } from './people.ts';

let made = 0;
const fresh = (word: string): string => `${word} ${String((made += 1))}`;

/** Roles of the examples hold what everybody who may use them holds too. */
const HELD = ['organization:read'];

export async function makeRole(
  { world, owner }: Pick<Stage, 'world' | 'owner'>,
  permissions: readonly string[] = HELD,
): Promise<string> {
  const body = { name: fresh('role'), permissions };
  const reply = await world.call('role.create', { credential: owner.credential, body });
  return (reply.body as { readonly id: string }).id;
}

/** A team with these people, who lead it or do not. */
export async function makeTeam(
  { world, owner }: Pick<Stage, 'world' | 'owner'>,
  people: readonly { readonly person: Person; readonly isLead: boolean }[] = [],
): Promise<string> {
  const { credential } = owner;
  const reply = await world.call('team.create', { credential, body: { name: fresh('team') } });
  const { id } = reply.body as { readonly id: string };
  for (const { person, isLead } of people) {
    const params = { teamId: id, memberId: await memberIdOf(world, person) };
    await world.call('team.place_member', { credential, params, body: { isLead } });
  }
  return id;
}

const ofRole =
  (body?: () => object): MakeExample =>
  async (stage) => ({
    call: { params: { roleId: await makeRole(stage) }, ...(body === undefined ? {} : { body: body() }) },
  });

const ofTeam =
  (body?: () => object): MakeExample =>
  async (stage) => ({
    call: { params: { teamId: await makeTeam(stage) }, ...(body === undefined ? {} : { body: body() }) },
  });

const roleOfVisitor: MakeExample = async (stage) => ({
  call: { params: { roleId: await makeRole(stage), memberId: await memberIdOf(stage.world, stage.visitor) } },
});

const roleOfTeam: MakeExample = async (stage) => ({
  call: { params: { teamId: await makeTeam(stage), roleId: await makeRole(stage) } },
});

export const authorityExamples: Readonly<Record<string, MakeExample>> = {
  'permission.list': () => ({ call: {} }),
  'role.list': () => ({ call: {} }),
  'role.get': ofRole(),
  'role.create': () => ({ call: { body: { name: fresh('role'), permissions: HELD } } }),
  'role.update': ofRole(() => ({ name: fresh('renamed') })),
  'role.delete': ofRole(),
  'role.preview': async (stage) => ({
    call: { params: { roleId: await makeRole(stage) }, query: { permissions: 'organization:read,role:read' } },
  }),
  'role.give': roleOfVisitor,
  'role.take': roleOfVisitor,
  'member.permissions': async ({ world }, actor) => ({
    call: { params: { memberId: await memberIdOf(world, actor) } },
  }),
  'team.list': () => ({ call: {} }),
  'team.get': ofTeam(),
  'team.create': () => ({ call: { body: { name: fresh('team') } } }),
  'team.update': ofTeam(() => ({ name: fresh('renamed') })),
  'team.delete': ofTeam(),
  'team.list_members': ofTeam(),
  'team.place_member': async (stage, actor) => ({
    call: {
      params: {
        teamId: await makeTeam(stage, [{ person: actor, isLead: true }]),
        memberId: await memberIdOf(stage.world, stage.visitor),
      },
      body: {},
    },
  }),
  'team.take_out_member': async (stage, actor) => ({
    call: {
      params: {
        teamId: await makeTeam(stage, [
          { person: actor, isLead: true },
          { person: stage.visitor, isLead: false },
        ]),
        memberId: await memberIdOf(stage.world, stage.visitor),
      },
    },
  }),
  'team.give_role': roleOfTeam,
  'team.take_role': roleOfTeam,
};
