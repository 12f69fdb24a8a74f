// Opens a way to a listener for probes: every request on a connection of its own, to the socket that is bound.
import { randomBytes } from '#crypto/random.ts';
import { askHttp, type HttpPlace } from '@holdfast/controls/probes/http.ts';
import type { Vantage } from '@holdfast/controls/verdict.ts';
import type { Web } from './instance.ts';

/** `isLocal`: the listener is on this machine, so that any address of 127.0.0.0/8 may be asked from. */
export function openWeb(place: HttpPlace, options: { readonly vantage: Vantage; readonly isLocal: boolean }): Web {
  const { vantage, isLocal } = options;
  return {
    vantage,
    origin: place.origin,
    ask: (request, signal) => askHttp(place, request, signal),
    // Linux gives the whole of 127.0.0.0/8 to loopback; other systems have 127.0.0.1 alone until told otherwise.
    freshAddress: () => (isLocal && process.platform === 'linux' ? freshLoopback() : undefined),
  };
}

/** One of 127.64.0.1 … 127.127.255.254: far from the addresses that programs are given by hand. */
function freshLoopback(): string {
  const [second = 0, third = 0, fourth = 0] = randomBytes(3);
  return `127.${64 + (second % 64)}.${third}.${1 + (fourth % 254)}`;
}
