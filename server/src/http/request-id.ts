// The id under which a request is found in logs, problems and the audit log.
import { encodeId } from '@holdfast/protocol/ids.ts';
import { newUuid } from '#crypto/random.ts';

const GIVEN = /^[A-Za-z0-9._-]{8,64}$/;

/** The caller's X-Request-ID where it is 8 to 64 harmless characters, else a new `req_…`. */
export function requestIdOf(given: string | readonly string[] | undefined): string {
  return typeof given === 'string' && GIVEN.test(given) ? given : encodeId('req', newUuid());
}
