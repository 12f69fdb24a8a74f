// Tests that a linked signal follows each of its sources, and lets go of them.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { linkSignals } from './linked-signal.ts';

test('it aborts when any one source does, with the reason of that source', () => {
  for (const place of [0, 1, 2]) {
    const sources = [new AbortController(), new AbortController(), new AbortController()];
    using linked = linkSignals(sources.map(({ signal }) => signal));
    assert.equal(linked.signal.aborted, false);
    sources[place]?.abort(`source ${place}`);
    assert.equal(linked.signal.aborted, true);
    assert.equal(linked.signal.reason, `source ${place}`);
  }
});

test('a source that aborted before is noticed at once', () => {
  const calm = new AbortController();
  using linked = linkSignals([calm.signal, AbortSignal.abort('before')]);
  assert.equal(linked.signal.reason, 'before');
});

test('the first reason stays', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  using linked = linkSignals([first.signal, second.signal]);
  second.abort('second');
  first.abort('first');
  assert.equal(linked.signal.reason, 'second');
});

test('disposing leaves nothing behind in a source that lives on', () => {
  const lasting = new AbortController();
  {
    using linked = linkSignals([lasting.signal]);
    assert.equal(getEventListeners(lasting.signal, 'abort').length, 1);
    assert.equal(linked.signal.aborted, false);
  }
  assert.equal(getEventListeners(lasting.signal, 'abort').length, 0);
});
