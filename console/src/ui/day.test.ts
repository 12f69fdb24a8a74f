// What is chosen as a day is that day from its beginning to its end, where whoever chooses it is.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dayOf, endOfDay, isDay, startOfDay, startOfNext } from './day.ts';

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

test('a text is a day when there is such a day, and nothing else is', () => {
  assert.deepEqual(['2026-12-31', '2028-02-29'].filter(isDay), ['2026-12-31', '2028-02-29']);
  const others = ['', 'x', '2026-13-45', '2026-02-31', '2026-2-3', '2026-12-31T00:00', '12026-12-31'];
  assert.deepEqual(others.filter(isDay), []);
});
