// What is chosen as a day is that day from its beginning to its end, where whoever chooses it is.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dayOf, endOfDay, startOfDay, startOfNext } from './day.ts';

for (const [zone, start, end] of [
  ['America/New_York', '2026-12-31T05:00:00.000Z', '2027-01-01T04:59:59.999Z'],
  ['Asia/Kolkata', '2026-12-30T18:30:00.000Z', '2026-12-31T18:29:59.999Z'],
] as const)
  describe(`days in ${zone}`, () => {
    const { TZ } = process.env;
    before(() => {
      process.env['TZ'] = zone;
    });
    after(() => {
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
    });

    test('a day begins and ends by the clock on the wall, not by that of Greenwich', () => {
      assert.deepEqual([startOfDay('2026-12-31'), endOfDay('2026-12-31')], [start, end]);
      assert.equal(startOfNext('2026-12-31'), startOfDay('2027-01-01'));
    });

    test('the end of a day is of that day', () => {
      assert.equal(dayOf(endOfDay('2026-12-31')), '2026-12-31');
      assert.equal(dayOf(startOfDay('2026-03-08')), '2026-03-08');
    });
  });
