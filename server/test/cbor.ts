// Writes CBOR as authenticators do.

export type Cbor = number | string | Buffer | readonly Cbor[] | ReadonlyMap<Cbor, Cbor>;

/** RFC 8949, as much of it as authenticators write. */
export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? headOf(1, -1 - value) : headOf(0, value);
  if (typeof value === 'string') return Buffer.concat([headOf(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([headOf(2, value.length), value]);
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([key, item]: [Cbor, Cbor]) => [encodeCbor(key), encodeCbor(item)]);
    return Buffer.concat([headOf(5, value.size), ...pairs]);
  }
  const items = value as readonly Cbor[];
  return Buffer.concat([headOf(4, items.length), ...items.map(encodeCbor)]);
}

function headOf(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.of((major << 5) | argument);
  if (argument < 0x100) return Buffer.of((major << 5) | 24, argument);
  const head = Buffer.of((major << 5) | 25, 0, 0);
  head.writeUInt16BE(argument, 1);
  return head;
}
