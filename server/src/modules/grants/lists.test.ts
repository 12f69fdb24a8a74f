// A list shows exactly what the evaluator lets through, row by row, whatever was granted to whom, inside row security.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import * as fc from 'fast-check';
import { makeTeam } from '#test/authority-examples.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

/** No sequence begins after that; one that has begun is ended. */
const MAKING_MS = 15_000;
const WHO = ['admin', 'member', 'viewer'] as const;
type Who = (typeof WHO)[number];

type Given = {
  readonly key: number;
  readonly to: Who | 'team' | 'everybody';
  readonly rank: number;
  readonly life: 'over' | 'live' | 'endless';
};
const given: fc.Arbitrary<Given> = fc.record({
  key: fc.nat(5),
  to: fc.constantFrom(...WHO, 'team' as const, 'everybody' as const),
  rank: fc.integer({ min: 1, max: 3 }),
  life: fc.constantFrom('over' as const, 'live' as const, 'endless' as const),
});

describe('lists and the evaluator', () => {
  let world: World;
  let people: Readonly<Record<Who, Person>>;
  let keys: readonly string[];
  let teamId: string;

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const owner = await joinOrganization(world, acme, 'owner');
    const [admin, member, viewer] = [
      await joinOrganization(world, acme, 'admin'),
      await joinOrganization(world, acme, 'member'),
      await joinOrganization(world, acme, 'viewer'),
    ];
    people = { admin, member, viewer };
    const makers = [owner, owner, admin, admin, member, owner];
    keys = [];
    for (const maker of makers) keys = [...keys, (await makeKey(world, maker.credential, ['models:use'])).id];
    teamId = await makeTeam({ world, owner }, [
      { person: member, isLead: false },
      { person: viewer, isLead: true },
    ]);
    // Its grants are on objects of its own, which nobody here may be shown.
    const other = await world.found('other');
    const foreign = await makeKey(world, other.credential, ['models:use']);
    keys = [...keys, foreign.id];
  });
  after(() => world?.[Symbol.asyncDispose]());

  /** Written past the product, so that every combination is there. */
  async function put(all: readonly Given[]): Promise<void> {
    await world.admin('delete from holdfast.object_grant');
    for (const { key, to, rank, life } of all) {
      const memberId = to === 'team' || to === 'everybody' ? null : await memberIdOf(world, people[to]);
      const uuid = (prefix: string, id: string | null | undefined) => decodeId(prefix, id ?? '') ?? null;
      const columns = [uuid('key', keys[key]), uuid('mem', memberId), to === 'team' ? uuid('tem', teamId) : null];
      const expires = { over: "now() - interval '1 minute'", live: "now() + interval '1 hour'", endless: 'null' }[life];
      await world.admin(
        `insert into holdfast.object_grant (org_id, id, object_kind, object_id, member_id, team_id, to_everybody, rank, expires_at, created_at)
         select org_id, gen_random_uuid(), 'api_key', $1, $2, $3, $4, $5, ${expires}, now() from holdfast.organization where slug = 'acme'
         on conflict do nothing`,
        [...columns, to === 'everybody', rank],
      );
    }
  }

  const listed = async ({ credential }: Person): Promise<readonly string[]> => {
    const { body } = await world.call('api_key.list', { credential, query: { limit: '200' } });
    return (body as { items: readonly { id: string }[] }).items.map(({ id }) => id).toSorted();
  };
  const reached = async ({ credential }: Person): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const apiKeyId of keys) {
      const isFound = await world.call('api_key.get', { credential, params: { apiKeyId } }).then(
        () => true,
        (error: { code?: string }) => {
          assert.equal(error.code, 'resource.not_found');
          return false;
        },
      );
      if (isFound) found.push(apiKeyId);
    }
    return found.toSorted();
  };

  it('agree for everybody and everything that can be granted', async () => {
    let [runs, shown] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(given, { maxLength: 8 }), async (all) => {
        await put(all);
        for (const who of WHO) {
          const byList = await listed(people[who]);
          assert.deepEqual(byList, await reached(people[who]), who);
          shown += who === 'viewer' ? byList.length : 0;
        }
        runs += 1;
      }),
      { numRuns: 200, interruptAfterTimeLimit: MAKING_MS, markInterruptAsFailure: false },
    );
    assert.ok(runs >= 10 && shown > 0, `${String(runs)} sequences, ${String(shown)} shown`);
  });
});
