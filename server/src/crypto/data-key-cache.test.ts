// Tests that cached keys leave in time and zeroed, that loads are shared, and that an evicted key never comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createDataKeyCache, type LoadedKey } from './data-key-cache.ts';
import { reveal, type Secret, toSecret } from './secret.ts';

type Load = () => Promise<LoadedKey<'unavailable'>>;

test('a key is loaded once and used from the cache until its time is over', async () => {
  const { cache, clock } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const source = newSource();
  assert.deepEqual(await cache.use('a', source.load, firstByte), { ok: true, value: 1 });
  clock.ms += 9_999;
  assert.deepEqual(await cache.use('a', source.load, firstByte), { ok: true, value: 1 });
  assert.equal(source.loads(), 1);
  clock.ms += 1;
  assert.equal(cache.find('a'), undefined);
  assert.deepEqual(await cache.use('a', source.load, firstByte), { ok: true, value: 2 });
  assert.equal(source.loads(), 2);
  cache[Symbol.dispose]();
});

test('using a key does not lengthen its time', async () => {
  const { cache, clock } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const source = newSource();
  await cache.use('a', source.load, firstByte);
  for (let step = 0; step < 10; step += 1) {
    clock.ms += 1_000;
    await cache.use('a', source.load, firstByte);
  }
  assert.equal(source.loads(), 2);
  cache[Symbol.dispose]();
});

test('whatever way a key leaves, its bytes are zero and a kept reference throws', async () => {
  const ways: readonly ((made: ReturnType<typeof newCache>) => unknown)[] = [
    ({ cache }) => {
      cache.evict('a');
    },
    ({ cache, clock }) => {
      clock.ms += 10_000;
      cache.sweep();
    },
    ({ cache, clock }) => {
      clock.ms += 10_000;
      cache.find('a');
    },
    ({ cache }) => cache.use('b', newSource().load, firstByte),
    ({ cache }) => {
      cache[Symbol.dispose]();
    },
  ];
  for (const [index, leave] of ways.entries()) {
    const made = newCache({ ttlSeconds: 10, entriesMax: 1 });
    const source = newSource();
    let kept: Secret<Uint8Array> | undefined;
    await made.cache.use('a', source.load, (key) => {
      kept = key;
    });
    assert.ok(kept);
    await leave(made);
    assert.deepEqual(source.bytes[0], Buffer.alloc(32), `way ${index}`);
    const reference = kept;
    assert.throws(() => reveal(reference, 'test.compare'), /already erased/, `way ${index}`);
    made.cache[Symbol.dispose]();
  }
});

test('a sweep leaves fresh keys alone', async () => {
  const { cache, clock } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const [old, fresh] = [newSource(), newSource()];
  await cache.use('old', old.load, firstByte);
  clock.ms += 5_000;
  await cache.use('fresh', fresh.load, firstByte);
  clock.ms += 5_000;
  cache.sweep();
  assert.equal(cache.stats().entries, 1);
  assert.ok(cache.find('fresh'));
  cache[Symbol.dispose]();
});

test('expired keys are swept without anybody asking, within a minute at the longest', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  for (const [ttlSeconds, sweepMs] of [
    [10, 10_000],
    [600, 60_000],
  ] as const) {
    const { cache, clock } = newCache({ ttlSeconds, entriesMax: 5 });
    const source = newSource();
    await cache.use('a', source.load, firstByte);
    clock.ms += ttlSeconds * 1_000;
    context.mock.timers.tick(sweepMs);
    assert.equal(cache.stats().entries, 0);
    assert.deepEqual(source.bytes, [Buffer.alloc(32)]);
    cache[Symbol.dispose]();
  }
});

test('the least recently used key makes room', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 2 });
  for (const id of ['a', 'b']) await cache.use(id, newSource().load, firstByte);
  cache.find('a');
  await cache.use('c', newSource().load, firstByte);
  assert.deepEqual(
    ['a', 'b', 'c'].filter((id) => cache.find(id) !== undefined),
    ['a', 'c'],
  );
  cache[Symbol.dispose]();
});

test('for any sequence of uses the cache keeps its bound and gives each id its own key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      async (entriesMax, ids) => {
        const { cache } = newCache({ ttlSeconds: 10, entriesMax });
        const results = await Promise.all(
          ids.map((id) =>
            cache.use(String(id), () => Promise.resolve({ ok: true, key: toSecret(Buffer.alloc(32, id)) }), firstByte),
          ),
        );
        for (const [index, result] of results.entries()) {
          if (result.ok) assert.equal(result.value, ids[index]);
          else assert.equal(result.reason, 'evicted');
        }
        assert.ok(cache.stats().entries <= entriesMax);
        cache[Symbol.dispose]();
      },
    ),
  );
});

