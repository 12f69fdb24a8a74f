// Tests that a terminal gets one readable, harmless line an event.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { formatPretty } from './pretty.ts';

const show = (line: string): string => stripVTControlCharacters(formatPretty(line));

test('a line shows time of day, level, event, message and fields', () => {
  const line =
    '{"level":"warn","time":"2026-11-22T09:31:00.123Z","event":"a.b","status":200,"why":"two words","error":{"name":"E","frames":[]},"message":"It went"}\n';
  assert.equal(
    show(line),
    '09:31:00.123 WARN  a.b It went status=200 why="two words" error={"name":"E","frames":[]}\n',
  );
});

test('control characters, direction marks and line breaks never reach the terminal', () => {
  const row = {
    level: 'info\u001b[2J',
    time: '\u001b]0;x\u0007aaaaaaaaaaaaaaa',
    event: '\u009bA',
    message: 'a\nb\u202e',
    'k\u001b': '\u001b[31m\r',
    n: { deep: '\u2028\u007f' },
  };
  for (const line of [`${JSON.stringify(row)}\n`, 'no json \u001b[2J\r\nforged\n', '[1]\n', '"\u001b"\n', 'null\n'])
    assert.match(formatPretty(line), /^[ -~]+\n$/);
});
