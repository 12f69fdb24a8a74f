// Tests that a rule lets in what its blocks cover, worked out here by arithmetic, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findCovering, findRefusing, isModelPath, rulesOf } from './networks.ts';

type Block = { readonly bits: 32 | 128; readonly start: bigint; readonly prefix: number };

/** The oracle: two addresses are in one block when nothing is left of what differs after the prefix is cut out. */
function covers({ bits, start, prefix }: Block, address: bigint): boolean {
  const shift = BigInt(bits - prefix);
  return start >> shift === address >> shift;
}

function textOf(bits: 32 | 128, address: bigint): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  return Array.from({ length: 8 }, (_, at) => ((address >> BigInt(112 - at * 16)) & 0xffffn).toString(16)).join(':');
}

const MAPPED = 0xffff_0000_0000n;
const isMapped = (address: bigint): boolean => address >> 32n === MAPPED >> 32n;

const anyOf = (bits: 32 | 128) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

/** A block, and an address that shares a number of leading bits with it: hits and near misses both. */
const pairOf = (bits: 32 | 128) =>
  fc
    .record({ start: anyOf(bits), other: anyOf(bits), prefix: fc.nat(bits), shared: fc.nat(bits) })
    .map(({ start, other, prefix, shared }) => {
      const low = (1n << BigInt(bits - shared)) - 1n;
      const address = (start & ~low) | (other & low);
      return { block: { bits, start, prefix }, address };
    });

test('a block covers an address exactly where their leading bits are the same', () => {
  for (const bits of [32, 128] as const) {
    let [inside, outside] = [0, 0];
    fc.assert(
      fc.property(pairOf(bits), ({ block, address }) => {
        fc.pre(bits === 32 || !(isMapped(block.start) || isMapped(address)));
        const text = `${textOf(bits, block.start)}/${String(block.prefix)}`;
        const expected = covers(block, address);
        if (expected) inside += 1;
        else outside += 1;
        assert.equal(findCovering([text], textOf(bits, address)), expected ? text : undefined);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(inside > 300 && outside > 300, 'both answers are tried');
  }
});

test('an IPv4 address in IPv6 is the IPv4 address, on both sides', () => {
  fc.assert(
    fc.property(pairOf(32), ({ block, address }) => {
      const mapped = textOf(128, MAPPED + address);
      const [plain, inSix] = [
        `${textOf(32, block.start)}/${String(block.prefix)}`,
        `${textOf(128, MAPPED + block.start)}/${String(96 + block.prefix)}`,
      ];
      const expected = covers(block, address);
      assert.equal(findCovering([plain], mapped) !== undefined, expected);
      assert.equal(findCovering([inSix], textOf(32, address)) !== undefined, expected);
    }),
  );
  assert.equal(findCovering(['::/0'], '203.0.113.7'), undefined);
  assert.equal(findCovering(['0.0.0.0/0'], '2001:db8::1'), undefined);
});

test('the first block that covers is named, and what cannot be read covers nobody', () => {
  assert.equal(findCovering(['10.0.0.0/8', '203.0.113.0/24', '203.0.113.7/32'], '203.0.113.7'), '203.0.113.0/24');
  for (const text of ['203.0.113.7', '203.0.113.0/024', '203.0.113.0/33', '', '*', '::ffff:203.0.113.0/24'])
    assert.equal(findCovering([text], '203.0.113.7'), undefined, text);
  for (const address of ['', 'unknown', '203.0.113.07', 'fe80::1%eth0', '0313.0.0161.7'])
    assert.equal(findCovering(['0.0.0.0/0', '::/0'], address), undefined, address);
});

test('models are shut by what is said of models and of the key, and by nothing that is said of the console or the API', () => {
  const elsewhere = ['192.0.2.0/24'];
  const refuses = (lists: Parameters<typeof rulesOf>[0], path: string): string | undefined =>
    findRefusing(rulesOf(lists), path, '203.0.113.7')?.list;
  for (const path of ['/v1/chat/completions', '/v1/models', '/v1', '/mcp', '/mcp/tools']) {
    assert.equal(refuses({ api: elsewhere }, path), undefined, path);
    assert.equal(refuses({ api: elsewhere, models: elsewhere }, path), 'models');
    assert.equal(refuses({ key: elsewhere }, path), 'key');
  }
  for (const path of ['/api/v1/session', '/v10', '/', '/mcpx', '/api/v1/v1/models']) {
    assert.equal(isModelPath(path), false, path);
    assert.equal(refuses({ models: elsewhere }, path), undefined, path);
    assert.equal(refuses({ api: elsewhere }, path), 'api');
    assert.equal(refuses({ key: elsewhere }, path), 'key');
  }
  assert.equal(refuses({ api: ['203.0.113.0/24'], key: elsewhere }, '/api/v1/audit'), 'key');
});

test('a list that is empty or was never made is no rule', () => {
  assert.deepEqual(rulesOf({ console: null, api: [], models: null }), []);
  assert.equal(findRefusing([], '/api/v1/session', 'anything'), undefined);
});
