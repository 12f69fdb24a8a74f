// Valid calls of the routes of grants.
import type { MakeExample, Stage } from './example.ts';
import { makeProvider } from './made-providers.ts';
import { memberIdOf } from './memberships.ts';

/** A grant on a provider of its own, to the visitor. */
export async function makeGrant(stage: Pick<Stage, 'world' | 'owner' | 'visitor' | 'upstream'>): Promise<string> {
  const { world, owner, visitor } = stage;
  const params = { objectId: await makeProvider(stage) };
  const body = { level: 'viewer', memberId: await memberIdOf(world, visitor) };
  const reply = await world.call('grant.give', { credential: owner.credential, params, body });
  return (reply.body as { readonly id: string }).id;
}

export const grantExamples: Readonly<Record<string, MakeExample>> = {
  'grant.list': () => ({ call: {} }),
  'grant.give': async (stage) => ({
    call: {
      params: { objectId: await makeProvider(stage) },
      body: { level: 'editor', memberId: await memberIdOf(stage.world, stage.visitor) },
    },
  }),
  'grant.update': async (stage) => ({
    call: {
      params: { grantId: await makeGrant(stage) },
      body: { level: 'manager', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    },
  }),
  'grant.end': async (stage) => ({ call: { params: { grantId: await makeGrant(stage) } } }),
  'grant.list_of_member': async ({ world }, actor) => ({
    call: { params: { memberId: await memberIdOf(world, actor) } },
  }),
  'granted_object.list': () => ({ call: {} }),
};
