// Tests that a stop is heard once by all who listen, and that a linked one follows each of its sources and lets go of them.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { LinkedStop, Stop } from './stop-signal.ts';

const LONG_MS = 60_000;

test('everybody who listens hears a stop once; who let go, and who comes later, does not', () => {
  const stop = new Stop();
  const heard: string[] = [];
  const [one, two, three] = ['one', 'two', 'three'].map((name) => () => void heard.push(name));
  assert.ok(one && two && three);
  for (const listener of [one, two, three]) stop.addEventListener('abort', listener);
  stop.removeEventListener('abort', two);
  stop.throwIfAborted();
  stop.abort('first');
  stop.addEventListener('abort', two);
  stop.abort('second');
  assert.deepEqual(heard, ['one', 'three']);
  assert.equal(stop.aborted, true);
  assert.equal(stop.reason, 'first');
  assert.throws(
    () => stop.throwIfAborted(),
    (thrown) => thrown === 'first',
  );
});

test('a stop without a reason brings an error as its reason', () => {
  const stop = new Stop();
  stop.abort();
  assert.ok(stop.reason instanceof Error);
});

test('a listener that fails keeps nobody else from hearing, and is not passed over in silence', async () => {
  const { promise: failed, resolve } = Promise.withResolvers<unknown>();
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').once('uncaughtException', resolve);
  try {
    const stop = new Stop();
    let isHeard = false;
    stop.addEventListener('abort', () => {
      throw new Error('a listener failed');
    });
    stop.addEventListener('abort', () => {
      isHeard = true;
    });
    stop.abort();
    assert.equal(isHeard, true);
    assert.match(String(await failed), /a listener failed/);
  } finally {
    for (const listener of before) process.on('uncaughtException', listener);
  }
});

test('a linked stop comes with any one source, with the reason of that source', () => {
  for (const place of [0, 1, 2]) {
    const sources = [new Stop(), new Stop(), new Stop()];
    using linked = new LinkedStop(sources, LONG_MS);
    assert.equal(linked.aborted, false);
    sources[place]?.abort(`source ${place}`);
    assert.equal(linked.aborted, true);
    assert.equal(linked.reason, `source ${place}`);
  }
});

test('a source that stopped before is noticed at once', () => {
  using linked = new LinkedStop([new Stop(), AbortSignal.abort('before')], LONG_MS);
  assert.equal(linked.reason, 'before');
});

test('the first reason stays', () => {
  const [first, second] = [new Stop(), new AbortController()];
  using linked = new LinkedStop([first, second.signal], LONG_MS);
  second.abort('second');
  first.abort('first');
  assert.equal(linked.reason, 'second');
});

test('it comes by itself when its time is over, and not once it was disposed of', { timeout: 10_000 }, async () => {
  const disposed = new LinkedStop([], 1);
  disposed[Symbol.dispose]();
  using late = new LinkedStop([], 1);
  while (!late.aborted) await wait(5);
  assert.match(String(late.reason), /not over after 1 ms/);
  assert.equal(disposed.aborted, false);
});

test('disposing leaves nothing behind in a source that lives on, and nobody hears of it any more', () => {
  const [lasting, other] = [new AbortController(), new Stop()];
  let isHeard = false;
  {
    using linked = new LinkedStop([lasting.signal, other], LONG_MS);
    linked.addEventListener('abort', () => {
      isHeard = true;
    });
    assert.equal(getEventListeners(lasting.signal, 'abort').length, 1);
    assert.equal(linked.aborted, false);
  }
  assert.equal(getEventListeners(lasting.signal, 'abort').length, 0);
  other.abort();
  assert.equal(isHeard, false);
});
