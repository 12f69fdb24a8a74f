// What people read after somebody was changed or taken out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedIn, endedText } from './ended.ts';

const none = {
  sessions: 0,
  apiKeys: 0,
  organizationKeys: 0,
  keysHandedOver: 0,
  teams: 0,
  projects: 0,
  roles: 0,
  invitations: 0,
  ownershipOffers: 0,
  grants: 0,
};

test('what ended is counted in words, and nothing is said of nothing', () => {
  assert.equal(endedText(none), '');
  assert.equal(endedText({ ...none, sessions: 1 }), '1 session ended.');
  assert.equal(endedText({ ...none, sessions: 2, apiKeys: 1 }), '2 sessions and 1 key ended.');
  assert.equal(
    endedText({ ...none, sessions: 1, apiKeys: 2, projects: 2, invitations: 3, ownershipOffers: 2, grants: 4 }),
    '1 session, 2 keys, 2 places in projects, 3 invitations, 2 offers of ownership and 4 grants ended.',
  );
});

test('each number has words of its own, for one and for several', () => {
  const words: Readonly<Record<keyof typeof none, readonly [one: string, two: string]>> = {
    sessions: ['1 session ended.', '2 sessions ended.'],
    apiKeys: ['1 key ended.', '2 keys ended.'],
    organizationKeys: ['1 key of the organization ended.', '2 keys of the organization ended.'],
    keysHandedOver: ['1 key of the organization handed over.', '2 keys of the organization handed over.'],
    teams: ['1 place in a team ended.', '2 places in teams ended.'],
    projects: ['1 place in a project ended.', '2 places in projects ended.'],
    roles: ['1 custom role ended.', '2 custom roles ended.'],
    invitations: ['1 invitation ended.', '2 invitations ended.'],
    ownershipOffers: ['1 offer of ownership ended.', '2 offers of ownership ended.'],
    grants: ['1 grant ended.', '2 grants ended.'],
  };
  for (const [name, [one, two]] of Object.entries(words)) {
    assert.equal(endedText({ ...none, [name]: 1 }), one);
    assert.equal(endedText({ ...none, [name]: 2 }), two);
  }
  assert.equal(
    endedText({ ...none, sessions: 1, keysHandedOver: 2 }),
    '1 session ended. 2 keys of the organization handed over.',
  );
});

test('what several replies tell is told as one sum, and replies without a number add nothing', () => {
  const each = Object.fromEntries(Object.keys(none).map((name) => [name, 1])) as typeof none;
  const two = Object.fromEntries(Object.keys(none).map((name) => [name, 2])) as typeof none;
  assert.equal(endedIn([{ ended: each }, undefined, { ended: each }, {}]), endedText(two));
  assert.equal(endedIn([undefined, {}]), '');
});
