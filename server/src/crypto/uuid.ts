// A UUID as the 16 bytes inside binary formats, in both directions.

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The 16 bytes. Throws TypeError unless the text is the canonical lower-case form, so that each id has one encoding. */
export function encodeUuid(uuid: string): Buffer {
  if (!uuidPattern.test(uuid)) throw new TypeError('an id inside a sealed value is a UUID in lower case');
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The canonical text of 16 bytes. Throws RangeError for another length. */
export function decodeUuid(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError('a UUID has 16 bytes');
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
