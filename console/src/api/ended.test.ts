// What people read after somebody was changed or taken out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedText } from './ended.ts';

const none = {
  sessions: 0,
  apiKeys: 0,
  organizationKeys: 0,
  keysHandedOver: 0,
  projects: 0,
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
    '1 session, 2 keys, 2 places in a project, 3 invitations, 2 offers of ownership and 4 grants ended.',
  );
});
