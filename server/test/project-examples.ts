// Valid calls of the routes of projects.
import type { MakeExample, Stage } from './example.ts';
import { memberIdOf } from './memberships.ts';
import type { Person } from './people.ts';

let made = 0;
const fresh = (word: string): string => `${word} ${String((made += 1))}`;

/** A project with these people, who lead it or do not. */
export async function makeProject(
  { world, owner }: Pick<Stage, 'world' | 'owner'>,
  people: readonly { readonly person: Person; readonly isLead: boolean }[] = [],
  name = fresh('project'),
): Promise<string> {
  const { credential } = owner;
  const reply = await world.call('project.create', { credential, body: { name } });
  const { id } = reply.body as { readonly id: string };
  for (const { person, isLead } of people) {
    const params = { projectId: id, memberId: await memberIdOf(world, person) };
    await world.call('project.place_member', { credential, params, body: { isLead } });
  }
  return id;
}

const led =
  (body?: () => object, prepare?: (stage: Stage, projectId: string) => Promise<unknown>): MakeExample =>
  async (stage, actor) => {
    const projectId = await makeProject(stage, await withActor(stage, actor));
    await prepare?.(stage, projectId);
    return { call: { params: { projectId }, ...(body === undefined ? {} : { body: body() }) } };
  };

/** Whoever is of another organization is in no project here. */
async function withActor({ owner }: Stage, actor: Person) {
  return actor.slug === owner.slug ? [{ person: actor, isLead: true }] : [];
}

function archive({ world, owner }: Stage, projectId: string) {
  return world.call('project.archive', { credential: owner.credential, params: { projectId } });
}

const onVisitor =
  (isIn: boolean, body?: object): MakeExample =>
  async (stage, actor) => {
    const beside = isIn ? [{ person: stage.visitor, isLead: false }] : [];
    const projectId = await makeProject(stage, [...(await withActor(stage, actor)), ...beside]);
    const memberId = await memberIdOf(stage.world, stage.visitor);
    return { call: { params: { projectId, memberId }, ...(body === undefined ? {} : { body }) } };
  };

export const projectExamples: Readonly<Record<string, MakeExample>> = {
  'project.list': () => ({ call: {} }),
  'project.get': led(),
  'project.create': () => ({ call: { body: { name: fresh('project') } } }),
  'project.update': led(() => ({ name: fresh('renamed') })),
  'project.archive': led(),
  'project.restore': led(undefined, archive),
  'project.delete': led(undefined, archive),
  'project.list_members': led(),
  'project.place_member': onVisitor(false, {}),
  'project.take_out_member': onVisitor(true),
  'project.leave': led(),
  'project.list_of_member': async ({ world }, actor) => ({
    call: { params: { memberId: await memberIdOf(world, actor) } },
  }),
};
