// No sequence of calls about grants, teams, projects, roles (one’s own built-in one too) and keys, by whomever, gives anybody what its giver does not hold.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeId } from '@holdfast/protocol/ids.ts';
import * as fc from 'fast-check';
import { inScope, type OrgTx } from '#db/scope.ts';
import type { Credential } from '#kernel/credential.ts';
import { recognize } from '#kernel/gate.ts';
import { isAllowed } from '#kernel/grants.ts';
import { type BuiltInRole, hasBit } from '#kernel/permissions.ts';
import type { Principal } from '#kernel/principal.ts';
import { makeProvider } from '#test/made-providers.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, makeKey, type Person, signIn } from '#test/people.ts';
import { allows, type Command, GROUPS, isAboutSomething, keyOf, perform, pick } from '#test/sharing-commands.ts';
import {
  baseOf,
  beginsAs,
  can,
  type Key,
  type Model,
  type Name,
  NAMES,
  namesAbout,
  OBJECTS,
  type On,
  PEOPLE,
  type Who,
  widthOf,
  widthOfKey,
} from '#test/sharing-model.ts';
import { requestOf } from '#test/sharing-requests.ts';
import { beginning, command, tricky } from '#test/sharing-sequences.ts';
import { createWorld, type World } from '#test/world.ts';

/** No sequence begins after that; one that has begun is ended. */
const MAKING_MS = 20_000;
/** On a machine that is busy; there are twenty on others. */
const SEQUENCES_MIN = 3;
const REFUSED = [403, 404, 409, 422];

type Known = Person & { readonly memberId: string };
/** Who can do what: `name`, or `name on object`. */
type Found = ReadonlyMap<Who, readonly string[]>;

