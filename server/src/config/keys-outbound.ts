// The settings of what the server itself calls: targets, the way out, and whom it trusts there.
import { defineKind, type Kind, optionalKey } from './key.ts';
import { absolutePath, userPassword } from './kinds.ts';
import { proxyAddress } from './network-kinds.ts';

const group = 'Outbound calls';
const listCharactersMax = 16_384;

/** A list that the outbound part parses, entry by entry. It may be spread over lines. */
function rawList(form: string): Kind<string> {
  return defineKind(
    form,
    (text) =>
      text.length <= listCharactersMax
        ? { ok: true, value: text }
        : { ok: false, problem: `is longer than ${listCharactersMax} characters` },
    'lines',
  );
}

export const outboundKeys = {
  HOLDFAST_OUTBOUND_ALLOW: optionalKey(
    rawList('a comma-separated list of addresses, CIDR blocks and host names, each with an optional :port'),
    {
      group,
      text: 'Targets the server may call although they are private, speak plain http or use another port than 443 and 8443. An entry without a port opens 80, 443 and 8443 alone. The list holds for every organization; a change of it is audited at the start.',
      unset: 'public addresses over https only',
      example: 'ollama.internal:11434, 10.20.0.0/24:8000',
    },
  ),
  HOLDFAST_OUTBOUND_DENY: optionalKey(rawList('a comma-separated list of addresses and CIDR blocks'), {
    group,
    text: 'Public addresses that are internal to you, and are not called either. An entry of HOLDFAST_OUTBOUND_ALLOW that names one host or address with its port opens them again.',
    unset: 'no public address is closed',
    example: '203.0.113.0/24, 2001:db8:5::/48',
  }),
  HOLDFAST_OUTBOUND_PROXY: optionalKey(proxyAddress, {
    group,
    text: 'HTTP proxy (CONNECT) through which every such call goes, and none without it. Targets are still judged here first, and it is asked for the checked address. The database and the collector of traces are not reached through it.',
    unset: 'targets are connected to straight; HTTPS_PROXY and the like are not read',
    example: 'http://proxy.internal:4750',
  }),
  HOLDFAST_OUTBOUND_PROXY_CREDENTIAL: optionalKey(userPassword, {
    group,
    text: 'What that proxy asks for, sent to it alone.',
    unset: 'the proxy is told no credential',
    example: 'holdfast:PASSWORD',
    secret: true,
  }),
  HOLDFAST_OUTBOUND_CA_FILE: optionalKey(absolutePath, {
    group,
    text: 'PEM file with the private CAs of your model servers and of an https proxy, trusted besides those of this machine.',
    unset: 'the CAs that come with Node',
    example: '/etc/holdfast/outbound-ca.pem',
  }),
} as const;
