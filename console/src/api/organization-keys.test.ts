// Which keys of the organization rest on whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restingOn } from './organization-keys.ts';

const key = (name: string, rest: object) => ({
  id: `key_${name}`,
  name,
  responsibleUserId: null,
  actsFor: null,
  revokedAt: null,
  ...rest,
});

test('a key rests on who answers for it and on those for whom it acts, and on nobody when it was revoked', () => {
  const keys = [
    key('hers', { responsibleUserId: 'usr_1' }),
    key('forHer', { responsibleUserId: 'usr_2', actsFor: ['usr_3', 'usr_1'] }),
    key('another', { responsibleUserId: 'usr_2', actsFor: ['usr_3'] }),
    key('gone', { responsibleUserId: 'usr_1', revokedAt: '2026-01-01T00:00:00Z' }),
  ];
  assert.deepEqual(restingOn(keys, ['usr_1']), [
    { id: 'key_hers', name: 'hers', answers: ['usr_1'], acts: [] },
    { id: 'key_forHer', name: 'forHer', answers: [], acts: ['usr_1'] },
  ]);
  assert.deepEqual(restingOn(keys, ['usr_4']), []);
  assert.equal(restingOn(keys, ['usr_1', 'usr_2']).length, 3);
});
