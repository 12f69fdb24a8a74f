// Instants and days have one spelling each; what merely looks like a date is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf, formatInstant, parseDay, parseInstant } from './dates.ts';

test('an instant is read back as it was written', () => {
  assert.equal(parseInstant(formatInstant(1_795_344_300_123)), 1_795_344_300_123);
});

test('another spelling, zone or a day that does not exist is no instant', () => {
  for (const text of [
    '2026-11-22',
    '2026-11-22T10:45:00Z',
    '2026-11-22T10:45:00.000+00:00',
    '2026-02-30T00:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    ' 2026-11-22T10:45:00.000Z',
    '2026-11-22T10:45:00.000Z\n',
  ]) {
    assert.equal(parseInstant(text), undefined, text);
  }
});

test('days are strict: no slashes, no missing digits, no thirtieth of February', () => {
  for (const text of ['2015/10/21', '2026-1-2', '2026-02-30', '2026-13-01', '22-11-2026', 'tomorrow', '2026-11-22 ']) {
    assert.equal(parseDay(text), undefined, text);
  }
  assert.equal(parseDay('1970-01-02'), 1);
  assert.equal(dayOf(86_400_000 * 2 - 1), 1);
});
