// Checks the audit leaf's bytes, its payload commitment, and that no tampering with a stream goes unnoticed.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { commitPayload, decodeAuditLeaf, encodeAuditLeaf, recordHash, verifyChain } from './audit-leaf.ts';
import type { AuditLeaf, AuditOutcome, ChainHead } from './audit-leaf.ts';
import { CanonicalJsonError, canonicalJson } from './canonical-json.ts';
import { uuidFromBytes } from './ids.ts';

type Fields = {
  eventId: string;
  timeUs: string;
  streamPseudonymHex: string;
  streamSeq: string;
  previousHashHex: string;
  classUid: number;
  outcome: AuditOutcome;
  payloadCommitHex: string;
};
type Chain = {
  after?: { streamPseudonymHex: string; streamSeq: string; recordHashHex: string };
  leavesHex: string[];
  ok: boolean;
  count?: number;
  headSeq?: string;
  headHashHex?: string;
  at?: number;
  reason?: string;
  why?: string;
};
type Vectors = {
  leaves: { fields: Fields; leafHex: string; recordHashHex: string }[];
  commits: { saltHex: string; payload: unknown; canonical: string; commitHex: string }[];
  refusedLeaves: { leafHex: string; why: string }[];
  chains: Chain[];
};
const vectors: Vectors = JSON.parse(readVectors('audit-leaf'));

function leafOf(fields: Fields): AuditLeaf {
  const { eventId, classUid, outcome } = fields;
  return {
    eventId,
    timeUs: BigInt(fields.timeUs),
    streamPseudonym: hex(fields.streamPseudonymHex),
    streamSeq: BigInt(fields.streamSeq),
    previousHash: hex(fields.previousHashHex),
    classUid,
    outcome,
    payloadCommit: hex(fields.payloadCommitHex),
  };
}

test('leaves, record hashes and commitments agree with the vectors in both directions', () => {
  for (const { fields, leafHex, recordHashHex } of vectors.leaves) {
    assert.equal(encodeAuditLeaf(leafOf(fields)).toHex(), leafHex);
    assert.deepEqual(decodeAuditLeaf(hex(leafHex)), leafOf(fields));
    assert.equal(recordHash(hex(leafHex)).toHex(), recordHashHex);
  }
  for (const { saltHex, payload, canonical, commitHex } of vectors.commits) {
    assert.equal(canonicalJson(payload), canonical);
    assert.equal(commitPayload(hex(saltHex), payload).toHex(), commitHex);
  }
  for (const { leafHex, why } of vectors.refusedLeaves) {
    assert.equal(decodeAuditLeaf(hex(leafHex)), undefined, why);
    assert.deepEqual(verifyChain([hex(leafHex)]), { ok: false, at: 0, reason: 'malformed_leaf' }, why);
  }
});

test('chains hold or break as the vectors say', () => {
  for (const { after, leavesHex, ok, count, headSeq, headHashHex, at, reason, why } of vectors.chains) {
    const from: ChainHead | undefined = after && {
      streamPseudonym: hex(after.streamPseudonymHex),
      streamSeq: BigInt(after.streamSeq),
      recordHash: hex(after.recordHashHex),
    };
    const verified = verifyChain(leavesHex.map(hex), from);
    if (!verified.ok) {
      assert.deepEqual(verified, { ok, at, reason }, String(why));
      continue;
    }
    const { head } = verified;
    assert.deepEqual(
      [true, verified.count, head?.streamSeq.toString(), head?.recordHash.toHex()],
      [ok, count, headSeq, headHashHex],
    );
  }
});

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const outcomes = fc.constantFrom<AuditOutcome>('allowed', 'denied', 'failed');
const leaves = fc
  .tuple(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    uint64,
    bytes32,
    uint64,
    bytes32,
    fc.nat(2 ** 32 - 1),
    outcomes,
    bytes32,
  )
  .map(([event, timeUs, streamPseudonym, seq, hash, classUid, outcome, payloadCommit]): AuditLeaf => {
    const previousHash = seq <= 1n ? new Uint8Array(32) : hash.with(0, hash[0] || 1);
    const streamSeq = seq === 0n ? 1n : seq;
    return {
      eventId: uuidFromBytes(event),
      timeUs,
      streamPseudonym,
      streamSeq,
      previousHash,
      classUid,
      outcome,
      payloadCommit,
    };
  });

test('every leaf returns from its 134 bytes, and bytes that are a leaf are the only ones of that leaf', () => {
  fc.assert(
    fc.property(leaves, fc.nat(134 * 8 - 1), (leaf, bit) => {
      const bytes = encodeAuditLeaf(leaf);
      assert.equal(bytes.length, 134);
      assert.deepEqual(decodeAuditLeaf(bytes), leaf);
      const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      const other = decodeAuditLeaf(flipped);
      if (other) assert.deepEqual(encodeAuditLeaf(other), flipped);
      assert.notDeepEqual(recordHash(flipped), recordHash(bytes));
    }),
  );
});

