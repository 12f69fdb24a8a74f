// Tests that the screen of a refused start shows every fault with its fix and nothing that could mislead a terminal.
import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { renderFaults, renderNotes, renderWarnings } from './render-faults.ts';

const plain = { color: false, width: 80 };
const fault = { key: 'HOLDFAST_PORT', problem: 'is not a number', fix: 'Give one.' };

test('a screen has every fault with its number, problem and fix, and the exit status', () => {
  assert.equal(
    renderFaults([fault, { ...fault, key: 'DATABASE_URL' }], plain),
    [
      'Holdfast does not start: 2 things to mend.',
      '',
      ' 1. HOLDFAST_PORT',
      '    is not a number',
      '    Fix: Give one.',
      '',
      ' 2. DATABASE_URL',
      '    is not a number',
      '    Fix: Give one.',
      '',
      'Nothing turns these checks off. Settings: docs/reference/config.md (exit status',
      '78)',
      '',
    ].join('\n'),
  );
  assert.equal(renderFaults([], plain), '');
});

test('the screen of other work than a start says what was refused, and its own exit status', () => {
  const screen = renderFaults([fault], plain, { what: 'holdfast keys backup was refused', exitStatus: 2 });
  assert.match(screen, /^holdfast keys backup was refused: one thing to mend\.\n/);
  assert.match(screen, /exit\s+status\s+2\)\n$/);
  assert.doesNotMatch(screen, /does not start/);
});

test('color changes the look and no word', () => {
  const faults = [fault, fault, fault];
  const colored = renderFaults(faults, { ...plain, color: true });
  assert.notEqual(colored, renderFaults(faults, plain));
  assert.equal(stripVTControlCharacters(colored), renderFaults(faults, plain));
});

test('nothing in a fault can steer the terminal or reorder the text', () => {
  const evil = { key: 'A\u001b[2J', problem: 'b\r\nFix: run this\u202e', fix: '\u0007c\u2028d' };
  const screen = renderFaults([evil], plain) + renderWarnings([evil], plain) + renderNotes([evil], plain);
  assert.ok(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(screen.replaceAll('\n', '')), JSON.stringify(screen));
  assert.ok(!screen.includes('\nFix: run this'));
});

test('lines keep to the width unless a single word is longer, and no word is lost or broken', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9/_.-]{1,50}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (words, width) => {
      const screen = renderWarnings([{ key: 'K', problem: words.join(' '), fix: 'F' }], { color: false, width });
      const columns = Math.max(40, Math.min(120, width));
      for (const line of screen.split('\n')) assert.ok(line.length <= columns || !line.trim().includes(' '), line);
      const body = screen
        .split('\n')
        .slice(3, -3)
        .map((line) => line.trim());
      assert.deepEqual(body.filter((line) => line !== '').join(' '), words.join(' '));
    }),
  );
});

test('no warnings and no notes print nothing', () => {
  assert.equal(renderWarnings([], plain) + renderNotes([], plain), '');
});
