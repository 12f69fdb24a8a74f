// Tests that what can be logged is declared, and that a declaration that could let something slip is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineLogEvent, type FieldDeclarations, listLogEvents } from './events.ts';

const parts = (fields: FieldDeclarations, message = 'Something happened') =>
  ({ level: 'info', message, fields }) as const;

test('a declared event is frozen and listed once', () => {
  const event = defineLogEvent('test_events.listed', parts({ count: 'number' }));
  assert.ok(Object.isFrozen(event) && Object.isFrozen(event.fields));
  assert.deepEqual(
    listLogEvents().filter(({ id }) => id === 'test_events.listed'),
    [event],
  );
  assert.throws(() => defineLogEvent('test_events.listed', parts({})), /declared twice/);
});

test('the list is in the order of ids', () => {
  for (const name of ['z', 'b', 'm']) defineLogEvent(`test_order.${name}`, parts({}));
  const ids = listLogEvents().map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted());
});

const faults: readonly (readonly [fault: RegExp, id: string, fields: FieldDeclarations, message?: string])[] = [
  [/the id/, 'nodot', {}],
  [/the id/, 'Test.upper', {}],
  [/the id/, 'test_fault.x"\n', {}],
  [/message/, 'test_fault.a', {}, ''],
  [/message/, 'test_fault.b', {}, 'two\nlines'],
  [/message/, 'test_fault.c', {}, 'x'.repeat(161)],
  [/scanner would mask part/, 'test_fault.d', {}, 'Ask alice@example.com'],
  [/scanner would mask part/, 'test_fault.e', {}, 'The token: refused'],
  [/camel case/, 'test_fault.f', { Upper: 'name' }],
  [/camel case/, 'test_fault.g', { 'a"b': 'name' }],
  [/camel case/, 'test_fault.h', { ['__proto__']: 'name' }],
  [/written by the log/, 'test_fault.i', { requestId: 'id' }],
  [/written by the log/, 'test_fault.j', { time: 'number' }],
  [/must end in Ms/, 'test_fault.k', { duration: 'duration' }],
  [/must end in Ms/, 'test_fault.l', { duration: 'duration?' }],
  [/scanner would mask the field/, 'test_fault.m', { password: 'name' }],
  [/scanner would mask the field/, 'test_fault.n', { accessToken: 'reason' }],
  [/more than one error/, 'test_fault.o', { a: 'error', b: 'error?' }],
  [
    /more than 24/,
    'test_fault.p',
    Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`f${index}`, 'number'])),
  ],
];

for (const [fault, id, fields, message] of faults)
  test(`a declaration is refused: ${fault.source} (${JSON.stringify(id)})`, () => {
    assert.throws(
      () => defineLogEvent(id, parts(fields, message)),
      (error) => error instanceof RangeError && fault.test(error.message),
    );
    assert.ok(!listLogEvents().some((event) => event.id === id));
  });