describe('handing on by grants, places and keys', () => {
  let world: World;
  let orgId: string;
  let people: ReadonlyMap<Who, Known>;
  let objects: Readonly<Record<On, string>>;
  let secrets: ReadonlyMap<string, string>;
  let made = 0;
  const counted = new Map<string, number>();

  before(async () => {
    world = await createWorld();
    const acme = { ...(await world.found('acme')), slug: 'acme' };
    orgId = decodeId('org', acme.organizationId) ?? assert.fail('no organization');
    const join = async (who: Who) => {
      const person = await joinOrganization(world, acme, beginsAs(who));
      return [who, { ...person, memberId: await memberIdOf(world, person) }] as const;
    };
    people = new Map(await Promise.all(PEOPLE.map(join)));
    // Of owners there is one: the founder would be another.
    const known = [...people.values()].map(({ userId }) => userId);
    await world.admin('delete from holdfast.member where user_id <> all ($1)', [known]);
    const owner = person('owner');
    const body = { kind: 'service', name: 'of the organization', scopes: ['models:use'] };
    const service = await world.call('api_key.create', { credential: owner.credential, body });
    objects = {
      'a provider': await makeProvider({ world, owner, upstream: 'https://models.example.com/v1' }),
      'a key of the organization': (service.body as { readonly id: string }).id,
      'a key of the member': (await makeKey(world, person('member').credential, ['models:use'])).id,
    };
  });
  after(() => world?.[Symbol.asyncDispose]());

  const person = (who: Who): Known => people.get(who) ?? assert.fail(who);
  const call = (who: Who, id: string, rest: object) => world.call(id, { credential: person(who).credential, ...rest });

  /** Groups with a lead each, and nothing else. */
  async function begin(): Promise<Model> {
    for (const table of ['object_grant', 'team', 'custom_role', 'project'])
      await world.admin(`delete from holdfast.${table}`);
    secrets = new Map();
    const model: Model = { bases: new Map(), teams: [], projects: [], roles: [], keys: [], grants: [] };
    for (const who of PEOPLE) {
      model.bases.set(who, beginsAs(who));
      if (await isPutBack(who, beginsAs(who))) await enter(who);
    }
    for (let at = 0; at < GROUPS; at += 1) {
      const id = async (route: string) =>
        ((await call('owner', route, { body: { name: fresh() } })).body as { readonly id: string }).id;
      model.teams.push({ id: await id('team.create'), places: new Map(), roles: new Set() });
      model.projects.push({ id: await id('project.create'), places: new Map() });
      for (const first of leadsOf(at)) await hold(model, first);
    }
    return model;
  }

  /** Whether somebody had become something else. Nobody becomes a guest who was none: they leave, and are let in anew. */
  async function isPutBack(who: Who, role: BuiltInRole): Promise<boolean> {
    const { memberId, userId } = person(who);
    const statement =
      role === 'guest'
        ? 'delete from holdfast.member where user_id = $1 and role <> $2 returning id'
        : 'update holdfast.member set role = $2 where user_id = $1 and role <> $2 returning id';
    const { rows } = await world.admin(statement, [userId, role]);
    if (rows.length > 0 && role === 'guest')
      await world.admin(
        'insert into holdfast.member (org_id, id, user_id, role, created_at) values ($1, $2, $3, $4, now())',
        [orgId, decodeId('mem', memberId), userId, role],
      );
    return rows.length > 0;
  }

  async function enter(who: Who): Promise<void> {
    const known = person(who);
    people = new Map(people).set(who, { ...known, credential: await signIn(world, known.email) });
  }

  const fresh = (): string => `name ${String((made += 1))}`;

  /** Asks for it, demands that what the model says comes of it, and writes it down. */
  async function hold(model: Model, asked: Command): Promise<boolean> {
    const isAllowed = allows(model, asked);
    const id = await ask(model, asked);
    assert.equal(id !== undefined, isAllowed, `${JSON.stringify(asked)} is ${isAllowed ? '' : 'not '}allowed`);
    if (id === undefined) return false;
    const endsSessions = asked.do === 'member.update' && baseOf(model, asked.to) !== asked.base;
    perform(model, asked, id);
    if (endsSessions) await enter(asked.to);
    return true;
  }

  /** The id of what was made or an empty text; undefined when the product refused. */
  async function ask(model: Model, asked: Command): Promise<string | undefined> {
    const key = keyOf(model, asked);
    const credential = key === undefined ? person(asked.by).credential : asKey(key, asked.by);
    try {
      const reply = await world.call(asked.do, { credential, ...requestOf({ person, objects, fresh }, model, asked) });
      const { id = '', key: secret } = (reply.body ?? {}) as { readonly id?: string; readonly key?: string };
      if (secret !== undefined) secrets = new Map(secrets).set(id, secret);
      return id;
    } catch (error) {
      const { spec } = error as { readonly spec?: { readonly status: number } };
      assert.ok(REFUSED.includes(spec?.status ?? 0), `${JSON.stringify(asked)}: ${String(error)}`);
      return undefined;
    }
  }

  /** For whoever uses it, where it acts for people. */
  function asKey({ id, of }: Key, user: Who): Credential {
    const claims = of !== undefined && 'people' in of ? { claims: { onBehalfOf: person(user).userId } } : {};
    return { kind: 'api_key', secret: secrets.get(id) ?? assert.fail(id), ...claims };
  }

  const principalOf = async (credential: Credential): Promise<Principal> =>
    (await recognize(world.kernel, credential)) ?? assert.fail('nobody is recognized');

  const permissionOf = (name: Name) => world.kernel.registry.roles.findPermission(name) ?? assert.fail(name);
  const widthIn = ({ reach }: Principal, name: Name): number =>
    hasBit(reach.all, permissionOf(name)) ? 2 : Number(hasBit(reach.own, permissionOf(name)));

  /** Asks the evaluator, as every check of a route does. */
  async function look(): Promise<Found> {
    const looks = PEOPLE.map(async (who) => {
      const principal = await principalOf(person(who).credential);
      const named = NAMES.flatMap((name) => [`own ${name}`, name].slice(0, widthIn(principal, name)));
      const onObjects = await inScope<OrgTx, readonly string[]>(world.kernel.lanes, { orgId }, async ({ tx }) => {
        const done: string[] = [];
        for (const on of OBJECTS) {
          const target = targetOf(on);
          for (const name of namesAbout(on))
            if (await isAllowed(tx, principal, permissionOf(name), target)) done.push(`${name} on ${on}`);
        }
        return done;
      });
      return [who, [...named, ...onObjects]] as const;
    });
    return new Map(await Promise.all(looks));
  }

  function targetOf(on: On) {
    const kind = on === 'a provider' ? 'provider' : 'api_key';
    const id = decodeId(kind === 'provider' ? 'prv' : 'key', objects[on]) ?? assert.fail(on);
    return { object: { kind, id }, owner_user_id: on === 'a key of the member' ? person('member').userId : null };
  }

  function expected(model: Model, who: Who): readonly string[] {
    const named = NAMES.flatMap((name) => [`own ${name}`, name].slice(0, widthOf(model, who, name)));
    const onObjects = OBJECTS.flatMap((on) =>
      namesAbout(on).flatMap((name) => (can(model, who, name, on) ? [`${name} on ${on}`] : [])),
    );
    return [...named, ...onObjects];
  }

  /** What each key can do, for each of whom it could be told to act for. */
  async function assertKeys(model: Model): Promise<void> {
    for (const key of model.keys)
      for (const who of PEOPLE) {
        const width = widthOfKey(model, key, who);
        const principal = await principalOf(asKey(key, who));
        const found = NAMES.map((name) => widthIn(principal, name));
        assert.deepEqual(
          found,
          NAMES.map((name) => width?.(name) ?? 0),
          `${JSON.stringify(key)} for ${who}`,
        );
      }
  }

  /** One call for real: what the evaluator says is what routes do. */
  async function assertDone(model: Model, turn: number): Promise<void> {
    const [who, on] = [pick(PEOPLE, turn) ?? 'owner', pick(OBJECTS, turn) ?? 'a provider'];
    const isProvider = on === 'a provider';
    const [route, params] = isProvider
      ? (['provider.update', { providerId: objects[on] }] as const)
      : (['api_key.get', { apiKeyId: objects[on] }] as const);
    const isDone = await call(who, route, { params, ...(isProvider ? { body: { local: false } } : {}) }).then(
      () => true,
      ({ spec }: { readonly spec?: { readonly status: number } }) => !REFUSED.includes(spec?.status ?? 0),
    );
    assert.equal(isDone, can(model, who, isProvider ? 'provider:update' : 'api_key:read', on), `${route} by ${who}`);
  }

  /** Does it all in turn; after each step the product, the model and what the giver had before must agree. */
  async function go(first: readonly Command[], commands: readonly Command[]): Promise<void> {
    const model = await begin();
    for (const asked of first) await hold(model, asked);
    let held = await look();
    for (const asked of commands) {
      if (!isAboutSomething(model, asked)) continue;
      const wasDone = await hold(model, asked);
      const outcome = `${asked.do} ${wasDone ? 'done' : 'refused'}`;
      counted.set(outcome, (counted.get(outcome) ?? 0) + 1);
      // What is refused changes nothing: the matrix looks at that for every operation.
      if (!wasDone) continue;
      const now = await look();
      assertHandedOn(asked, held, now);
      for (const who of PEOPLE) assert.deepEqual(now.get(who), expected(model, who), `${who} after ${asked.do}`);
      await assertKeys(model);
      await assertDone(model, counted.size);
      held = now;
    }
  }

  for (const [at, commands] of tricky.entries())
    it(`never gives, by any sequence of calls that it takes luck to come upon (${String(at + 1)}), what its giver does not hold`, () =>
      go([], commands));

  it('never gives, by any sequence of calls of anybody or of their keys, what its giver does not hold', async (t) => {
    counted.clear();
    let sequences = 0;
    await fc.assert(
      fc.asyncProperty(beginning, fc.array(command, { minLength: 10, maxLength: 25 }), async (first, commands) => {
        await go(first, commands);
        sequences += 1;
      }),
      { numRuns: 20, interruptAfterTimeLimit: MAKING_MS, markInterruptAsFailure: false },
    );
    assert.ok(sequences >= SEQUENCES_MIN, `${String(sequences)} sequences`);
    // A sequence in which nothing is ever allowed would show nothing.
    for (const outcome of ['grant.give done', 'grant.give refused'])
      assert.ok((counted.get(outcome) ?? 0) > 0, `nothing was ${outcome}`);
    assert.deepEqual(world.unexpected, []);
    t.diagnostic(
      [...counted]
        .map(([outcome, count]) => `${outcome} ${String(count)}`)
        .toSorted()
        .join(', '),
    );
  });
});

/** One of them leads each team and project. */
function leadsOf(at: number): readonly Command[] {
  return [
    { do: 'team.place_member', by: 'owner', team: at, to: 'lead', isLead: true },
    { do: 'project.place_member', by: 'owner', project: at, to: 'lead', isLead: true },
  ];
}

/** Whoever gave something could do it the moment before, whatever a model says. */
function assertHandedOn(asked: Command, before: Found, after: Found): void {
  const of = (found: Found, who: Who): readonly string[] => found.get(who) ?? assert.fail(who);
  const giver = of(before, asked.by);
  for (const who of PEOPLE) {
    // A key of one's own comes with the role that has such keys.
    const comesWithRole = (each: string) => asked.do === 'member.update' && each.endsWith(' on a key of the member');
    const gained = of(after, who).filter((each) => !of(before, who).includes(each) && !comesWithRole(each));
    assert.deepEqual(
      gained.filter((each) => !giver.includes(each)),
      [],
      `${JSON.stringify(asked)} gives ${who} more`,
    );
  }
}
