// Signed notes (C2SP signed-note): text with signature lines of named keys, and the verifier keys people copy around.
import { concatBytes, decodeBase64, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from './bytes.ts';
import { ed25519PublicKey, isEd25519PublicKey, signEd25519, verifyEd25519 } from './ed25519.ts';
import { sha256 } from './sha256.ts';

/** One signature line. The key's name and its four-byte id, as 8 lower-case hex characters, together name the key. */
export type NoteSignature = { readonly name: string; readonly keyIdHex: string; readonly signature: Uint8Array };

/** A note taken apart. Nothing in it may be believed before `verifyNote`. */
export type SignedNote = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** A trusted key; other signature types (cosignatures) bring their own `verify`. */
export type NoteVerifier = {
  readonly name: string;
  readonly keyIdHex: string;
  readonly verify: (text: string, signature: Uint8Array) => boolean;
};

/** An Ed25519 key of the note format (signature type 0x01). */
export type VerifierKey = { readonly name: string; readonly keyIdHex: string; readonly publicKey: Uint8Array };

export type NoteFault = 'too_large' | 'malformed' | 'ambiguous_verifiers' | 'bad_signature' | 'no_known_signature';
export type VerifierKeyFault = 'malformed' | 'unsupported_type' | 'unusable_key' | 'key_id_mismatch';

/** UTF-16 code units of the longest note read. */
export const noteCharsMax = 1_000_000;
/** Signature lines of the longest note read; the format asks for at least 16. */
export const noteSignaturesMax = 64;
/** Signature type byte of Ed25519 over the note text. */
export const ed25519NoteType = 0x01;

const signatureLine = /^— ([^ ]+) ([^ ]+)$/;
const verifierKeyPattern = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;

/** Key id the format recommends: the first four bytes of SHA-256(name || 0x0A || type || public key), in hex. */
export function noteKeyId(name: string, type: number, publicKey: Uint8Array): string {
  return encodeHex(sha256(concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
}

/** Writes a note. Throws RangeError on text or names the format cannot carry, and on no or too many signatures. */
export function encodeNote(note: SignedNote): string {
  if (!isNoteText(note.text)) throw new RangeError('note text ends with a newline and has no other control character');
  const lines = note.signatures.map(({ name, keyIdHex, signature }) => {
    const keyId = decodeHex(keyIdHex);
    if (!isKeyName(name) || keyId?.length !== 4 || signature.length === 0)
      throw new RangeError('malformed note signature');
    return `— ${name} ${encodeBase64(concatBytes(keyId, signature))}\n`;
  });
  if (lines.length === 0 || lines.length > noteSignaturesMax) throw new RangeError('a note has 1 to 64 signatures');
  const encoded = `${note.text}\n${lines.join('')}`;
  if (encoded.length > noteCharsMax) throw new RangeError('the note is longer than any reader accepts');
  return encoded;
}

/** Takes a note apart without believing it. Whatever parses is written again by `encodeNote` character for character. */
export function parseNote(
  note: string,
):
  | { readonly ok: true; readonly note: SignedNote }
  | { readonly ok: false; readonly reason: 'too_large' | 'malformed' } {
  if (note.length > noteCharsMax) return { ok: false, reason: 'too_large' };
  const textEnd = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, textEnd);
  const lines = note.slice(textEnd + 1).split('\n');
  if (textEnd === 0 || !isNoteText(text) || lines.pop() !== '') return { ok: false, reason: 'malformed' };
  if (lines.length > noteSignaturesMax) return { ok: false, reason: 'too_large' };
  const signatures = lines.map(parseSignatureLine).filter((signature) => signature !== undefined);
  if (lines.length === 0 || signatures.length < lines.length) return { ok: false, reason: 'malformed' };
  return { ok: true, note: { text, signatures } };
}

/**
 * Believes a note's text when at least one trusted key signed it. Signatures of unknown keys are ignored; one bad
 * signature of a trusted key refuses the note, whatever the others say. `signedBy` lists who signed, in line order.
 */
export function verifyNote(
  note: string,
  verifiers: readonly NoteVerifier[],
):
  | { readonly ok: true; readonly text: string; readonly signedBy: readonly NoteVerifier[] }
  | { readonly ok: false; readonly reason: NoteFault } {
  const known = new Map(verifiers.map((verifier) => [`${verifier.name}+${verifier.keyIdHex}`, verifier]));
  if (known.size < verifiers.length) return { ok: false, reason: 'ambiguous_verifiers' };
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { text, signatures } = parsed.note;
  const signedBy = new Set<NoteVerifier>();
  for (const { name, keyIdHex, signature } of signatures) {
    const verifier = known.get(`${name}+${keyIdHex}`);
    if (verifier === undefined) continue;
    if (!verifier.verify(text, signature)) return { ok: false, reason: 'bad_signature' };
    signedBy.add(verifier);
  }
  return signedBy.size > 0 ? { ok: true, text, signedBy: [...signedBy] } : { ok: false, reason: 'no_known_signature' };
}

/** The note key of a public key. Throws RangeError on a name the format cannot carry or a weak or malformed key. */
export function makeVerifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError('a key name is not empty and has no space, plus or control character');
  if (!isEd25519PublicKey(publicKey)) throw new RangeError('not a usable Ed25519 public key');
  return { name, keyIdHex: noteKeyId(name, ed25519NoteType, publicKey), publicKey };
}

/** Text of a verifier key ("vkey"): name, key id and key joined by `+`. */
export function encodeVerifierKey(key: VerifierKey): string {
  return `${key.name}+${key.keyIdHex}+${encodeBase64(concatBytes(Uint8Array.of(ed25519NoteType), key.publicKey))}`;
}

/** Reads a verifier key; the id must be the one its name and key give, and the key one under which not anyone can forge. */
export function parseVerifierKey(
  text: string,
): { readonly ok: true; readonly key: VerifierKey } | { readonly ok: false; readonly reason: VerifierKeyFault } {
  const [, name = '', keyIdHex, base64 = ''] = verifierKeyPattern.exec(text) ?? [];
  const material = decodeBase64(base64);
  if (!isKeyName(name) || !material?.length) return { ok: false, reason: 'malformed' };
  if (material[0] !== ed25519NoteType) return { ok: false, reason: 'unsupported_type' };
  const publicKey = material.slice(1);
  if (!isEd25519PublicKey(publicKey)) return { ok: false, reason: 'unusable_key' };
  const key = makeVerifierKey(name, publicKey);
  return key.keyIdHex === keyIdHex ? { ok: true, key } : { ok: false, reason: 'key_id_mismatch' };
}

/** Trust in an Ed25519 key, for `verifyNote`. */
export function ed25519Verifier(key: VerifierKey): NoteVerifier {
  const verify = (text: string, signature: Uint8Array): boolean =>
    verifyEd25519(key.publicKey, encodeUtf8(text), signature);
  return { name: key.name, keyIdHex: key.keyIdHex, verify };
}

/** Signature line of `text` under a seed held here; a key held elsewhere signs the same UTF-8 bytes. */
export function signNoteText(
  text: string,
  signer: { readonly name: string; readonly seed: Uint8Array },
): NoteSignature {
  const { name, keyIdHex } = makeVerifierKey(signer.name, ed25519PublicKey(signer.seed));
  return { name, keyIdHex, signature: signEd25519(signer.seed, encodeUtf8(text)) };
}

/** Whether a note can carry this text: it ends with a newline, has a UTF-8 form and no other ASCII control character. */
export function isNoteText(text: string): boolean {
  if (!text.endsWith('\n') || !text.isWellFormed()) return false;
  for (let place = 0; place < text.length; place += 1) {
    if (text.charAt(place) < ' ' && text.charAt(place) !== '\n') return false;
  }
  return true;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', base64 = ''] = signatureLine.exec(line) ?? [];
  const bytes = decodeBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyIdHex: encodeHex(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

function isKeyName(name: string): boolean {
  return name !== '' && !/[+\p{White_Space}]/u.test(name) && isNoteText(`${name}\n`);
}
