// The id under which a request is found in logs, problems and the audit log.
import { crockford32 } from '@holdfast/protocol/radix.ts';
import { newUuidBytes } from '#crypto/random.ts';

const GIVEN = /^[A-Za-z0-9._-]{8,64}$/;
const DIGITS = Buffer.from(crockford32);
const DIGITS_OF_ID = 26;
const text = Buffer.from(`req_${'0'.repeat(DIGITS_OF_ID)}`);

/** The caller's X-Request-ID where it is 8 to 64 harmless characters, else a new `req_…`. */
export function requestIdOf(given: string | readonly string[] | undefined): string {
  return typeof given === 'string' && GIVEN.test(given) ? given : newRequestId();
}

/** As `encodeId('req', newUuid())`, straight from the bytes: every request has one, and two texts between cost ten times this. */
function newRequestId(): string {
  let rest = 0;
  let restBits = 0;
  let place = text.length;
  const bytes = newUuidBytes();
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    rest |= (bytes[index] ?? 0) << restBits;
    restBits += 8;
    while (restBits >= 5) {
      text[--place] = DIGITS[rest & 31] ?? 0;
      rest >>= 5;
      restBits -= 5;
    }
  }
  text[--place] = DIGITS[rest] ?? 0;
  return text.toString('latin1');
}
