// Tests what is kept from whom: a role is beyond somebody for the permissions alone that they do not hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countText, holdsForAll, lackingOf, type Permission, whyBeyond } from './authority.ts';

const one = (name: string, isGivable: boolean): Permission => ({
  name,
  description: '',
  builtIn: ['owner'],
  own: [],
  isKeyScope: false,
  isGivable,
});
const known = [one('api_key:read', true), one('security_configuration:manage', false)];

test('a role is beyond whoever lacks one of its permissions, and the reason names it', () => {
  assert.deepEqual(lackingOf(known, ['api_key:read', 'security_configuration:manage']), [
    'security_configuration:manage',
  ]);
  assert.equal(whyBeyond(known, ['api_key:read']), undefined);
  assert.match(whyBeyond(known, ['security_configuration:manage']) ?? '', /security_configuration:manage/);
});

test('names that no release knows any more stand in nobody’s way', () => {
  assert.deepEqual(lackingOf(known, ['gone:away']), []);
});

test('what is held for everything is told from what is not, once it is known', () => {
  assert.equal(holdsForAll(known, 'api_key:read'), true);
  assert.equal(holdsForAll(known, 'security_configuration:manage'), false);
  assert.equal(holdsForAll(known, 'team:fill'), false);
  assert.equal(holdsForAll(undefined, 'team:fill'), true);
});

test('one is not many', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => countText(count, 'member', 'members')),
    ['0 members', '1 member', '2 members'],
  );
});
