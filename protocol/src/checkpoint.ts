// Checkpoints (C2SP tlog-checkpoint): the signed statement of a log's size and root.
import { decodeBase64, encodeBase64, equalBytes } from './bytes.ts';
import { emptyRoot } from './merkle.ts';
import { hashBytes } from './sha256.ts';
import { isNoteText, verifyNote } from './signed-note.ts';
import type { NoteFault, NoteVerifier } from './signed-note.ts';

/** A log's head: `size` leaves under `root`. `origin` names the log. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

export type CheckpointFault = 'malformed' | 'extension_lines' | 'size_too_large' | 'wrong_empty_root';

const sizePattern = /^(?:0|[1-9][0-9]*)$/;

/** Note text of a checkpoint, to be signed. Throws RangeError on one `parseCheckpoint` would refuse. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const text = `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) throw new RangeError(`not a checkpoint: ${parsed.reason}`);
  return text;
}

/**
 * Reads note text; use `openCheckpoint` on a signed note. Extension lines are refused: no monitor can audit them. So
 * are sizes from 2^53 on, which a number cannot hold exactly, and an empty tree with any root but the empty one.
 */
export function parseCheckpoint(
  text: string,
): { readonly ok: true; readonly checkpoint: Checkpoint } | { readonly ok: false; readonly reason: CheckpointFault } {
  const lines = text.split('\n').slice(0, -1);
  const [origin = '', sizeText = '', rootText = '', ...extensionLines] = lines;
  const root = decodeRoot(rootText);
  if (!isNoteText(text) || lines.includes('') || !sizePattern.test(sizeText) || root === undefined) {
    return { ok: false, reason: 'malformed' };
  }
  if (extensionLines.length > 0) return { ok: false, reason: 'extension_lines' };
  const size = Number(sizeText);
  if (!Number.isSafeInteger(size)) return { ok: false, reason: 'size_too_large' };
  if (size === 0 && !equalBytes(root, emptyRoot)) return { ok: false, reason: 'wrong_empty_root' };
  return { ok: true, checkpoint: { origin, size, root } };
}

/**
 * Believes a signed checkpoint of one log: a trusted key bearing the log's own origin as its name signed it, no trusted
 * key's signature is bad, and the text is a checkpoint of that origin. `signedBy` also names trusted cosigners.
 */
export function openCheckpoint(
  note: string,
  trust: { readonly origin: string; readonly verifiers: readonly NoteVerifier[] },
):
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly signedBy: readonly NoteVerifier[] }
  | { readonly ok: false; readonly reason: NoteFault | CheckpointFault | 'wrong_origin' | 'not_signed_by_log' } {
  const verified = verifyNote(note, trust.verifiers);
  if (!verified.ok) return verified;
  const { text, signedBy } = verified;
  if (!signedBy.some((verifier) => verifier.name === trust.origin)) return { ok: false, reason: 'not_signed_by_log' };
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) return parsed;
  if (parsed.checkpoint.origin !== trust.origin) return { ok: false, reason: 'wrong_origin' };
  return { ok: true, checkpoint: parsed.checkpoint, signedBy };
}

function decodeRoot(text: string): Uint8Array | undefined {
  const root = decodeBase64(text);
  return root?.length === hashBytes ? root : undefined;
}
