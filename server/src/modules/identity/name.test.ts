// A person's name: changed by the person alone, to the version that was read, and traced without saying which.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { createWorld, type World } from '#test/world.ts';

describe('the name of a person', () => {
  let world: World;
  let person: Person;
  let owner: Credential;

  before(async () => {
    world = await createWorld();
    const acme = await world.found('acme');
    owner = acme.credential;
    person = await joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'viewer');
  });
  after(() => world[Symbol.asyncDispose]());

  const rename = (name: string, ifMatch?: string) =>
    world.call('account.update', {
      credential: person.credential,
      body: { name },
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });

  it('is what everybody sees from then on, and nobody else has another', async () => {
    const { body } = await rename('  Mia Member ');
    assert.equal((body as { readonly name: string }).name, 'Mia Member');
    const account = await world.call('account.get', { credential: person.credential });
    assert.deepEqual(account.body, body);
    const members = await world.call('member.list', { credential: owner });
    const names = (members.body as { readonly items: readonly { readonly name: string }[] }).items.map(
      ({ name }) => name,
    );
    assert.deepEqual(names.toSorted(), ['Mia Member', 'Olga Owner']);
  });

  it('is changed from what was read, or not at all', async () => {
    const read = await world.call('account.get', { credential: person.credential });
    const tag = read.headers['etag'] ?? '';
    await rename('Mia the First', tag);
    await assert.rejects(rename('Mia the Second', tag), { code: 'resource.changed' });
    const { body } = await world.call('account.get', { credential: person.credential });
    assert.equal((body as { readonly name: string }).name, 'Mia the First');
  });

  it('is a line of text', async () => {
    for (const name of ['', '   ', 'two\nlines', 'x'.repeat(101)])
      await assert.rejects(rename(name), { code: 'request.invalid' }, JSON.stringify(name));
  });

  it('leaves a trace that holds no name', async () => {
    await rename('Nobody must read this');
    const { rows } = await world.admin(
      "select action, outcome, facts::text as facts from holdfast.audit_pending where action = 'account.updated' order by at desc limit 1",
    );
    assert.deepEqual(rows, [{ action: 'account.updated', outcome: 'allowed', facts: '{"changed": ["name"]}' }]);
  });
});
