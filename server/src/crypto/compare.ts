// Comparisons whose time doesn't depend on where two values differ.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const comparisonKey = randomBytes(32);

/** Whether two byte arrays are equal. Different lengths are false at once: use it where the length is public. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Whether two texts are equal as UTF-8, whatever their lengths: both are authenticated under a key of this process first,
 * so neither length nor common beginning shows. A lone surrogate equals nothing.
 */
export function equalTexts(left: string, right: string): boolean {
  const same = timingSafeEqual(digest(left), digest(right));
  return same && left.isWellFormed() && right.isWellFormed();
}

function digest(text: string): Buffer {
  return createHmac('sha256', comparisonKey).update(text).digest();
}
