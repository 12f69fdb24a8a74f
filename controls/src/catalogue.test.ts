// The reference page says of each control what it proves, on what, and how it is known to fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCatalogue } from './catalogue.ts';
import { controls } from './world.test-support.ts';

const page = renderCatalogue(controls);

test('every control has a row and a part with its evidence, twin, faults, remedy and requirements', () => {
  for (const { id, title, remedy, twins, fixtures } of controls) {
    assert.ok(page.includes(`| [${id}](#${id.toLowerCase()}) | ${title} |`));
    assert.ok(page.includes(`## ${id}\n\n${title}\n`));
    for (const text of [remedy, ...twins.map(({ name }) => name), ...fixtures.mutants.map(({ name }) => name)]) {
      assert.ok(page.includes(text), text);
    }
  }
  assert.match(page, /\| \[TN3\].*\| critical \| 10 \| refuses \| never \|/);
  assert.match(page, /`http\.exchange` seen from outside, 2 subjects; `net\.listener` seen from host/);
  assert.match(page, /\| Maps to \| asvs 3\.4\.1; cwe 319 \|/);
  assert.match(page, /\| Does not apply \| loopback only \|/);
});

test('the page is the same whatever the order of the controls, and numbers sort as numbers', () => {
  assert.equal(renderCatalogue(controls.toReversed()), page);
  const [first] = controls;
  assert.ok(first !== undefined);
  const numbered = renderCatalogue(['TR10', 'TR2', 'AK1'].map((id) => ({ ...first, id })));
  assert.deepEqual(numbered.match(/^## .*$/gm), ['## AK1', '## TR2', '## TR10']);
});

test('words cannot break the table', () => {
  const [first] = controls;
  assert.ok(first !== undefined);
  assert.ok(renderCatalogue([{ ...first, title: 'one | two\nthree' }]).includes('one \\| two three'));
});
