// Decodes base64 strictly: exactly one text for each value, so that a stored encoding can't be varied.

/** Standard alphabet, as PHC strings ('unpadded') and key files ('padded') write it; undefined unless canonical. */
export function decodeBase64(text: string, padding: 'padded' | 'unpadded'): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (encodeBase64(bytes, padding) === text) return bytes;
  bytes.fill(0);
  return undefined;
}

/** Standard alphabet with or without the `=` at the end. */
export function encodeBase64(bytes: Uint8Array, padding: 'padded' | 'unpadded'): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return padding === 'padded' ? text : text.replace(/=+$/, '');
}
