// Rules that name every address but one: whoever else uses an organization meanwhile does not notice.
import { parseAddress, startOf } from '#config.ts';

/** Blocks that cover every IPv4 and IPv6 address but this one; undefined for what is no address. */
export function everywhereBut(text: string): readonly string[] | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const { family, bytes } = address;
  // At each length of prefix, the sibling of the block that holds the address.
  const siblings = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (128 >> (bit & 7)) : byte));
    return startOf({ family, bytes: flipped, prefixBits: bit + 1 }).text;
  });
  return [family === 4 ? '::/0' : '0.0.0.0/0', ...siblings];
}
