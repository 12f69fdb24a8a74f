// Every control of the product passes the gate: it tells good evidence from broken, and passes on nothing less.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkControl } from '@holdfast/controls/gate.ts';
import { controls } from '../../src/controls.ts';

describe('the controls of the product', () => {
  it('has an id of its own for each', () => {
    const ids = controls.map(({ id }) => id);
    assert.ok(ids.length > 0);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('is broken for real in a test, each of them: a control that nobody has seen red may be blind', () => {
    const folder = import.meta.dirname;
    const texts = globSync('*.test.ts', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
    const unbroken = controls.map(({ id }) => id).filter((id) => !texts.some((text) => text.includes(`'${id} sees `)));
    assert.deepEqual(unbroken, []);
  });

  for (const control of controls) {
    it(`${control.id} fails on every mutant of its evidence and passes on nothing less than good evidence`, () => {
      assert.deepEqual(checkControl(control), []);
    });
  }
});
