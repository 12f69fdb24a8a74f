// Tests that a roster holds exactly those who joined and have not left, in whatever order they go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, constant, nat, oneof, property } from 'fast-check';
import { createRoster, type Place } from './roster.ts';

test('whoever joined and has not left is there, once, whatever the order of leaving', () => {
  const steps = array(oneof(constant('join' as const), nat({ max: 30 })), { maxLength: 60 });
  check(
    property(steps, (given) => {
      const roster = createRoster<number>();
      const expected = new Set<number>();
      const all: Place<number>[] = [];
      for (const step of given) {
        if (step === 'join') {
          all.push(roster.join(all.length));
          expected.add(all.length - 1);
        } else {
          // Some have left before: leaving again changes nothing.
          const place = all[step];
          if (place !== undefined) roster.leave(place);
          expected.delete(step);
        }
        assert.deepEqual(
          roster.members().toSorted((a, b) => a - b),
          [...expected].toSorted((a, b) => a - b),
        );
        assert.equal(roster.isEmpty(), expected.size === 0);
      }
    }),
  );
});
