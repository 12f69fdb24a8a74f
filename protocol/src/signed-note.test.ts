// Checks that a note is believed only when a trusted key signed exactly it.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { hex, readVectors } from '../test/read-vectors.ts';
import { encodeUtf8 } from './bytes.ts';
import { ed25519PublicKey } from './ed25519.ts';
import {
  ed25519Verifier,
  encodeNote,
  encodeVerifierKey,
  makeVerifierKey,
  noteCharsMax,
  noteSignaturesMax,
  parseNote,
  parseVerifierKey,
  signNoteText,
  verifyNote,
} from './signed-note.ts';
import type { NoteSignature, NoteVerifier } from './signed-note.ts';

type Vectors = {
  signers: { name: string; seedHex: string; publicKeyHex: string; keyIdHex: string; vkey: string }[];
  notes: { vkeys: string[]; note: string; text: string; signedBy: string[] }[];
  refused: { vkeys: string[]; note: string; reason: string; why?: string }[];
  refusedVkeys: { vkey: string; reason: string; why?: string }[];
};
const vectors: Vectors = JSON.parse(readVectors('notes'));
const signers = vectors.signers.map(({ name, seedHex }) => ({ name, seed: hex(seedHex) }));
const [log = { name: '', seed: hex('') }] = signers;

function trust(vkey: string): NoteVerifier {
  const parsed = parseVerifierKey(vkey);
  assert.ok(parsed.ok, vkey);
  return ed25519Verifier(parsed.key);
}

test('keys, key ids and verifier keys agree with the vectors, and what is no key is refused for the right reason', () => {
  for (const { name, seedHex, publicKeyHex, keyIdHex, vkey } of vectors.signers) {
    const key = makeVerifierKey(name, ed25519PublicKey(hex(seedHex)));
    assert.deepEqual(key, { name, keyIdHex, publicKey: hex(publicKeyHex) });
    assert.equal(encodeVerifierKey(key), vkey);
    assert.deepEqual(parseVerifierKey(vkey), { ok: true, key });
  }
  for (const { vkey, reason, why } of vectors.refusedVkeys) {
    assert.deepEqual(parseVerifierKey(vkey), { ok: false, reason }, why ?? vkey);
  }
});

test('notes verify or are refused as the vectors say', () => {
  for (const { vkeys, note, text, signedBy } of vectors.notes) {
    const verified = verifyNote(note, vkeys.map(trust));
    assert.ok(verified.ok, note);
    assert.deepEqual([verified.text, verified.signedBy.map(({ name }) => name)], [text, signedBy]);
  }
  for (const { vkeys, note, reason, why } of vectors.refused) {
    assert.deepEqual(verifyNote(note, vkeys.map(trust)), { ok: false, reason }, why ?? reason);
  }
});

const noteTexts = fc.string({ unit: 'grapheme' }).map((text) => `${text.replaceAll(/[\p{Cc}]/gu, '\n')}\n`);

test('every text a note can carry returns from the note, signed, and the note is written back character for character', () => {
  fc.assert(
    fc.property(noteTexts, fc.subarray(signers, { minLength: 1 }), (text, chosen) => {
      const note = encodeNote({ text, signatures: chosen.map((signer) => signNoteText(text, signer)) });
      const parsed = parseNote(note);
      assert.ok(parsed.ok);
      assert.equal(encodeNote(parsed.note), note);
      const verified = verifyNote(
        note,
        vectors.signers.map(({ vkey }) => trust(vkey)),
      );
      assert.ok(verified.ok);
      assert.deepEqual([verified.text, verified.signedBy.length], [text, chosen.length]);
    }),
    { numRuns: 50 },
  );
});

test('flipping any single bit of a note signed by one key leaves nothing to believe', () => {
  const text = 'holdfast.example/log\n8\nÿ\n';
  const bytes = encodeUtf8(encodeNote({ text, signatures: [signNoteText(text, log)] }));
  const verifiers = vectors.signers.map(({ vkey }) => trust(vkey));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    assert.ok(!verifyNote(new TextDecoder('utf-8', { ignoreBOM: true }).decode(flipped), verifiers).ok, `bit ${bit}`);
  }
});

