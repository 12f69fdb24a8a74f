// Tests that words about what is done stay long enough to be read, wait for whoever looks at them, and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToasts, TOAST_MS } from './toasts.ts';

/** Clocks that a test moves by hand. */
function withClocks() {
  const running = new Map<number, { readonly run: () => void; readonly ms: number }>();
  let last = 0;
  const list = createToasts({
    set: (run, ms) => {
      last += 1;
      running.set(last, { run, ms });
      return last;
    },
    clear: (timer) => running.delete(Number(timer)),
  });
  const ring = (): void => {
    const all = [...running.values()];
    running.clear();
    for (const { run } of all) run();
  };
  return { list, running, ring, texts: () => list.get().map(({ text }) => text) };
}

test('words stay for at least six seconds, and then go', () => {
  assert.ok(TOAST_MS >= 6_000);
  const { list, running, ring, texts } = withClocks();
  list.say('It is saved');
  assert.deepEqual(
    [...running.values()].map(({ ms }) => ms),
    [TOAST_MS],
  );
  assert.deepEqual(texts(), ['It is saved']);
  ring();
  assert.deepEqual(texts(), []);
});

test('nothing goes while somebody looks, and then the whole time begins again', () => {
  const { list, running, ring, texts } = withClocks();
  list.say('one');
  list.hold();
  list.say('two');
  assert.equal(running.size, 0);
  ring();
  assert.deepEqual(texts(), ['one', 'two']);
  list.release();
  assert.deepEqual(
    [...running.values()].map(({ ms }) => ms),
    [TOAST_MS, TOAST_MS],
  );
  list.release();
  assert.equal(running.size, 2);
});

test('what is dismissed goes at once, and its clock with it', () => {
  const { list, running, texts } = withClocks();
  list.say('one');
  list.say('two');
  list.dismiss(list.get()[0]?.id ?? 0);
  assert.deepEqual(texts(), ['two']);
  assert.equal(running.size, 1);
});

test('the same words stand once and are new, and no more than four stand at all', () => {
  const { list, running, texts } = withClocks();
  list.say('saved');
  const [before] = list.get();
  list.say('saved');
  assert.deepEqual(texts(), ['saved']);
  assert.notEqual(list.get()[0]?.id, before?.id);
  for (const text of ['2', '3', '4', '5']) list.say(text);
  assert.deepEqual(texts(), ['2', '3', '4', '5']);
  assert.equal(running.size, 4);
});

test('whoever listens is told of every change, until they stop', () => {
  const { list } = withClocks();
  let told = 0;
  const stop = list.subscribe(() => {
    told += 1;
  });
  list.say('one');
  list.dismiss(list.get()[0]?.id ?? 0);
  assert.equal(told, 2);
  stop();
  list.say('two');
  assert.equal(told, 2);
});
