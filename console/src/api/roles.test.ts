// Which roles are offered to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROLES, whyNotGive } from './roles.ts';

const givenBy = (own: (typeof ROLES)[number]) => ROLES.filter((wanted) => whyNotGive(own, wanted) === undefined);

test('everybody is offered the roles up to their own, and owners all of them', () => {
  assert.deepEqual(givenBy('owner'), ['owner', 'admin', 'member', 'viewer']);
  assert.deepEqual(givenBy('admin'), ['admin', 'member', 'viewer']);
  assert.deepEqual(givenBy('viewer'), ['viewer']);
});

test('a role that is not offered says why', () => {
  assert.match(whyNotGive('admin', 'owner') ?? '', /owners make owners/);
  assert.match(whyNotGive('viewer', 'admin') ?? '', /more than your own role \(viewer\)/);
});
