// No sequence of calls about roles and teams, by whomever, gives anybody what its giver does not hold.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  allows,
  type Command,
  command,
  type Model,
  NAMES,
  namesOf,
  PEOPLE,
  perform,
  pick,
  type Who,
} from '#test/authority-model.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

/** No sequence begins after that; one that has begun is ended. */
const MAKING_MS = 15_000;
const REFUSALS = ['auth.forbidden', 'role.beyond_yours', 'role.permission_refused', 'resource.not_found'];

type Held = ReadonlyMap<Who, readonly string[]>;
type Known = Person & { readonly memberId: string };

describe('handing on', () => {
  let world: World;
  let people: ReadonlyMap<Who, Known>;
  let made = 0;

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    const join = async (who: Who) => {
      const person = await joinOrganization(world, acme, who === 'lead' ? 'member' : who);
      return [who, { ...person, memberId: await memberIdOf(world, person) }] as const;
    };
    people = new Map(await Promise.all(PEOPLE.map(join)));
  });
  after(() => world?.[Symbol.asyncDispose]());

  const person = (who: Who): Known => people.get(who) ?? assert.fail(who);

  const call = (who: Who, id: string, rest: object) => world.call(id, { credential: person(who).credential, ...rest });

  async function look(): Promise<Held> {
    const looks = PEOPLE.map(async (who) => {
      const { body } = await call(who, 'session.get', {});
      const { permissions } = body as { readonly permissions: readonly string[] };
      return [who, NAMES.filter((name) => permissions.includes(name))] as const;
    });
    return new Map(await Promise.all(looks));
  }

  /** Asks the product; the id of what was made or an empty text, undefined when it refused. */
  async function ask(model: Model, asked: Command): Promise<string | undefined> {
    made += 1;
    const params = {
      ...('role' in asked ? { roleId: pick(model.roles, asked.role)?.id } : {}),
      ...('team' in asked ? { teamId: pick(model.teams, asked.team)?.id } : {}),
      ...('to' in asked ? { memberId: person(asked.to).memberId } : {}),
    };
    try {
      const reply = await call(asked.by, asked.do, { params, ...bodyOf(asked, `name ${String(made)}`) });
      return (reply.body as { readonly id?: string } | undefined)?.id ?? '';
    } catch (error) {
      const { code } = error as { readonly code?: string };
      assert.ok(REFUSALS.includes(code ?? ''), `${asked.do}: ${String(error)}`);
      return undefined;
    }
  }

  async function begin(): Promise<Model> {
    await world.admin('delete from holdfast.team');
    await world.admin('delete from holdfast.custom_role');
    const model: Model = { roles: [], teams: [] };
    for (const first of BEGINNING) perform(model, first, (await ask(model, first)) ?? assert.fail(first.do));
    return model;
  }

  it('never gives, by any sequence of calls of anybody, what its giver does not hold', async (t) => {
    let [done, refused] = [0, 0];
    const sequence = fc.array(command, { minLength: 5, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sequence, async (commands) => {
        const model = await begin();
        let held = await look();
        for (const asked of commands) {
          if (!isAboutSomething(model, asked)) continue;
          const isAllowed = allows(model, asked);
          const id = await ask(model, asked);
          const now = await look();
          assertHandedOn(asked, held, now);
          assert.equal(id !== undefined, isAllowed, `${JSON.stringify(asked)} is ${isAllowed ? '' : 'not '}allowed`);
          if (id !== undefined) perform(model, asked, id);
          for (const who of PEOPLE) assert.deepEqual(now.get(who), namesOf(model, who), `${who} after ${asked.do}`);
          held = now;
          if (id === undefined) refused += 1;
          else done += 1;
        }
      }),
      { numRuns: 12, interruptAfterTimeLimit: MAKING_MS, markInterruptAsFailure: false },
    );
    assert.ok(done > 0 && refused > 0, `${String(done)} done, ${String(refused)} refused`);
    t.diagnostic(`${String(done)} calls were done, ${String(refused)} refused`);
  });
});

/** A team with its lead, and a role that only owners can give. */
const BEGINNING: readonly Command[] = [
  { do: 'team.create', by: 'owner' },
  { do: 'team.place_member', by: 'owner', team: 0, to: 'lead', isLead: true },
  { do: 'role.create', by: 'owner', names: ['security_configuration:manage', 'audit:read'] },
];

function isAboutSomething(model: Model, asked: Command): boolean {
  return !('role' in asked && model.roles.length === 0) && !('team' in asked && model.teams.length === 0);
}

function bodyOf(asked: Command, name: string): object {
  if (asked.do === 'role.create') return { body: { name, permissions: asked.names } };
  if (asked.do === 'role.update') return { body: { permissions: asked.names } };
  if (asked.do === 'team.create') return { body: { name } };
  return asked.do === 'team.place_member' ? { body: asked.isLead === undefined ? {} : { isLead: asked.isLead } } : {};
}

/** Whoever gave something held it the moment before; so did whoever took something from somebody else. */
function assertHandedOn(asked: Command, before: Held, after: Held): void {
  const of = (held: Held, who: Who): readonly string[] => held.get(who) ?? assert.fail(who);
  for (const who of PEOPLE) {
    const gained = of(after, who).filter((name) => !of(before, who).includes(name));
    const lost = who === asked.by ? [] : of(before, who).filter((name) => !of(after, who).includes(name));
    const beyond = [...gained, ...lost].filter((name) => !of(before, asked.by).includes(name));
    assert.deepEqual(beyond, [], `${JSON.stringify(asked)} changes ${who} by what its caller does not hold`);
  }
}
