// Tests that no address leads whoever signs in to another host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnPath } from './own-path.ts';

test('paths of the console are taken', () => {
  for (const path of ['/', '/keys', '/audit?x=1#y', '/account/forgotten']) assert.ok(isOwnPath(path), path);
});

test('what a browser would read as another host is not, and nothing that is no path', () => {
  const foreign = ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', 'keys'];
  for (const path of [...foreign, '/\t/evil.example', '/\n/evil.example', undefined, 7])
    assert.ok(!isOwnPath(path), String(path));
});