test('fifty uses at once share one load', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const source = newSource();
  const results = await Promise.all(Array.from({ length: 50 }, () => cache.use('a', source.load, firstByte)));
  assert.equal(source.loads(), 1);
  assert.ok(results.every((result) => result.ok && result.value === 1));
  cache[Symbol.dispose]();
});

test('a failed load is told to all who wait, and tried again by the next', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  let loads = 0;
  const fail: Load = () => {
    loads += 1;
    return Promise.resolve({ ok: false, reason: 'unavailable' });
  };
  const refusal = { ok: false, reason: 'unavailable' };
  const both = await Promise.all([cache.use('a', fail, firstByte), cache.use('a', fail, firstByte)]);
  assert.deepEqual(both, [refusal, refusal]);
  assert.deepEqual(await cache.use('a', fail, firstByte), refusal);
  assert.equal(loads, 2);
  await assert.rejects(
    cache.use('a', () => Promise.reject(new Error('reset')), firstByte),
    /reset/,
  );
  await assert.rejects(
    cache.use(
      'a',
      () => {
        throw new Error('thrown at once');
      },
      firstByte,
    ),
    /thrown at once/,
  );
  assert.deepEqual(await cache.use('a', newSource().load, firstByte), { ok: true, value: 1 });
  cache[Symbol.dispose]();
});

test('a key evicted while it loads is zeroed and loaded anew, never cached', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const stale = Buffer.alloc(32, 7);
  let arrive: (loaded: LoadedKey<'destroyed'>) => void = () => assert.fail('the load has begun');
  const loads: (() => Promise<LoadedKey<'destroyed'>>)[] = [
    () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
    () => Promise.resolve({ ok: false, reason: 'destroyed' }),
  ];
  const using = cache.use('a', () => loads.shift()?.() ?? assert.fail('a third load'), firstByte);
  cache.evict('a');
  arrive({ ok: true, key: toSecret(stale) });
  assert.deepEqual(await using, { ok: false, reason: 'destroyed' });
  assert.deepEqual(stale, Buffer.alloc(32));
  assert.equal(cache.find('a'), undefined);
  cache[Symbol.dispose]();
});

test('a key that is evicted again and again ends in a refusal, not in a loop', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const source = newSource();
  const load: Load = () => {
    queueMicrotask(() => {
      cache.evict('a');
    });
    return new Promise((resolve) => {
      setImmediate(() => {
        resolve(source.load());
      });
    });
  };
  assert.deepEqual(await cache.use('a', load, firstByte), { ok: false, reason: 'evicted' });
  assert.equal(source.loads(), 8);
  assert.ok(source.bytes.every((bytes) => bytes.equals(Buffer.alloc(32))));
  cache[Symbol.dispose]();
});

test('a closed cache gives no key and keeps none that arrives late', async () => {
  const { cache } = newCache({ ttlSeconds: 10, entriesMax: 5 });
  const source = newSource();
  const using = cache.use('a', source.load, firstByte);
  cache[Symbol.dispose]();
  await assert.rejects(using, /closed/);
  assert.deepEqual(source.bytes, [Buffer.alloc(32)]);
  await assert.rejects(cache.use('a', source.load, firstByte), /closed/);
  assert.equal(source.loads(), 1);
});

test('a cache without bounds in range is refused', () => {
  for (const ttlSeconds of [0, -1, 601, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createDataKeyCache({ ttlSeconds, entriesMax: 1 }), RangeError, String(ttlSeconds));
  }
  for (const entriesMax of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createDataKeyCache({ ttlSeconds: 600, entriesMax }), RangeError, String(entriesMax));
  }
});

function newCache(bounds: { readonly ttlSeconds: number; readonly entriesMax: number }) {
  const clock = { ms: 0 };
  return { cache: createDataKeyCache({ ...bounds, monotonicMs: () => clock.ms }), clock };
}

/** Loads keys whose bytes are the number of the load, and remembers the bytes it gave out. */
function newSource() {
  const bytes: Buffer[] = [];
  const load: Load = async () => {
    const fresh = Buffer.alloc(32, bytes.length + 1);
    bytes.push(fresh);
    return { ok: true, key: toSecret(fresh) };
  };
  return { bytes, load, loads: () => bytes.length };
}

function firstByte(key: Secret<Uint8Array>): number | undefined {
  return reveal(key, 'test.compare')[0];
}
