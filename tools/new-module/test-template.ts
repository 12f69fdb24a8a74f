// The text of a new module's test: what its routes promise, and that organizations do not see each other.
import type { Template } from './names.ts';

export const tests: Template = ({ resource, parameter, words, manyWords }) => `
// What the routes of ${manyWords} promise, on a real database as the runtime role.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld } from '#test/world.ts';

const body = { name: 'first' };

function idIn(reply: { readonly body: unknown }): string {
  assert.ok(typeof reply.body === 'object' && reply.body !== null && 'id' in reply.body);
  return String(reply.body.id);
}

test('what was made is found and listed until it is deleted', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const made = await world.call('${resource}.create', { credential, body });
  const params = { ${parameter}: idIn(made) };
  assert.deepEqual((await world.call('${resource}.get', { credential, params })).body, made.body);
  const listed = await world.call('${resource}.list', { credential });
  assert.deepEqual(listed.body, { items: [made.body], nextCursor: null });
  await world.call('${resource}.delete', { credential, params });
  await assert.rejects(world.call('${resource}.get', { credential, params }), { code: 'resource.not_found' });
});

test('a ${words} of one organization is a 404 for the owner of another', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  const made = await world.call('${resource}.create', { credential: acme.credential, body });
  const params = { ${parameter}: idIn(made) };
  for (const route of ['${resource}.get', '${resource}.delete']) {
    await assert.rejects(world.call(route, { credential: other.credential, params }), { code: 'resource.not_found' });
  }
  const seen = await world.call('${resource}.list', { credential: other.credential });
  assert.deepEqual(seen.body, { items: [], nextCursor: null });
});

test('a name is given once in an organization, and again in another', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  await world.call('${resource}.create', { credential: acme.credential, body });
  await assert.rejects(world.call('${resource}.create', { credential: acme.credential, body }), {
    code: '${resource}.name_taken',
  });
  assert.equal((await world.call('${resource}.create', { credential: other.credential, body })).status, 201);
});
`;
