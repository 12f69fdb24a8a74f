// Custom roles and keys of the organization: what they give flows into what a key may do, and never past its maker.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { encodeId } from '@holdfast/protocol/ids.ts';
import type { Credential } from '#kernel/credential.ts';
import type { AppError } from '#kernel/errors.ts';
import { memberIdOf } from '#test/memberships.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

describe('a key of the organization and custom roles', () => {
  let world: World;
  let acme: Founded & { readonly slug: string };
  let manager: Person;
  let reader: Person;

  before(async () => {
    world = await createWorld();
    acme = { ...(await world.found()), slug: 'acme' };
    manager = await joinOrganization(world, acme, 'viewer');
    reader = await joinOrganization(world, acme, 'member');
    await give(manager, ['security_configuration:manage', 'api_key:read', 'models:use']);
    await give(reader, ['audit:read']);
  });
  after(() => world?.[Symbol.asyncDispose]());

  async function give(person: Person, permissions: readonly string[]): Promise<void> {
    const { credential } = acme;
    const made = await world.call('role.create', { credential, body: { name: person.email, permissions } });
    const params = { roleId: (made.body as { readonly id: string }).id, memberId: await memberIdOf(world, person) };
    await world.call('role.give', { credential, params });
  }
  const service = (credential: Credential, scopes: readonly string[], people: readonly Person[] = []) =>
    world.call('api_key.create', {
      credential,
      body: {
        kind: 'service',
        name: 'k',
        scopes,
        ...(people.length === 0 ? {} : { actsFor: people.map(({ userId }) => encodeId('usr', userId)) }),
      },
    });
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'done',
      (error: unknown) => (error as AppError).code,
    );

  test('has what a custom role gives the person it acts for, and says why', async () => {
    const { id, key } = (await service(acme.credential, ['audit:read'], [reader])).body as Record<'id' | 'key', string>;
    const credential = { kind: 'api_key', secret: key, claims: { onBehalfOf: reader.userId } } as const;
    assert.equal(await codeOf(world.call('audit.list', { credential })), 'done');
    const { body } = await world.call('api_key.get_reach', { credential: acme.credential, params: { apiKeyId: id } });
    const [first] = (body as { readonly items: readonly { readonly scopes: readonly { readonly why: string }[] }[] })
      .items;
    assert.deepEqual(
      first?.scopes.map(({ why }) => why),
      ['granted'],
    );
  });

  test('is given nothing by who manages keys that they do not hold themselves, alone or by somebody who does', async () => {
    assert.equal(await codeOf(service(manager.credential, ['models:use'])), 'done');
    assert.equal(await codeOf(service(manager.credential, ['audit:read'])), 'api_key.scope_refused');
    assert.equal(await codeOf(service(manager.credential, ['audit:read'], [reader])), 'api_key.scope_refused');
    // A member sees what they used themselves, an owner what everybody did.
    const owner = await joinOrganization(world, acme, 'owner');
    const member = await joinOrganization(world, acme, 'member');
    await give(member, ['security_configuration:manage', 'api_key:read']);
    assert.equal(await codeOf(service(member.credential, ['usage:read'], [member])), 'done');
    assert.equal(await codeOf(service(member.credential, ['usage:read'], [owner])), 'api_key.person_refused');
  });
});
