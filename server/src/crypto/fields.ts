// Encodes a sequence of fields so that two different sequences never give the same bytes.

/**
 * Each field as a 4-byte big-endian length and its bytes (text as UTF-8). Throws TypeError for text with a lone
 * surrogate: UTF-8 would replace it, and two different texts would become the same bytes.
 */
export function encodeFields(fields: readonly (string | Uint8Array)[]): Buffer {
  const parts: Buffer[] = [];
  for (const field of fields) {
    const bytes =
      typeof field === 'string' ? encodeText(field) : Buffer.from(field.buffer, field.byteOffset, field.length);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

function encodeText(text: string): Buffer {
  if (!text.isWellFormed()) throw new TypeError('a field holds a lone surrogate');
  return Buffer.from(text, 'utf8');
}
