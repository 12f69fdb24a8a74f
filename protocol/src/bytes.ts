// Bytes and their text forms; every decoder accepts exactly the one spelling its encoder writes, so text compares as bytes do.

/** Lower-case hexadecimal, two characters a byte. */
export function encodeHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** Reads lower-case hexadecimal; undefined for anything `encodeHex` would not write. */
export function decodeHex(text: string): Uint8Array | undefined {
  return decodeStrictly(text, (hex) => Uint8Array.fromHex(hex), encodeHex);
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** Reads padded standard base64; undefined for white space, missing padding, non-zero trailing bits or a foreign alphabet. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return decodeStrictly(text, (base64) => Uint8Array.fromBase64(base64), encodeBase64);
}

/** URL-safe base64 without padding (RFC 4648 section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}

/** Reads unpadded URL-safe base64; undefined for padding, white space, non-zero trailing bits or a foreign alphabet. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  return decodeStrictly(text, (url) => Uint8Array.fromBase64(url, { alphabet: 'base64url' }), encodeBase64Url);
}

/** UTF-8 bytes of `text`. Throws on a lone surrogate, which the platform encoder would silently replace. */
export function encodeUtf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError('text with a lone surrogate has no UTF-8 form');
  return plainBytes(Buffer.from(text, 'utf8'));
}

/** Text of strict UTF-8 bytes, a byte order mark kept as a character; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** One array holding all parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether both hold the same bytes. For public values: it may stop early, so it must not compare secrets. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

/** The same bytes as a plain array: a Buffer prints and compares differently from the arrays everything here returns. */
export function plainBytes(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// The platform decoders skip white space and forgive padding and case; encoding the result again leaves one spelling.
function decodeStrictly(
  text: string,
  decode: (text: string) => Uint8Array,
  encode: (bytes: Uint8Array) => string,
): Uint8Array | undefined {
  try {
    const bytes = decode(text);
    return encode(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
