// Reads the language-neutral vectors for tests.
import { readFileSync } from 'node:fs';

/** The folder of the vectors. */
export const vectorsFolder: URL = new URL('../vectors/', import.meta.url);

/** JSON text of `vectors/<name>.json`. */
export function readVectors(name: string): string {
  return readFileSync(new URL(`${name}.json`, vectorsFolder), 'utf8');
}

/** Bytes of a vector's hexadecimal text. */
export function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text);
}
