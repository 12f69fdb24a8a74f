// Strict reading: exact members, every fault at once with its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flag, json, list, nullable, number, object, oneOf, optional, readShape, record, text } from './shape.ts';

const shape = object({
  name: text('a name', /^[a-z]+$/),
  size: number(0, 9),
  kind: oneOf(['one', 'two']),
  open: flag(),
  tags: list(text('a tag')),
  parent: nullable(text('a parent')),
  more: optional(record(json())),
});
const good = { name: 'x', size: 3, kind: 'one', open: true, tags: ['a'], parent: null };

test('a value of the shape is read, with and without its optional members', () => {
  assert.deepEqual(readShape(shape, good, 'it'), { ok: true, value: good });
  const more = { ...good, parent: 'p', more: { a: [null, { b: 1 }] } };
  assert.deepEqual(readShape(shape, more, 'it'), { ok: true, value: more });
});

test('every fault is named with its place, all at once', () => {
  const value = { name: 'X', size: 10, kind: 'three', open: 1, tags: ['a', ' '], more: { f: () => 1 }, other: 1 };
  assert.deepEqual(readShape(shape, value, 'it'), {
    ok: false,
    faults: [
      'it.other is not known',
      'it.name is not a name',
      'it.size is not a number from 0 to 9',
      'it.kind is not one of one, two',
      'it.open is not true or false',
      'it.tags[1] is not a tag',
      'it.parent is missing',
      'it.more.f is not plain JSON',
    ],
  });
});

test('what is no object, no list or no number is refused, and inherited members are none', () => {
  for (const value of [null, [], 'x', 1, undefined]) assert.equal(readShape(shape, value, 'it').ok, false);
  assert.equal(readShape(shape, Object.create(good), 'it').ok, false);
  assert.equal(readShape(list(flag()), { length: 0 }, 'it').ok, false);
  for (const value of [NaN, Infinity, '1'])
    assert.equal(readShape(number(0, Infinity), value, 'it').ok, value === Infinity);
});

test('lists keep their items as they are: lists in lists, and null', () => {
  const nested = list(list(nullable(flag())));
  assert.deepEqual(readShape(nested, [[true], [null, false]], 'it'), { ok: true, value: [[true], [null, false]] });
});
