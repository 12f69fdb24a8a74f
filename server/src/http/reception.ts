// Receives a request from the network: is it for us, from where, with which credential, and for which page's origin.
import type { Config, HostRule } from '#config.ts';
import { toSecret } from '#crypto/secret.ts';
import type { EdgeCookie } from './cookies.ts';
import type { Cors } from './cors.ts';
import { findCredential } from './credential.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { Door } from './door.ts';
import { demandHost, isSecure } from './host.ts';

export type ReceptionInput = {
  readonly config: Pick<Config, 'trustedProxies' | 'proxyHeader'>;
  readonly cookie: EdgeCookie;
  readonly cors: Cors;
  /** Known in full once the port is bound. */
  readonly rule: () => HostRule;
};

/** Throws 421 for a request that is meant for somebody else; its credential is read later, when the path is known. */
export function createReception({ config, cookie, cors, rule }: ReceptionInput): Door['receive'] {
  return ({ request, progress }) => {
    const { address, addressKey, origin } = demandHost(request, rule(), config);
    progress.isSecure = isSecure(request, rule());
    progress.extraHeaders = cors.headersFor(request);
    return {
      address,
      addressKey,
      credential: () => {
        const credential = findCredential(request, cookie);
        refuseCrossSite({ request, credential, origin, allowed: cors.origins });
        return credential;
      },
      deviceToken: () => {
        const token = cookie.findDevice(request.headers.cookie);
        return token === undefined ? undefined : toSecret(token);
      },
    };
  };
}
