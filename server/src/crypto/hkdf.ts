// HKDF-Expand (RFC 5869 section 2.3), which Node offers only together with the extract step.
import { createHmac } from 'node:crypto';
import { reveal, type Secret } from './secret.ts';

const hashBytes = 32;

/**
 * Blocks of 32 bytes from a uniformly random 32-byte key with HMAC-SHA-256. Blocks are given apart because what is
 * derived is used apart: no cut runs through a block. Throws RangeError for another key length or more than 255 blocks.
 */
export function expandToBlocks(key: Secret<Uint8Array>, info: Uint8Array, count: number): readonly Buffer[] {
  const prk = reveal(key, 'hkdf.expand');
  if (prk.length !== hashBytes) throw new RangeError('HKDF-Expand takes a key of 32 bytes here');
  if (!Number.isInteger(count) || count < 1 || count > 255) throw new RangeError('HKDF-Expand gives 1 to 255 blocks');
  const blocks: Buffer[] = [];
  let previous: Buffer = Buffer.alloc(0);
  for (let index = 1; index <= count; index += 1) {
    previous = createHmac('sha256', prk).update(previous).update(info).update(Uint8Array.of(index)).digest();
    blocks.push(previous);
  }
  return blocks;
}
