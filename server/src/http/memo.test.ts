// Tests that remembering changes no answer and takes no more than its bound.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remember } from './memo.ts';

test('an answer is made once while it is remembered, and each text has its own', () => {
  const asked: string[] = [];
  const double = remember(2, (text) => {
    asked.push(text);
    return text + text;
  });
  assert.deepEqual(
    ['a', 'b', 'a', 'b'].map((text) => double(text)),
    ['aa', 'bb', 'aa', 'bb'],
  );
  assert.deepEqual(asked, ['a', 'b']);
});

test('beyond the bound everything is forgotten, and still answered', () => {
  const asked: string[] = [];
  const same = remember(2, (text) => {
    asked.push(text);
    return text;
  });
  for (const text of ['a', 'b', 'c', 'a', 'c']) assert.equal(same(text), text);
  assert.deepEqual(asked, ['a', 'b', 'c', 'a']);
});
