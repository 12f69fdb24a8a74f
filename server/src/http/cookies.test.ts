// The session cookie: what browsers are told, and what is read back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSecret } from '#crypto/secret.ts';
import { AppError } from '#kernel/errors.ts';
import { createSessionCookie } from './cookies.ts';

const cookie = createSessionCookie(7420);

test('the cookie is bound to the host, hidden from scripts, and carries the port', () => {
  const attributes = cookie.set(toSecret('token'), 3600).split('; ');
  assert.equal(attributes[0], '__Host-holdfast-7420=token');
  assert.deepEqual(
    new Set(attributes.slice(1)),
    new Set(['Max-Age=3600', 'Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']),
  );
  assert.match(cookie.clear(), /^__Host-holdfast-7420=; Max-Age=0; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});

test('only the cookie of exactly this name is read', () => {
  assert.equal(cookie.find('a=b; __Host-holdfast-7420=token; c=d'), 'token');
  assert.equal(cookie.find('__Host-holdfast-7420=a=b'), 'a=b');
  for (const header of [
    undefined,
    '',
    '__Host-holdfast-7421=token',
    '__host-holdfast-7420=token',
    'x__Host-holdfast-7420=token',
    '__Host-holdfast-7420',
    '__Host-holdfast-7420=',
  ])
    assert.equal(cookie.find(header), undefined, String(header));
});

test('two cookies of the name are refused, equal ones too', () => {
  for (const header of [
    '__Host-holdfast-7420=a; __Host-holdfast-7420=b',
    '__Host-holdfast-7420=a;__Host-holdfast-7420=a',
  ])
    assert.throws(
      () => cookie.find(header),
      (error: unknown) => error instanceof AppError && error.code === 'request.duplicate_header',
    );
});

test('a port that is known only after listening is asked for each time', () => {
  let port = 0;
  const late = createSessionCookie(() => port);
  port = 4711;
  assert.match(late.clear(), /^__Host-holdfast-4711=/);
  assert.equal(late.find('__Host-holdfast-4711=token'), 'token');
});
