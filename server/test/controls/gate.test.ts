// Every control of the product passes the gate: it tells good evidence from broken, and passes on nothing less.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkControl } from '@holdfast/controls/gate.ts';
import { controls } from '../../src/controls.ts';

describe('the controls of the product', () => {
  it('has an id of its own for each', () => {
    const ids = controls.map(({ id }) => id);
    assert.ok(ids.length > 0);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  for (const control of controls) {
    it(`${control.id} fails on every mutant of its evidence and passes on nothing less than good evidence`, () => {
      assert.deepEqual(checkControl(control), []);
    });
  }
});
