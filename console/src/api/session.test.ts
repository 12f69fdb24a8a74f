// Tests what a session may use: each thing that an operation checks asks for one permission of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { may, type Session, whyNot } from './session.ts';

function sessionWith(...permissions: readonly string[]): Session {
  return {
    user: { id: 'usr_1', name: 'Vera', email: 'vera@acme.example' },
    organization: { id: 'org_1', name: 'Acme', slug: 'acme' },
    role: 'viewer',
    permissions,
    provenAt: null,
    provenBy: null,
    needsFactor: false,
  };
}

test('an operation that checks one permission twice asks for it once', () => {
  assert.equal(may(sessionWith('role:give'), 'role.give'), true);
  assert.equal(whyNot(sessionWith(), 'role.give'), 'Your role (viewer) does not include role:give.');
});

test('an operation that checks two things asks for both, and says which is missing', () => {
  assert.equal(may(sessionWith('team:fill'), 'team.place_member'), false);
  assert.equal(may(sessionWith('team:fill', 'team:read'), 'team.place_member'), true);
  assert.match(whyNot(sessionWith('team:read'), 'team.place_member') ?? '', /include team:fill\.$/);
});

test('of alternatives one is enough', () => {
  assert.equal(may(sessionWith('audit:verify'), 'audit.list'), true);
});
