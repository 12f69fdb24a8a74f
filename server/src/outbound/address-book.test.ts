// Checks how long answers are kept and that questions are not asked twice at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressBook, type AddressBook } from './address-book.ts';
import type { ResolverAnswer, ResolverQuestion, ResolverResult } from './resolver.ts';

interface Stage {
  readonly book: AddressBook;
  readonly asked: ResolverQuestion[];
  atMs: number;
}

function openStage(answer: (question: ResolverQuestion) => readonly ResolverAnswer[] | 'fails'): Stage {
  const asked: ResolverQuestion[] = [];
  const resolver = async (question: ResolverQuestion): Promise<ResolverResult> => {
    asked.push(question);
    const answers = answer(question);
    return answers === 'fails' ? { ok: false, detail: 'fails' } : { ok: true, answers };
  };
  const stage: Stage = {
    asked,
    atMs: 0,
    book: createAddressBook({ resolver, resolveMs: 1000, cacheMs: 30_000, namesMax: 2, now: () => stage.atMs }),
  };
  return stage;
}

const one = (ttlSeconds: number): readonly ResolverAnswer[] => [{ address: '8.8.8.8', ttlSeconds }];

test('an answer is kept for its shortest time to live, at most for the bound, and not at all at 0', async () => {
  for (const [ttlSeconds, keptMs] of [
    [10, 10_000],
    [3600, 30_000],
    [0, 0],
  ] as const) {
    const stage = openStage(() => [...one(3600), ...one(ttlSeconds)]);
    await stage.book.find('a.test', false);
    stage.atMs = Math.max(0, keptMs - 1);
    await stage.book.find('a.test', false);
    assert.equal(stage.asked.length, keptMs === 0 ? 2 : 1);
    stage.atMs = keptMs;
    await stage.book.find('a.test', false);
    assert.equal(stage.asked.length, keptMs === 0 ? 3 : 2);
  }
});

test('questions at the same time are one question; a listed name is another question', async () => {
  const stage = openStage(() => one(0));
  await Promise.all([
    stage.book.find('a.test', false),
    stage.book.find('a.test', false),
    stage.book.find('a.test', true),
  ]);
  assert.deepEqual(
    stage.asked.map(({ name, listed }) => [name, listed]),
    [
      ['a.test', false],
      ['a.test', true],
    ],
  );
});

test('a failure is not kept', async () => {
  const stage = openStage(() => (stage.asked.length === 1 ? 'fails' : one(60)));
  assert.equal((await stage.book.find('a.test', false)).ok, false);
  assert.equal((await stage.book.find('a.test', false)).ok, true);
});

test('no more names are kept than the bound', async () => {
  const stage = openStage(() => one(60));
  for (const name of ['a.test', 'b.test', 'c.test', 'b.test', 'c.test']) await stage.book.find(name, false);
  assert.equal(stage.asked.length, 3);
  await stage.book.find('a.test', false);
  assert.equal(stage.asked.length, 4);
});

test('IPv4 comes first, otherwise the order stays', async () => {
  const texts = ['2600::2', '8.8.8.8', '2600::1', '1.1.1.1', '::ffff:9.9.9.9'];
  const stage = openStage(() => texts.map((address) => ({ address, ttlSeconds: 60 })));
  const result = await stage.book.find('a.test', false);
  assert.ok(result.ok);
  assert.deepEqual(
    result.addresses.map(({ text }) => text),
    ['8.8.8.8', '1.1.1.1', '9.9.9.9', '2600::2', '2600::1'],
  );
});

test('an answer with hundreds of addresses is refused as a whole', async () => {
  const many = (count: number): readonly ResolverAnswer[] =>
    Array.from({ length: count }, (_, index) => ({ address: `8.8.${index >> 8}.${index & 255}`, ttlSeconds: 1 }));
  assert.equal((await openStage(() => many(256)).book.find('a.test', false)).ok, true);
  assert.equal((await openStage(() => many(257)).book.find('a.test', false)).ok, false);
});
