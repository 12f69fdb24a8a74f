// Checkpoints in the C2SP formats: signing the tree's head, and believing a stored one only by its signature.
import { encodeCheckpoint, openCheckpoint } from '@holdfast/protocol/checkpoint.ts';
import {
  ed25519Verifier,
  encodeNote,
  encodeVerifierKey,
  makeVerifierKey,
  parseNote,
} from '@holdfast/protocol/signed-note.ts';
import { errors } from './model.ts';
import type { AuditKeys } from '#kernel/tools.ts';

/** A signed note over origin, size and root; the origin is the name of the key, as tlog-checkpoint recommends. */
export function signCheckpoint(keys: AuditKeys, origin: string, size: number, root: Uint8Array): string {
  const text = encodeCheckpoint({ origin, size, root });
  const key = makeVerifierKey(origin, keys.signer.publicKey);
  const signature = keys.signer.sign(Buffer.from(text, 'utf8'));
  return encodeNote({ text, signatures: [{ name: key.name, keyIdHex: key.keyIdHex, signature }] });
}

/** The checkpoint of a stored note, if our own key signed it. */
export function openOwnCheckpoint(keys: AuditKeys, note: string) {
  const origin = originOf(note);
  const verifiers = [ed25519Verifier(makeVerifierKey(origin, keys.signer.publicKey))];
  return openCheckpoint(note, { origin, verifiers });
}

/** The key with which anybody verifies checkpoints of this log, as text. */
export function verifierKeyOf(keys: AuditKeys, note: string): string {
  return encodeVerifierKey(makeVerifierKey(originOf(note), keys.signer.publicKey));
}

function originOf(note: string): string {
  const parsed = parseNote(note);
  const origin = parsed.ok ? parsed.note.text.split('\n', 1)[0] : undefined;
  if (origin === undefined || origin === '')
    throw errors['audit.damaged']({ cause: new Error('the stored checkpoint is not a note') });
  return origin;
}