test('inserting, deleting or replacing any character leaves nothing to believe', () => {
  const text = 'first\n\nlast\n';
  const note = encodeNote({ text, signatures: [signNoteText(text, log)] });
  const verifiers = [trust(vectors.signers[0]?.vkey ?? '')];
  const edits = fc.tuple(
    fc.nat(note.length),
    fc.nat(2),
    fc.constantFrom('', ' ', '\n', '\r', '\t', 'A', '=', '—', '\u00a0'),
  );
  fc.assert(
    fc.property(edits, ([at, removed, added]) => {
      const edited = note.slice(0, at) + added + note.slice(at + removed);
      assert.ok(edited === note || !verifyNote(edited, verifiers).ok);
    }),
    { numRuns: 1000 },
  );
});

function withStrangers(count: number): string {
  const strangers = Array.from({ length: count }, (_, place): NoteSignature => {
    return { name: `stranger${place}.example`, keyIdHex: '00000000', signature: new Uint8Array(2420) };
  });
  const lines = strangers.map(
    ({ name, signature }) => `— ${name} ${Buffer.from([0, 0, 0, 0, ...signature]).toString('base64')}\n`,
  );
  const signed = encodeNote({ text: 'text\n', signatures: [signNoteText('text\n', log)] });
  return signed + lines.join('');
}

test('a note with 16 signatures of post-quantum size is read; one beyond the limits is not', () => {
  const verifiers = [trust(vectors.signers[0]?.vkey ?? '')];
  assert.ok(verifyNote(withStrangers(15), verifiers).ok);
  assert.ok(verifyNote(withStrangers(noteSignaturesMax - 1), verifiers).ok);
  assert.deepEqual(verifyNote(withStrangers(noteSignaturesMax), verifiers), { ok: false, reason: 'too_large' });
  const long = 'x'.repeat(noteCharsMax);
  assert.deepEqual(parseNote(`${long}\n\n— a AAAAAAA=\n`), { ok: false, reason: 'too_large' });
  assert.throws(() => encodeNote({ text: `${long}\n`, signatures: [signNoteText('text\n', log)] }), RangeError);
});

test('a trusted key that signed twice, once badly, refuses the note in either order', () => {
  const good = signNoteText('text\n', log);
  const bad = { ...good, signature: good.signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte)) };
  for (const signatures of [
    [good, bad],
    [bad, good],
  ]) {
    const note = encodeNote({ text: 'text\n', signatures });
    assert.deepEqual(verifyNote(note, [trust(vectors.signers[0]?.vkey ?? '')]), { ok: false, reason: 'bad_signature' });
  }
});

test('another signature type takes part through its own verifier', () => {
  const signature: NoteSignature = { name: 'w.example', keyIdHex: '01020304', signature: Uint8Array.of(7) };
  const note = encodeNote({ text: 'text\n', signatures: [signature] });
  const verifier = (holds: boolean): NoteVerifier => ({
    ...signature,
    verify: (text, bytes) => holds && text === 'text\n' && bytes[0] === 7,
  });
  assert.ok(verifyNote(note, [verifier(true)]).ok);
  assert.deepEqual(verifyNote(note, [verifier(false)]), { ok: false, reason: 'bad_signature' });
});

test('what the format cannot carry is never written', () => {
  const good = signNoteText('text\n', log);
  for (const text of ['', 'no newline', 'tab\t\n', 'return\r\n', 'nul\0\n', 'lone \ud800\n']) {
    assert.throws(() => encodeNote({ text, signatures: [good] }), RangeError, JSON.stringify(text));
  }
  for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u2003b', 'a\u0085b', 'a\nb', 'a\u0001b', '\ud800']) {
    assert.throws(() => encodeNote({ text: 'text\n', signatures: [{ ...good, name }] }), RangeError);
    assert.throws(() => signNoteText('text\n', { ...log, name }), RangeError);
  }
  for (const keyIdHex of ['', '0102030', '01020304 ', '0102030405', 'ABCDEF00']) {
    assert.throws(() => encodeNote({ text: 'text\n', signatures: [{ ...good, keyIdHex }] }), RangeError);
  }
  assert.throws(() => encodeNote({ text: 'text\n', signatures: [] }), RangeError);
  assert.throws(
    () => encodeNote({ text: 'text\n', signatures: [{ ...good, signature: new Uint8Array(0) }] }),
    RangeError,
  );
  const tooMany = Array.from({ length: noteSignaturesMax + 1 }, () => good);
  assert.throws(() => encodeNote({ text: 'text\n', signatures: tooMany }), RangeError);
  assert.throws(() => makeVerifierKey('zero.example', new Uint8Array(32)), RangeError);
});
