// Blocks of addresses as people write them: taken in their one canonical form, and refused with that form in any other.
import { z } from 'zod';
import { isAligned, parseAddress, parseCidr, startOf } from '#config.ts';
import type { FieldFault } from '#kernel/errors.ts';
import { errors } from './model.ts';

/** How many blocks a list may have. */
export const BLOCKS_MAX = 200;
/** An IPv4 address in IPv6 with its prefix is the longest way to write one. */
const TEXT_MAX = 50;

export const Blocks = z
  .array(z.string().min(1).max(TEXT_MAX))
  .max(BLOCKS_MAX)
  .describe('Blocks such as 203.0.113.0/24 or 2001:db8::/32, in canonical form; none is no rule');

export type BlockReading = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Whether a text is a block in its canonical form; else what it should be, where that can be told. */
export function readBlock(text: string): BlockReading {
  const block = parseCidr(text);
  if (block === undefined) {
    const address = parseAddress(text);
    if (address === undefined) return { ok: false, message: 'is no block of addresses such as 203.0.113.0/24' };
    return {
      ok: false,
      message: `has no prefix; a single address is ${address.text}/${String(address.bytes.length * 8)}`,
    };
  }
  const canonical = startOf(block).text;
  if (!isAligned(block))
    return { ok: false, message: `has bits behind its prefix; the block around it is ${canonical}` };
  return text === canonical ? { ok: true } : { ok: false, message: `is written ${canonical}` };
}

/** Every fault of a list, by JSON pointer. */
export function faultsOf(texts: readonly string[], pointer: string): readonly FieldFault[] {
  return texts.flatMap((text, index) => {
    const reading = readBlock(text);
    return reading.ok ? [] : [{ pointer: `${pointer}/${String(index)}`, message: reading.message }];
  });
}

/** Throws 422 `network_rules.not_canonical` with every fault of every list. */
export function demandBlocks(lists: Readonly<Record<string, readonly string[]>>): void {
  const fields = Object.entries(lists).flatMap(([pointer, texts]) => faultsOf(texts, pointer));
  if (fields.length > 0) throw errors['network_rules.not_canonical']({ fields });
}
