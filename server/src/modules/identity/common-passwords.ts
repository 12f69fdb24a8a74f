// Passwords that everybody tries first: a Bloom filter of the common and breached ones, looked up without a network.
import { readFileSync } from 'node:fs';
import { sha256 } from '#crypto/hash.ts';

// Made by tools/password-filter.ts of the lists of SecLists (MIT licence), 437,000 passwords. One of them is never missed; of
// others, one in ten thousand is taken for one of them.
export const filterFile = 'common-passwords.bloom';
export const filterBits = 2 ** 23;
const hashes = 13;

let loaded: Buffer | undefined;

/** Whether it is one of the list, or one with nothing but digits and signs before or after it. */
export function isCommonPassword(password: string): boolean {
  const listed = toListed(password);
  const core = listed.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return [listed, core, unLeet(listed), unLeet(core)].some((form) => form.length >= lengthMin && isInFilter(form));
}

/** What is left of a password by taking signs away is weighed from here on; shorter words are in any sentence. */
const lengthMin = 5;

/** The one spelling in which passwords are listed: case and width make none of them rare. */
export function toListed(password: string): string {
  return password.normalize('NFKC').toLowerCase();
}

/** Bits of the filter, by double hashing (Kirsch and Mitzenmacher 2006) of 64 bits of SHA-256. */
export function placesOf(listed: string): readonly number[] {
  const digest = sha256(listed);
  const [first, second] = [digest.readUInt32LE(0), (digest.readUInt32LE(4) | 1) >>> 0];
  return Array.from({ length: hashes }, (_, at) => (first + at * second) % filterBits);
}

function isInFilter(listed: string): boolean {
  loaded ??= readFileSync(new URL(filterFile, import.meta.url));
  const filter = loaded;
  return placesOf(listed).every((place) => ((filter[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0);
}

const LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Signs that stand for letters, read as these. */
function unLeet(text: string): string {
  return text.replaceAll(/[013457@$!]/g, (sign) => LETTERS[sign] ?? sign);
}
