// CRC-32 (ISO 3309, reflected polynomial 0xEDB88320, as in zip and PNG): catches typing errors, proves nothing about origin.

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/** The checksum as four bytes, big-endian. Any change confined to 32 neighboring bits changes it. */
export function crc32(bytes: Uint8Array): Uint8Array {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0);
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, ~remainder >>> 0);
  return checksum;
}
