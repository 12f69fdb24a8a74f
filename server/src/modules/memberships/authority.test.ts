// No sequence of what members can do to each other gives anybody more than a model of ranks allows, or leaves nobody in charge.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Arbitrary,
  array,
  assert as holds,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  record,
  tuple,
} from 'fast-check';
import { encodeId } from '#kernel/fields.ts';
import { inScope, type OrgTx, type PersonTx } from '#db/scope.ts';
import type { Credential } from '#kernel/credential.ts';
import { INSIDE_ROLES } from '#kernel/permissions.ts';
import { mintSession, openSession } from '#modules/sessions.ts';
import { withFreshBudgets } from '#test/invitations.ts';
import { newestToken } from '#test/outbox.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, makeCall, type World } from '#test/world.ts';
import { activeOwners, ACTS, BEGINNING, type Command, type Model, nextOf } from './authority.test-support.ts';

const PEOPLE = 3;
const OFTEN = ['invite', 'accept', 'change'] as const;
const isAct = (name: string): name is Command['do'] => name in ACTS;
const anybody = nat({ max: PEOPLE - 1 });
const anyCommand: Arbitrary<Command> = record({
  // Coming in is as frequent as all that ends it, or there would be nobody to do anything to.
  do: constantFrom<Command['do'][]>(...OFTEN, ...OFTEN, ...Object.keys(ACTS).filter(isAct)),
  // The first one begins as the owner of all.
  by: oneof({ weight: 2, arbitrary: constant(0) }, { weight: 3, arbitrary: anybody }),
  to: anybody,
  role: constantFrom(...INSIDE_ROLES),
  stays: boolean(),
});

/** Everybody comes in first, so that there is somebody to do things to. */
const anySequence: Arbitrary<readonly Command[]> = tuple(
  anyCommand,
  anyCommand,
  array(anyCommand, { minLength: 15, maxLength: 25 }),
).map(([one, two, rest]) => [
  { ...one, do: 'invite', by: 0, to: 1 },
  { ...one, do: 'accept', by: 1 },
  { ...two, do: 'invite', by: 0, to: 2 },
  { ...two, do: 'accept', by: 2 },
  ...rest,
]);

