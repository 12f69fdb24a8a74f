// A list shows exactly what the evaluator lets through, row by row, whatever was granted to whom, inside row security.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import * as fc from 'fast-check';
import { makeRole, makeTeam } from '#test/authority-examples.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { makeProject } from '#test/project-examples.ts';
import { createWorld, type World } from '#test/world.ts';

/** No sequence begins after that; one that has begun is ended. */
const MAKING_MS = 15_000;
/** On a machine that is busy; there are many more on others. */
const SEQUENCES_MIN = 5;
const WHO = ['admin', 'member', 'viewer', 'guest'] as const;
type Who = (typeof WHO)[number];
const KINDS = ['api_key', 'provider'] as const;
type Kind = (typeof KINDS)[number];
const PREFIX: Readonly<Record<Kind, string>> = { api_key: 'key', provider: 'prv' };
const PARAM: Readonly<Record<Kind, string>> = { api_key: 'apiKeyId', provider: 'providerId' };

type Given = {
  readonly kind: Kind;
  readonly object: number;
  readonly to: Who | 'team' | 'project' | 'everybody';
  readonly rank: number;
  readonly life: 'over' | 'live' | 'endless';
};
const given: fc.Arbitrary<Given> = fc.record({
  kind: fc.constantFrom(...KINDS),
  object: fc.nat(3),
  to: fc.constantFrom(...WHO, 'team' as const, 'project' as const, 'everybody' as const),
  rank: fc.integer({ min: 1, max: 3 }),
  life: fc.constantFrom('over' as const, 'live' as const, 'endless' as const),
});
/** A guest is shown nothing else. */
const SHOWN: Given = { kind: 'provider', object: 0, to: 'guest', rank: 1, life: 'endless' };
/** Whether the viewer has a role of the organization, which lets them see every key. */
const hasRole = fc.boolean();

describe('lists and the evaluator', () => {
  let world: World;
  let owner: Person;
  let people: Readonly<Record<Who, Person>>;
  let objects: Readonly<Record<Kind, readonly string[]>>;
  let groups: { readonly team: string; readonly project: string };
  let role: { readonly roleId: string; readonly memberId: string };

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    const [admin, member, viewer, guest] = [
      await joinOrganization(world, acme, 'admin'),
      await joinOrganization(world, acme, 'member'),
      await joinOrganization(world, acme, 'viewer'),
      await joinOrganization(world, acme, 'guest'),
    ];
    people = { admin, member, viewer, guest };
    // Its objects, and what is granted on them, nobody here may be shown.
    const other = { ...(await world.found('other')), slug: 'other' };
    const stranger = await joinOrganization(world, other, 'owner');
    const [keys, providers]: [string[], string[]] = [[], []];
    for (const maker of [owner, admin, member, owner, stranger]) {
      keys.push((await makeKey(world, maker.credential, ['models:use'])).id);
      providers.push(
        await makeProvider({
          world,
          owner: maker === member ? owner : maker,
          upstream: `https://models${String(providers.length)}.example.com/v1`,
        }),
      );
    }
    objects = { api_key: keys, provider: providers };
    const places = [
      { person: member, isLead: false },
      { person: viewer, isLead: true },
    ];
    groups = {
      team: await makeTeam({ world, owner }, places),
      project: await makeProject({ world, owner }, places.slice(0, 1)),
    };
    const roleId = await makeRole({ world, owner }, ['api_key:read']);
    role = { roleId, memberId: await memberIdOf(world, viewer) };
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Written past the product, so that every combination is there. */
  async function put(all: readonly Given[]): Promise<void> {
    await world.admin('delete from holdfast.object_grant');
    for (const { kind, object, to, rank, life } of all) {
      const person = to in people ? people[to as Who] : undefined;
      const uuid = (prefix: string, id: string | undefined) => decodeId(prefix, id ?? '') ?? null;
      const expires = { over: "now() - interval '1 minute'", live: "now() + interval '1 hour'", endless: 'null' }[life];
      await world.admin(
        `insert into holdfast.object_grant
           (org_id, id, object_kind, object_id, member_id, team_id, project_id, to_everybody, rank, expires_at, created_at)
         select org_id, gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, ${expires}, now()
           from holdfast.organization where slug = 'acme'
         on conflict do nothing`,
        [
          kind,
          uuid(PREFIX[kind], objects[kind][object]),
          person === undefined ? null : uuid('mem', await memberIdOf(world, person)),
          to === 'team' ? uuid('tem', groups.team) : null,
          to === 'project' ? uuid('prj', groups.project) : null,
          to === 'everybody',
          // The database holds guests below managers.
          to === 'guest' ? Math.min(rank, 2) : rank,
        ],
      );
    }
  }

  async function letIn(isHeld: boolean): Promise<void> {
    await world.call(isHeld ? 'role.give' : 'role.take', { credential: owner.credential, params: role });
  }

  const listed = async (kind: Kind, { credential }: Person): Promise<readonly string[]> => {
    const { body } = await world.call(`${kind}.list`, { credential, query: { limit: '200' } });
    return (body as { items: readonly { id: string }[] }).items.map(({ id }) => id).toSorted();
  };
  const reached = async (kind: Kind, { credential }: Person): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const id of objects[kind]) {
      const isFound = await world.call(`${kind}.get`, { credential, params: { [PARAM[kind]]: id } }).then(
        () => true,
        (error: { code?: string }) => {
          assert.equal(error.code, 'resource.not_found');
          return false;
        },
      );
      if (isFound) found.push(id);
    }
    return found.toSorted();
  };

  it('agree for everybody, every kind of object, and everything that can be granted', async () => {
    const shown = new Map<string, number>();
    let sequences = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 10 }), hasRole, async (all, isHeld) => {
        await put(all);
        await letIn(isHeld);
        for (const who of WHO)
          for (const kind of KINDS) {
            const byList = await listed(kind, people[who]);
            assert.deepEqual(byList, await reached(kind, people[who]), `${kind} to ${who}`);
            const at = `${kind} to ${who}`;
            shown.set(at, Math.max(shown.get(at) ?? 0, byList.length));
            assert.ok(!byList.includes(objects[kind].at(-1) ?? ''), 'it is of another organization');
          }
        sequences += 1;
      }),
      { examples: [[[SHOWN], true]], numRuns: 150, interruptAfterTimeLimit: MAKING_MS, markInterruptAsFailure: false },
    );
    assert.ok(sequences >= SEQUENCES_MIN, `${String(sequences)} sequences`);
    // Lists that were always empty would show nothing.
    for (const who of WHO) assert.ok((shown.get(`provider to ${who}`) ?? 0) > 0, `no provider was shown to ${who}`);
    assert.deepEqual(world.unexpected, []);
  });
});
