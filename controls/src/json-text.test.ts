// Repeated members, which JSON.parse would hide, are found wherever they stand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJsonText } from './json-text.ts';

test('a member that stands twice in one object is refused, however it is spelled and nested', () => {
  for (const [text, member] of [
    ['{"a":1,"a":2}', '"a"'],
    ['{"a":1,"\\u0061":2}', '"a"'],
    ['{"x":[{"b":"{\\"b\\":","b":1}]}', '"b"'],
    ['{"a":{"a":1},"c":[],"a":2}', '"a"'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"'],
  ] as const) {
    assert.deepEqual(parseJsonText(text), { ok: false, fault: `has the member ${member} twice` }, text);
  }
});

test('members of different objects, and names inside strings, are no repeats', () => {
  for (const text of [
    '[{"a":1},{"a":2}]',
    '{"a":{"a":"a"}}',
    '{"a":"\\"a\\":","b":"{"}',
    '["a","a"]',
    '{"a":["a","a"]}',
  ]) {
    assert.deepEqual(parseJsonText(text), { ok: true, value: JSON.parse(text) }, text);
  }
});

test('what is not JSON is refused', () => {
  for (const text of ['', '{', "{'a':1}", '{"a":1,}', '{"a":1} x']) {
    assert.deepEqual(parseJsonText(text), { ok: false, fault: 'is not JSON' }, text);
  }
});
