// Tests that an emergency session has what an owner has, but for what it must never use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayEver } from '#kernel/authorize.ts';
import { reachCovers } from '#kernel/permissions.ts';
import type { EmergencyPrincipal } from '#kernel/principal.ts';
import { buildRegistry } from '#kernel/registry.ts';
import { modules } from '../../modules.ts';
import { reachOfEmergency } from './reach.ts';

const { roles } = buildRegistry(modules);
const emergency: EmergencyPrincipal = {
  kind: 'emergency',
  useId: 'use',
  orgId: 'org',
  role: 'owner',
  epoch: '',
  endsAt: new Date(0),
  ...reachOfEmergency(roles),
};

test('it may do what an owner may to any object, but makes and changes no key, and calls no model', () => {
  const ofOwners = roles.permissions.filter((permission) => permission.all.includes('owner'));
  const lacking = ofOwners.filter((permission) => !mayEver(emergency, permission)).map(({ name }) => name);
  const kinds = lacking.filter((name) => !name.startsWith('api_key:'));
  assert.deepEqual(kinds, ['models:use']);
  for (const name of ['api_key:create', 'api_key:restrict']) assert.ok(lacking.includes(name), name);
  for (const name of ['api_key:read', 'api_key:revoke']) assert.ok(!lacking.includes(name), name);
});

test('it holds nothing that is for one’s own alone, but to see that it is nobody', () => {
  const found = roles.permissions.filter(
    (permission) => !permission.all.includes('owner') && mayEver(emergency, permission),
  );
  assert.deepEqual(
    found.map(({ name }) => name),
    ['session:read'],
  );
});

test('it can act upon whom an owner can', () => {
  assert.ok(reachCovers(emergency.reach, roles.reachOf('owner')));
});
