// Tests that a body arrives whole whoever reads it when, and that a reader who leaves or fails ends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '#test/outbound-world.ts';
import { OutboundError, outboundFailure } from './reasons.ts';
import { createWire, type Wire } from './wire.ts';

type Stage = { readonly wire: Wire; readonly seen: string[] };

function openStage(): Stage {
  const seen: string[] = [];
  return { seen, wire: createWire({ resume: () => void seen.push('resume'), onLeave: () => void seen.push('leave') }) };
}

const reset = new OutboundError(outboundFailure('reset', 'cut', { sent: true }));
const ignore = (): void => undefined;

test('a body is whole, whether its reader comes before, between or after its pieces', async () => {
  for (const way of ['collect', 'stream'] as const) {
    for (const at of [0, 1, 2, 3]) {
      const { wire, seen } = openStage();
      let text: Promise<string> | undefined;
      const steps = [() => wire.push(Buffer.from('one ')), () => wire.push(Buffer.from('two')), () => wire.end()];
      for (const [index, step] of [...steps, ignore].entries()) {
        if (index === at) text = way === 'stream' ? readText(wire.stream()) : wire.collect(ignore).then(String);
        step();
      }
      assert.equal(await text, 'one two', `${way} at ${at}`);
      assert.ok(!seen.includes('leave'));
    }
  }
});

test('an empty body is no bytes', async () => {
  const { wire } = openStage();
  wire.end();
  assert.equal((await wire.collect(ignore)).length, 0);
});

test('what nobody reads yet is held back beyond 64 KiB, and comes once somebody does', async () => {
  for (const way of ['collect', 'stream'] as const) {
    const { wire, seen } = openStage();
    assert.equal(wire.push(Buffer.alloc(65_535)), true);
    assert.equal(wire.push(Buffer.alloc(1)), false);
    assert.deepEqual(seen, []);
    const size = way === 'collect' ? wire.collect(ignore) : readText(wire.stream());
    assert.deepEqual(seen.slice(0, 1), ['resume'], way);
    wire.end();
    assert.equal((await size).length, 65_536);
  }
});

test('a failure reaches the reader who waits and the one who comes later', async () => {
  for (const isEarly of [true, false]) {
    const { wire } = openStage();
    const early = isEarly ? wire.collect(ignore) : undefined;
    wire.push(Buffer.from('part'));
    wire.destroy(reset);
    await assert.rejects(early ?? wire.collect(ignore), reset);
  }
  const { wire } = openStage();
  wire.destroy(reset);
  assert.equal(await readText(wire.stream()), '!reset');
});

test('a reader that refuses a piece ends the exchange and is asked no more', async () => {
  for (const isKept of [true, false]) {
    const { wire, seen } = openStage();
    const sizes: number[] = [];
    const push = (): void => [3, 4, 5].forEach((size) => wire.push(Buffer.alloc(size)));
    if (isKept) push();
    const collecting = wire.collect((bytes) => {
      sizes.push(bytes);
      if (bytes === 4) throw new Error('too much');
    });
    if (!isKept) push();
    await assert.rejects(collecting, /too much/);
    assert.deepEqual(sizes, [3, 4]);
    assert.equal(seen.filter((what) => what === 'leave').length, 1);
  }
});

test('leaving a complete body disturbs nobody', () => {
  const { wire, seen } = openStage();
  wire.end();
  wire.destroy();
  assert.deepEqual(seen, []);
});
