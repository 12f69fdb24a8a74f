// Tests that the rules of a probe leave out the one address they mean, in blocks that the product takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findCovering } from '#kernel/networks.ts';
import { readBlock } from '../blocks.ts';
import { everywhereBut } from './everywhere-but.ts';

test('every address but one is covered, by blocks in canonical form', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.ipV6(), (left, other, six) => {
      const blocks = everywhereBut(left) ?? [];
      assert.ok(blocks.length <= 200 && blocks.every((block) => readBlock(block).ok));
      assert.equal(findCovering(blocks, left), undefined);
      if (other !== left) assert.notEqual(findCovering(blocks, other), undefined);
      const sixIsFour = /^(?:0*:)*:?(?:0*:)*ffff:/i.test(six);
      if (!sixIsFour) assert.notEqual(findCovering(blocks, six), undefined);
    }),
  );
  const six = everywhereBut('2001:db8::7') ?? [];
  assert.equal(findCovering(six, '2001:db8::7'), undefined);
  for (const address of ['2001:db8::6', '2001:db8::8', '::1', '203.0.113.7']) assert.ok(findCovering(six, address));
  assert.equal(everywhereBut('nowhere'), undefined);
});
