// Judges read facts that are there, or fail: a missing fact is never quietly false.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactError, factsOf } from './facts.ts';

const data = {
  name: 'x',
  none: null,
  size: 0,
  isOpen: false,
  tags: ['a'],
  parts: [{ name: 'y' }],
  part: { name: 'z' },
};
const facts = factsOf({ subject: 'it', data });

test('facts of each type are read', () => {
  assert.equal(facts.text('name'), 'x');
  assert.equal(facts.findText('none'), undefined);
  assert.equal(facts.findText('name'), 'x');
  assert.equal(facts.number('size'), 0);
  assert.equal(facts.findNumber('none'), undefined);
  assert.equal(facts.findNumber('size'), 0);
  assert.equal(facts.flag('isOpen'), false);
  assert.deepEqual(facts.texts('tags'), ['a']);
  assert.deepEqual(
    facts.parts('parts').map((part) => part.text('name')),
    ['y'],
  );
  assert.equal(facts.part('part').text('name'), 'z');
  assert.deepEqual(facts.names(), Object.keys(data));
});

test('a fact that is missing, inherited or of another type ends the judgement', () => {
  for (const read of [
    () => facts.text('missing'),
    () => facts.findText('missing'),
    () => facts.text('none'),
    () => facts.text('toString'),
    () => facts.number('name'),
    () => facts.findNumber('name'),
    () => facts.findNumber('missing'),
    () => facts.flag('size'),
    () => facts.texts('parts'),
    () => facts.parts('tags'),
    () => facts.parts('part'),
    () => facts.part('none'),
    () => facts.part('__proto__'),
    () => facts.part('parts'),
    () => factsOf({ subject: 'it', data: null }),
    () => factsOf({ subject: 'it', data: ['a'] }),
  ]) {
    assert.throws(read, FactError);
  }
});
