// Tests that lists are read as they are typed, and that a fault is told with the line it is about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../api/problem.ts';
import { blocksIn, faultIn } from './blocks.ts';

test('blocks stand on lines, or between commas and spaces', () => {
  assert.deepEqual(blocksIn(' 10.0.0.0/8\n\n2001:db8::/32, 192.0.2.0/24 \r\n'), [
    '10.0.0.0/8',
    '2001:db8::/32',
    '192.0.2.0/24',
  ]);
  assert.deepEqual(blocksIn(' \n'), []);
});

test('a fault is told with what was typed, at the list it is about', () => {
  const error = new Problem({
    title: 'A block is not written in its canonical form',
    status: 422,
    code: 'network_rules.not_canonical',
    about: undefined,
    detail: undefined,
    help: undefined,
    fields: [
      { pointer: '/body/api/1', message: 'is written 10.0.0.0/8' },
      { pointer: '/body/models', message: 'is too long' },
    ],
    requestId: undefined,
    retryAfterSeconds: undefined,
    demandedProof: undefined,
  });
  assert.equal(faultIn(error, 'api', ['a', '10.1.0.0/8']), '10.1.0.0/8 is written 10.0.0.0/8');
  assert.equal(faultIn(error, 'models', []), 'is too long');
  assert.equal(faultIn(error, 'console', []), undefined);
  assert.equal(faultIn(new Error('other'), 'api', []), undefined);
});
