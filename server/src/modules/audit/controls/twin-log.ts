// A small log as broken twins have it: entries of one stream, a tree over them and signed checkpoints, made by the public formats.
import { encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { encodeCheckpoint } from '@holdfast/protocol/checkpoint.ts';
import { ed25519PublicKey, signEd25519 } from '@holdfast/protocol/ed25519.ts';
import { appendLeafHashes, emptyFrontier, frontierRoot } from '@holdfast/protocol/merkle-frontier.ts';
import { encodeNote, encodeVerifierKey, makeVerifierKey } from '@holdfast/protocol/signed-note.ts';
import { randomBytes } from '#crypto/random.ts';
import { hashOf, type ShownEntry } from './recompute.ts';

const LENGTH = 6;
const ORIGIN = 'twin.invalid/log';
const seed = randomBytes(32);

export const twinPseudonym = encodeHex(randomBytes(32));
const key = makeVerifierKey(ORIGIN, ed25519PublicKey(seed));
export const twinVerifierKey = encodeVerifierKey(key);

function blankEntry(sequence: number): ShownEntry {
  const digits = String(sequence).padStart(12, '0');
  return {
    sequence,
    index: sequence - 1,
    eventId: `01980000-0000-7000-8000-${digits}`,
    at: `2026-01-01T00:0${sequence}:00.000Z`,
    action: 'api_key.created',
    outcome: 'allowed',
    actor: { kind: 'user', id: 'twin' },
    target: null,
    requestId: `req_${digits}`,
    facts: { name: `key ${sequence}` },
    salt: encodeHex(new Uint8Array(32).fill(sequence)),
    previous_hash: '',
    record_hash: '',
  };
}

/** Hashes entries one after the other, so that they are a chain whatever they say. */
export function chainEntries(entries: readonly ShownEntry[]): readonly ShownEntry[] {
  const chained: ShownEntry[] = [];
  for (const entry of entries) {
    const linked = { ...entry, previous_hash: chained.at(-1)?.record_hash ?? '0'.repeat(64) };
    chained.push({ ...linked, record_hash: hashOf(linked, twinPseudonym) ?? '' });
  }
  return chained;
}

/** Oldest first. */
export const twinEntries: readonly ShownEntry[] = chainEntries(
  Array.from({ length: LENGTH }, (_, at) => blankEntry(at + 1)),
);

export function leavesOf(entries: readonly ShownEntry[]): readonly Uint8Array[] {
  return entries.map(({ record_hash: hash }) => Uint8Array.fromHex(hash));
}

/** A signed checkpoint over the first `size` leaves. */
export function signTree(
  leaves: readonly Uint8Array[],
  size: number,
): { readonly size: number; readonly note: string } {
  const root = frontierRoot(appendLeafHashes(emptyFrontier, leaves.slice(0, size)));
  const text = encodeCheckpoint({ origin: ORIGIN, size, root });
  const signature = signEd25519(seed, encodeUtf8(text));
  return { size, note: encodeNote({ text, signatures: [{ name: key.name, keyIdHex: key.keyIdHex, signature }] }) };
}
