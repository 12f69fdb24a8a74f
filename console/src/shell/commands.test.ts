// Tests what the command palette offers, and to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../api/session.ts';
import { commandsFor, findCommands } from './commands.ts';

function sessionWith(permissions: readonly string[]): Session {
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

const labels = (session: Session, typed = '') => findCommands(commandsFor(session), typed).map(({ label }) => label);

test('whoever may do nothing is offered what everybody has', () => {
  assert.deepEqual(labels(sessionWith([])), ['Overview', 'Your account']);
});

test('an action is offered with the permission of its own operation alone', () => {
  const reader = sessionWith(['api_key:read']);
  assert.deepEqual(labels(reader, 'key'), ['API keys']);
  assert.deepEqual(labels(sessionWith(['api_key:read', 'api_key:create']), 'key'), ['API keys', 'Make an API key']);
});

test('every word that was typed is looked for, in any case and order', () => {
  const session = sessionWith(['provider:create', 'provider:read']);
  assert.deepEqual(labels(session, 'PROV conn'), ['Connect a provider']);
  assert.deepEqual(labels(session, 'action'), ['Connect a provider']);
  assert.deepEqual(labels(session, 'nothing like it'), []);
});