describe('any sequence of changes to who is in an organization', () => {
  let world: World;
  let orgId: string;
  let homeId: string;
  let people: readonly Person[];

  before(async () => {
    world = await createWorld();
    await world.found('acme');
    const home = { ...(await world.found('home')), slug: 'home' };
    people = await Promise.all(Array.from({ length: PEOPLE }, () => joinOrganization(world, home, 'member')));
    [orgId, homeId] = [await idOf('acme'), await idOf('home')];
  });
  after(() => world[Symbol.asyncDispose]());

  async function idOf(slug: string): Promise<string> {
    const { rows } = await world.admin('select org_id from holdfast.organization where slug = $1', [slug]);
    return (rows[0] as { readonly org_id: string }).org_id;
  }

  /** As in the beginning of the model: the first person owns it alone. */
  async function begin(): Promise<void> {
    await world.admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at) values ($1, gen_random_uuid(), $2, 'owner', now())
         on conflict (org_id, user_id) do update set role = 'owner', status = 'active'`,
      [orgId, people[0]?.userId],
    );
    await world.admin('delete from holdfast.member where org_id = $1 and user_id <> $2', [orgId, people[0]?.userId]);
    await world.admin('delete from holdfast.invitation');
    await world.admin('delete from holdfast.ownership_offer');
  }

  /** A session of a person, whether they are a member there or not. */
  async function sessionOf(who: number, inOrg: string): Promise<Credential> {
    const { lanes, tools } = world.kernel;
    const { userId } = people[who] ?? assert.fail();
    const entered = { org_id: inOrg, idle_minutes: null, absolute_minutes: null };
    const minted = mintSession(tools, userId, entered, 'password');
    const { caller } = makeCall({});
    await inScope<OrgTx & PersonTx, unknown>(lanes, { orgId: inOrg, userId }, ({ tx, now }) =>
      openSession({ tx, now, caller, note: () => undefined }, minted),
    );
    return { kind: 'session', secret: minted.cookie.slice('session='.length) };
  }

  /** The public id of a membership, or of one that never was. */
  async function memberIdOf(who: number): Promise<string> {
    const { rows } = await world.admin('select id from holdfast.member where org_id = $1 and user_id = $2', [
      orgId,
      people[who]?.userId,
    ]);
    const [found] = rows as readonly { readonly id: string }[];
    return encodeId('mem', found?.id ?? world.kernel.tools.newId());
  }

  async function invitationOf(who: number): Promise<string> {
    const { rows } = await world.admin(
      "select id from holdfast.invitation where lower(email) = lower($1) and state = 'open'",
      [people[who]?.email],
    );
    const [found] = rows as readonly { readonly id: string }[];
    return encodeId('inv', found?.id ?? world.kernel.tools.newId());
  }

  const ROUTES = {
    invite: 'invitation.create',
    cancel: 'invitation.cancel',
    accept: 'invitation.enter',
    change: 'member.update',
    suspend: 'member.suspend',
    resume: 'member.resume',
    remove: 'member.remove',
    leave: 'member.leave',
    offer: 'ownership.offer',
    take: 'ownership.accept_offer',
    decline: 'ownership.decline_offer',
    withdraw: 'ownership.cancel_offer',
  } as const;

  const onMember = async ({ to }: Command) => ({ params: { memberId: await memberIdOf(to) } });
  const nothing = async () => ({});
  const inputs: Readonly<Record<Command['do'], (command: Command) => Promise<object>>> = {
    invite: async ({ to, role }) => ({ body: { email: people[to]?.email, role } }),
    cancel: async ({ to }) => ({ params: { invitationId: await invitationOf(to) } }),
    accept: async ({ by }) => ({ body: { token: await tokenFor(by) } }),
    change: async (command) => ({ ...(await onMember(command)), body: { role: command.role } }),
    suspend: onMember,
    resume: onMember,
    remove: onMember,
    offer: async ({ to, stays }) => ({ body: { memberId: await memberIdOf(to), staysOwner: stays } }),
    leave: nothing,
    take: nothing,
    decline: nothing,
    withdraw: nothing,
  };

  /** Of the newest mail there is, whatever became of the invitation. */
  async function tokenFor(who: number): Promise<string> {
    return newestToken(world, people[who]?.email ?? '', 'invitation').catch(() => 'A'.repeat(43));
  }

  /** Whether it was done. A refusal is one of the product's own, never a fault. */
  async function run(command: Command): Promise<boolean> {
    const credential = await sessionOf(command.by, command.do === 'accept' ? homeId : orgId);
    const input = await inputs[command.do](command);
    try {
      await world.call(ROUTES[command.do], { credential, ...input }, withFreshBudgets(world));
      return true;
    } catch (error) {
      const { spec } = error as { readonly spec?: { readonly status: number } };
      assert.ok(spec !== undefined && [401, 403, 404, 409].includes(spec.status), String(error));
      return false;
    }
  }

  async function found(): Promise<readonly string[]> {
    const { rows } = await world.admin('select user_id, role, status from holdfast.member where org_id = $1', [orgId]);
    return (rows as readonly { readonly user_id: string; readonly role: string; readonly status: string }[])
      .map((row) => `${people.findIndex(({ userId }) => userId === row.user_id)} ${row.role} ${row.status}`)
      .toSorted();
  }

  const expected = ({ members }: Model): readonly string[] =>
    [...members].map(([who, { role, isActive }]) => `${who} ${role} ${isActive ? 'active' : 'suspended'}`).toSorted();

  it('does what a model of ranks allows, refuses everything else, and keeps an active owner at every step', async () => {
    let done = 0;
    await holds(
      asyncProperty(anySequence, async (commands) => {
        await begin();
        let model = BEGINNING;
        for (const command of commands) {
          const next = nextOf(model, command);
          const wasDone = await run(command);
          assert.equal(wasDone, next !== undefined, `${JSON.stringify(command)} as ${expected(model).join(', ')}`);
          done += wasDone ? 1 : 0;
          model = next ?? model;
          assert.deepEqual(await found(), expected(model), JSON.stringify(command));
          assert.ok(activeOwners(model).length > 0);
        }
      }),
      { numRuns: 10 },
    );
    // A sequence in which nothing is ever allowed would show nothing.
    assert.ok(done > 45, `${done} were done`);
    assert.deepEqual(world.unexpected, []);
  });
});
