// Keys of the organization where an organization's own roles give people more: neither a maker nor who rotates gets beyond themselves.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { encodeId } from '#kernel/fields.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

type Shown = { readonly id: string; readonly key: string; readonly version: number };

describe('keys of the organization, where it has roles of its own', () => {
  let world: World;
  let acme: { readonly organizationId: string; readonly slug: string };
  let owner: Person;
  let keeper: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found('acme')), slug: 'acme' };
    owner = await joinOrganization(world, acme, 'owner');
    keeper = await joinHolding(['security_configuration:manage']);
  });
  after(() => world?.[Symbol.asyncDispose]());

  let made = 0;
  /** Somebody whose built-in role is the one of every member, and who holds these beside it. */
  async function joinHolding(permissions: readonly string[]): Promise<Person> {
    const person = await joinOrganization(world, acme, 'member');
    const body = { name: `role ${String((made += 1))}`, permissions };
    const { credential } = owner;
    const role = (await world.call('role.create', { credential, body })).body as { readonly id: string };
    const params = { roleId: role.id, memberId: await memberIdOf(world, person) };
    await world.call('role.give', { credential, params });
    return person;
  }
  const make = async ({ credential }: Person, body: object): Promise<Shown> => {
    const wanted = { name: 'made for a test', kind: 'service', ...body };
    return (await world.call('api_key.create', { credential, body: wanted })).body as Shown;
  };
  const rotate = async ({ credential }: Person, { id, version }: Shown): Promise<Shown> => {
    const ifMatch = `"${String(version)}"`;
    const call = { credential, params: { apiKeyId: id }, body: { overlapHours: 24 }, ifMatch };
    return (await world.call('api_key.rotate', call)).body as Shown;
  };
  const idOf = ({ userId }: Person): string => encodeId('usr', userId);
  const beyond = { code: 'api_key.beyond_yours' };

  it('are not rotated by who holds less than they do: the new secret would be theirs to use', async () => {
    const strong = await make(owner, { scopes: ['audit:read'] });
    await assert.rejects(rotate(keeper, strong), beyond);
    const modest = await make(owner, { scopes: ['models:use'] });
    assert.notEqual((await rotate(keeper, modest)).key, modest.key);
    assert.notEqual((await rotate(owner, strong)).key, strong.key);
  });

  it('are not rotated by who holds less than one of their people, who may be suspended now', async () => {
    const reader = await joinHolding(['usage:read']);
    const key = await make(owner, { scopes: ['usage:read'], actsFor: [idOf(keeper), idOf(reader)] });
    await assert.rejects(rotate(keeper, key), beyond);
    await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [reader.userId]);
    await assert.rejects(rotate(keeper, key), beyond);
    const own = await make(owner, { scopes: ['usage:read'], actsFor: [idOf(keeper)] });
    assert.notEqual((await rotate(keeper, own)).key, own.key);
  });

  it('act for nobody who holds more than their maker by such a role', async () => {
    const reader = await joinHolding(['usage:read']);
    const wanted = { scopes: ['usage:read'], actsFor: [idOf(reader)] };
    await assert.rejects(make(keeper, wanted), { code: 'api_key.person_refused' });
    const key = await make(keeper, { ...wanted, actsFor: [idOf(keeper)] });
    const { credential } = keeper;
    const change = { credential, params: { apiKeyId: key.id }, body: { actsFor: [idOf(keeper), idOf(reader)] } };
    await assert.rejects(world.call('api_key.update', change), { code: 'api_key.person_refused' });
    await make(owner, wanted);
  });
});