/** A stream of leaves, each linked to the one before. */
function streamOf(length: number): readonly Uint8Array[] {
  const [first] = vectors.leaves;
  assert.ok(first);
  const stream: Uint8Array[] = [];
  for (let place = 0; place < length; place += 1) {
    const before = stream.at(-1);
    const previousHash = before ? recordHash(before) : new Uint8Array(32);
    stream.push(encodeAuditLeaf({ ...leafOf(first.fields), streamSeq: BigInt(place + 1), previousHash }));
  }
  return stream;
}

test('flipping any bit of any leaf but the last breaks the chain at that leaf or the next', () => {
  const stream = streamOf(4);
  for (let place = 0; place < stream.length - 1; place += 1) {
    for (let bit = 0; bit < 134 * 8; bit += 1) {
      const forged = stream.map((leaf, at) =>
        at === place ? leaf.with(bit >> 3, (leaf[bit >> 3] ?? 0) ^ (1 << (bit & 7))) : leaf,
      );
      const verified = verifyChain(forged);
      assert.ok(!verified.ok && (verified.at === place || verified.at === place + 1), `bit ${bit} of leaf ${place}`);
    }
  }
});

test('changing the last leaf or cutting leaves off the end changes the head', () => {
  const stream = streamOf(4);
  const whole = verifyChain(stream);
  const last = stream.at(-1)?.with(133, 1) ?? new Uint8Array(0);
  for (const forged of [stream.slice(0, 3), [...stream.slice(0, 3), last], []]) {
    const verified = verifyChain(forged);
    assert.ok(whole.ok && verified.ok);
    assert.notDeepEqual(verified.head, whole.head);
  }
});

test('removing, repeating or swapping leaves anywhere breaks the chain', () => {
  const stream = streamOf(12);
  const places = fc.tuple(fc.nat(11), fc.nat(11));
  fc.assert(
    fc.property(places, ([one, other]) => {
      if (one < 11) assert.ok(!verifyChain(stream.toSpliced(one, 1)).ok);
      assert.ok(!verifyChain(stream.toSpliced(other, 0, stream[one] ?? new Uint8Array(0))).ok);
      const swapped = stream
        .with(one, stream[other] ?? new Uint8Array(0))
        .with(other, stream[one] ?? new Uint8Array(0));
      assert.equal(verifyChain(swapped).ok, one === other);
    }),
  );
});

test('a stream verified in stretches ends at the same head as in one go, even read through one reused buffer', () => {
  const stream = streamOf(9);
  const buffer = new Uint8Array(134);
  function* reusing(part: readonly Uint8Array[]): Generator<Uint8Array> {
    for (const leaf of part) {
      buffer.set(leaf);
      yield buffer;
    }
  }
  const first = verifyChain(reusing(stream.slice(0, 5)));
  assert.ok(first.ok);
  buffer.fill(0);
  const second = verifyChain(reusing(stream.slice(5)), first.head);
  const whole = verifyChain(stream);
  assert.ok(second.ok && whole.ok);
  assert.deepEqual(second.head, whole.head);
  const stranger = stream.map((leaf, at) => (at === 1 ? leaf.with(30, 1) : leaf));
  assert.deepEqual(verifyChain(reusing(stranger)), { ok: false, at: 1, reason: 'other_stream' });
});

test('a commitment depends on every bit of the salt and on the payload, not on the order of its members', () => {
  const salt = new Uint8Array(32);
  const commit = commitPayload(salt, { a: 1, b: [2] }).toHex();
  assert.equal(commitPayload(salt, { b: [2], a: 1 }).toHex(), commit);
  assert.notEqual(commitPayload(salt, { a: 1, b: [3] }).toHex(), commit);
  for (let bit = 0; bit < 256; bit += 1) {
    assert.notEqual(commitPayload(salt.with(bit >> 3, 1 << (bit & 7)), { a: 1, b: [2] }).toHex(), commit);
  }
  assert.throws(() => commitPayload(new Uint8Array(16), {}), RangeError);
  assert.throws(() => commitPayload(salt, { a: undefined }), CanonicalJsonError);
});

test('a leaf with a field out of range is never written', () => {
  const [vector] = vectors.leaves;
  assert.ok(vector);
  const leaf = leafOf(vector.fields);
  const short = new Uint8Array(31);
  const wrong: Partial<AuditLeaf>[] = [
    { eventId: 'x' },
    { timeUs: -1n },
    { timeUs: 2n ** 64n },
    { streamPseudonym: short },
    { streamSeq: 0n },
    { streamSeq: 2n },
    { streamSeq: 2n ** 64n + 1n },
    { previousHash: short },
    { previousHash: new Uint8Array(32).fill(1) },
    { classUid: -1 },
    { classUid: 2 ** 32 },
    { classUid: 0.5 },
    { classUid: Number.NaN },
    { payloadCommit: short },
    JSON.parse('{"outcome":"unknown"}'),
  ];
  for (const fields of wrong) assert.throws(() => encodeAuditLeaf({ ...leaf, ...fields }), RangeError);
});
