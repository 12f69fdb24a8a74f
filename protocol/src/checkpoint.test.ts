// Checks that a checkpoint says one thing in one spelling and only its own log can say it.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { encodeCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { ed25519Verifier, parseVerifierKey } from './signed-note.ts';
import type { NoteVerifier } from './signed-note.ts';

type Said = { origin: string; size: number; root: string };
type Signed = { origin: string; vkeys: string[]; note: string };
type Vectors = {
  texts: (Said & { text: string })[];
  refusedTexts: { text: string; reason: string; why?: string }[];
  opened: (Signed & { size: number; root: string; signedBy: string[] })[];
  refusedNotes: (Signed & { reason: string; why?: string })[];
};
const vectors: Vectors = JSON.parse(readVectors('checkpoints'));

function trust(vkey: string): NoteVerifier {
  const parsed = parseVerifierKey(vkey);
  assert.ok(parsed.ok, vkey);
  return ed25519Verifier(parsed.key);
}

test('texts agree with the vectors in both directions', () => {
  for (const { text, origin, size, root } of vectors.texts) {
    assert.deepEqual(parseCheckpoint(text), { ok: true, checkpoint: { origin, size, root: hex(root) } });
    assert.equal(encodeCheckpoint({ origin, size, root: hex(root) }), text);
  }
  for (const { text, reason, why } of vectors.refusedTexts) {
    assert.deepEqual(parseCheckpoint(text), { ok: false, reason }, why ?? text);
  }
});

test('signed checkpoints open, or are refused, as the vectors say', () => {
  for (const { origin, vkeys, note, size, root, signedBy } of vectors.opened) {
    const opened = openCheckpoint(note, { origin, verifiers: vkeys.map(trust) });
    assert.ok(opened.ok);
    assert.deepEqual(opened.checkpoint, { origin, size, root: hex(root) });
    assert.deepEqual(
      opened.signedBy.map(({ name }) => name),
      signedBy,
    );
  }
  for (const { origin, vkeys, note, reason, why } of vectors.refusedNotes) {
    assert.deepEqual(
      openCheckpoint(note, { origin, verifiers: vkeys.map(trust) }),
      { ok: false, reason },
      why ?? reason,
    );
  }
});

test('a log is never mistaken for another whose key is trusted too', () => {
  const [signed] = vectors.opened;
  assert.ok(signed);
  const opened = openCheckpoint(signed.note, { origin: 'other.example/log', verifiers: signed.vkeys.map(trust) });
  assert.deepEqual(opened, { ok: false, reason: 'not_signed_by_log' });
});

test('every checkpoint returns from its text, and no other text says the same', () => {
  const origins = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
  const roots = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const edits = fc.tuple(fc.nat(120), fc.nat(2), fc.constantFrom('', '0', '\n', ' ', '=', 'A', '\r'));
  fc.assert(
    fc.property(
      origins,
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      roots,
      edits,
      (origin, size, root, [at, removed, added]) => {
        const checkpoint = { origin, size, root };
        const text = encodeCheckpoint(checkpoint);
        assert.deepEqual(parseCheckpoint(text), { ok: true, checkpoint });
        const edited = parseCheckpoint(text.slice(0, at) + added + text.slice(at + removed));
        if (edited.ok)
          assert.equal(encodeCheckpoint(edited.checkpoint), text.slice(0, at) + added + text.slice(at + removed));
      },
    ),
    { numRuns: 500 },
  );
});

test('a checkpoint that could not be read back is never written', () => {
  const root = new Uint8Array(32);
  for (const origin of ['', 'a\nb', 'a\tb', '\ud800'])
    assert.throws(() => encodeCheckpoint({ origin, size: 1, root }), RangeError);
  for (const size of [-1, 0.5, Number.NaN, 2 ** 53, 1e21]) {
    assert.throws(() => encodeCheckpoint({ origin: 'log.example', size, root }), RangeError, String(size));
  }
  assert.throws(() => encodeCheckpoint({ origin: 'log.example', size: 1, root: new Uint8Array(31) }), RangeError);
  assert.throws(() => encodeCheckpoint({ origin: 'log.example', size: 0, root }), RangeError);
});
