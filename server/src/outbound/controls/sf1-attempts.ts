// What SF1 asks for: targets that no request may reach, each with the answer that says why, and the good ones beside them.
import type { OutboundRequest } from '../outbound.ts';

/** `INSIDE` and `LISTED` in a URL stand for the ports of two servers on loopback: one that nobody listed, and one that is. */
export type Attempt = {
  readonly name: string;
  readonly url: string;
  /** Answers as `describeAnswer` gives them. More than one where the operator's own list decides which rule comes first. */
  readonly expected: readonly [string, ...string[]];
  readonly request?: Partial<OutboundRequest>;
};

const PATIENCE = { totalMs: 1_500, connectMs: 1_000, firstByteMs: 1_000 } as const;

/** An address out of untrusted text: nothing is listed for it. Ports are ordinary, so that the address alone decides. */
function stranger(name: string, url: string, expected = 'address'): Attempt {
  return { name, url, expected: [expected], request: { onlyPublic: true, limits: PATIENCE } };
}

/** The operator's list holds, and these are in nobody's list. */
function never(name: string, url: string): Attempt {
  return { name, url, expected: ['address'], request: { limits: PATIENCE } };
}

/** Asked of the running client, as it is. */
export const liveAttempts: readonly Attempt[] = [
  {
    name: 'a server on loopback',
    url: 'http://127.0.0.1:INSIDE/live',
    // Without any address on the operator's list plain http is refused before the address is looked at.
    expected: ['address', 'scheme'],
    request: { limits: PATIENCE },
  },
  stranger('loopback', 'https://127.0.0.1/'),
  stranger('loopback over IPv6', 'https://[::1]/'),
  stranger('a private network, 10', 'https://10.255.255.254/'),
  stranger('a private network, 172.16', 'https://172.31.255.254/'),
  stranger('a private network, 192.168', 'https://192.168.255.254/'),
  stranger('a unique local address', 'https://[fdff:ffff::fffe]/'),
  stranger('carrier-grade NAT', 'https://100.127.255.254/'),
  stranger('this network', 'https://0.0.0.0/'),
  stranger('multicast', 'https://224.0.0.1/'),
  stranger('loopback as one number', 'https://2130706433/'),
  stranger('loopback in octal', 'https://0177.0.0.1/'),
  stranger('loopback in hexadecimal', 'https://0x7f.0x0.0x0.0x1/'),
  stranger('loopback in short', 'https://127.1/'),
  stranger('loopback in wide digits', 'https://１２７.0.0.1/'),
  stranger('loopback mapped into IPv6', 'https://[::ffff:127.0.0.1]/'),
  stranger('a private address through NAT64', 'https://[64:ff9b::10.0.0.1]/'),
  stranger('a private address through 6to4', 'https://[2002:a00:1::1]/'),
  stranger('an IPv4-compatible address', 'https://[::127.0.0.1]/'),
  stranger('plain http to a public address', 'http://9.9.9.9/', 'scheme'),
  stranger('another port of a public address', 'https://9.9.9.9:22/', 'port'),
  stranger('a file', 'file:///etc/passwd', 'scheme'),
  stranger('a user in front of the host', 'https://9.9.9.9@127.0.0.1/', 'userinfo'),
  never('the metadata service', 'https://169.254.169.254/'),
  never('the metadata service as one number', 'https://2852039166/'),
  never('the metadata service mapped into IPv6', 'https://[::ffff:a9fe:a9fe]/'),
  never('the metadata service through NAT64', 'https://[64:ff9b::a9fe:a9fe]/'),
  never('the metadata service through 6to4', 'https://[2002:a9fe:a9fe::1]/'),
  never('the metadata service over IPv6', 'https://[fd00:ec2::254]/'),
  never('a link-local address', 'https://[fe80::1]/'),
];

/** Answers of the resolver that the second client is given. */
export const probeNames: Readonly<Record<string, readonly string[]>> = {
  'good.probe.invalid': ['127.0.0.1'],
  'private.probe.invalid': ['10.255.255.254'],
  'mixed.probe.invalid': ['127.0.0.1', '10.255.255.254'],
  'metadata.probe.invalid': ['169.254.169.254'],
  'mapped.probe.invalid': ['::ffff:169.254.169.254'],
  'nat64.probe.invalid': ['64:ff9b::a9fe:a9fe'],
};

const redirect = (where: string): string => `http://127.0.0.1:LISTED/to?where=${encodeURIComponent(where)}`;

function pair(name: string, url: string, expected: string, request: Partial<OutboundRequest> = {}): Attempt {
  return { name, url, expected: [expected], request: { ...request, limits: { ...PATIENCE, ...request.limits } } };
}

const ACCEPTED = 'accepted 200';

/** Asked of a client of the same code whose list names the one server: that these work shows that a refusal is the policy's. */
export const goodAttempts: readonly Attempt[] = [
  pair('the listed server', 'http://127.0.0.1:LISTED/ok', ACCEPTED),
  pair('a name of the listed server', 'http://good.probe.invalid:LISTED/ok', ACCEPTED),
  pair('a redirect to the listed server', redirect('/ok'), ACCEPTED),
  pair('a reply as long as allowed', 'http://127.0.0.1:LISTED/long', ACCEPTED, { limits: { bodyBytesMax: 4096 } }),
];

export const badAttempts: readonly Attempt[] = [
  pair('a name of a private address', 'http://private.probe.invalid:LISTED/ok', 'address'),
  pair('a name with a private address among others', 'http://mixed.probe.invalid:LISTED/ok', 'address'),
  pair('a name of the metadata service', 'http://metadata.probe.invalid:LISTED/ok', 'address'),
  pair('a name of the metadata service, mapped', 'http://mapped.probe.invalid:LISTED/ok', 'address'),
  pair('a name of the metadata service, through NAT64', 'http://nat64.probe.invalid:LISTED/ok', 'address'),
  pair('a redirect to loopback', redirect('http://127.0.0.1:INSIDE/pair'), 'address after sending'),
  pair('a redirect to the metadata service', redirect('http://169.254.169.254/'), 'address after sending'),
  pair(
    'a redirect to a name of a private address',
    redirect('https://private.probe.invalid/'),
    'address after sending',
  ),
  pair('a redirect to a file', redirect('file:///etc/passwd'), 'scheme after sending'),
  pair('more redirects than three', 'http://127.0.0.1:LISTED/again', 'redirect after sending'),
  pair('a reply longer than allowed', 'http://127.0.0.1:LISTED/long', 'too_large after sending', {
    limits: { bodyBytesMax: 4095 },
  }),
  pair('a server that never answers', 'http://127.0.0.1:LISTED/hang', 'timeout_first_byte after sending', {
    limits: { firstByteMs: 50 },
  }),
  pair('another media type than asked for', 'http://127.0.0.1:LISTED/ok', 'content_type after sending', {
    contentTypes: ['application/json'],
  }),
  pair('a domain that is not on the list of the call', 'http://127.0.0.1:LISTED/ok', 'domain', {
    domains: ['*.probe.invalid'],
  }),
];
