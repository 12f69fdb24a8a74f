// Tests that every offered short name is one the server takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as hold, oneof, property, string, stringMatching } from 'fast-check';
import { slugOf } from './slug.ts';

test('a short name is what people would write', () => {
  assert.equal(slugOf('Acme Works'), 'acme-works');
  assert.equal(slugOf('  Café  Zürich & Söhne! '), 'cafe-zurich-sohne');
  assert.equal(slugOf('…'), '');
});

test('it is empty or has the form that the server takes, whatever the name', () => {
  hold(
    property(oneof(string({ unit: 'grapheme', maxLength: 80 }), stringMatching(/^[a-z -]{30,60}$/)), (name) => {
      assert.match(slugOf(name), /^(?:[a-z0-9](?:-?[a-z0-9]){0,39})?$/);
    }),
  );
});
