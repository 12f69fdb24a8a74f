// The settings that decide who can reach the server and how they are told apart.
import { defaultedKey, optionalKey } from './key.ts';
import { absolutePath, environmentName, oneOf, wholeNumber } from './kinds.ts';
import { listenAddresses, proxyBlocks, publicOriginKind, webOrigins } from './network-kinds.ts';

const group = 'Listening and exposure';

export const networkKeys = {
  HOLDFAST_LISTEN: defaultedKey(listenAddresses, {
    group,
    text: 'Addresses the server listens on. Anything but loopback makes the deployment exposed, which demands TLS or declared proxies, an https public URL and a master key file.',
    default: '127.0.0.1,::1',
    example: '0.0.0.0,::',
  }),
  HOLDFAST_PORT: defaultedKey(wholeNumber(0, 65_535), {
    group,
    text: 'Port of the console, the API, models and tools. 0 takes a free port, on loopback only.',
    default: '7420',
    example: '7420',
  }),
  HOLDFAST_PRIVATE_PORT: defaultedKey(wholeNumber(0, 65_535), {
    group,
    text: 'Port of the metrics and the full health status. It is bound on loopback, whatever else is set. 0 takes a free port, on loopback only.',
    default: '7421',
    example: '7421',
  }),
  HOLDFAST_PUBLIC_URL: optionalKey(publicOriginKind, {
    group,
    text: 'The address people and programs use. Only its host is served, and links, cookies, issuers and passkeys are made from it. Mandatory when exposed.',
    unset: 'http://localhost with the port (https with TLS files)',
    example: 'https://holdfast.example.org',
  }),
  HOLDFAST_ENVIRONMENT: defaultedKey(environmentName, {
    group,
    text: 'Name of this environment. Key material and database carry it, and material of another environment is refused. It relaxes nothing.',
    default: 'production',
    example: 'staging',
  }),
  HOLDFAST_TLS_CERT_FILE: optionalKey(absolutePath, {
    group,
    text: 'PEM file with the certificate of the server, followed by its intermediates (and by the root, if the CA is a private one).',
    unset: 'no TLS of its own',
    example: '/etc/holdfast/tls/fullchain.pem',
  }),
  HOLDFAST_TLS_KEY_FILE: optionalKey(absolutePath, {
    group,
    text: 'PEM file with the private key of that certificate, unencrypted, mode 0600 or 0640.',
    unset: 'no TLS of its own',
    example: '/etc/holdfast/tls/privkey.pem',
  }),
  HOLDFAST_TRUSTED_PROXIES: optionalKey(proxyBlocks, {
    group,
    text: 'Address blocks of your own reverse proxies. Forwarding headers count from these alone; from anybody else they are refused.',
    unset: 'no proxy is trusted',
    example: '10.20.0.5/32,fd00:20::5/128',
  }),
  HOLDFAST_PROXY_HEADER: defaultedKey(oneOf('x-forwarded-for', 'forwarded'), {
    group,
    text: 'The header in which your proxies name the client. The other one is ignored, because a proxy that does not write it passes on what the client wrote.',
    default: 'x-forwarded-for',
    example: 'forwarded',
  }),
  HOLDFAST_CORS_ORIGINS: optionalKey(webOrigins, {
    group,
    text: 'Exact origins whose pages may call the API from a browser.',
    unset: 'no other origin',
    example: 'https://app.example.org,https://intranet.example.org',
  }),
} as const;
