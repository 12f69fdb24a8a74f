// The kinds of values that decide who can reach the server: addresses, origins, proxies.
import { isAligned, parseAddress, parseCidr, blockAround, type Cidr } from './address.ts';
import { quoteValue, type Reading } from './fault.ts';
import { defineKind, type Kind } from './key.ts';
import { isLoopbackHost } from './kinds.ts';

const entriesMax = 64;
// A shorter prefix than that of the largest private block says "anybody" rather than "my proxy".
const prefixBitsMin = { 4: 8, 6: 16 } as const;

/** Addresses to listen on, canonical and without doubles. A name can resolve to anything, so only `localhost` is one. */
export const listenAddresses: Kind<readonly string[]> = listOf(
  'IP addresses, or localhost for both loopback addresses',
  readListen,
);

/** Blocks of addresses the operator's own proxies have. */
export const proxyBlocks: Kind<readonly Cidr[]> = listOf('CIDR blocks, such as 10.1.2.3/32', readProxyBlock);

/** Exact origins: https, or http on loopback. */
export const webOrigins: Kind<readonly string[]> = listOf('https origins, such as https://app.example.org', readOrigin);

/** The address people and programs use: an origin alone. */
export const publicOriginKind: Kind<string> = defineKind('an https origin, or http on loopback', (text) => {
  const reading = readOrigin(text.replace(/\/$/, ''));
  const value = reading.ok ? reading.value[0] : undefined;
  if (value !== undefined) return { ok: true, value };
  return reading.ok ? { ok: false, problem: 'is not one origin' } : reading;
});

/** Where an HTTP proxy is. The port is written out, because no two programs assume the same one. */
export const proxyAddress: Kind<string> = defineKind(
  'http:// or https://, a host and a port, and nothing else',
  (text) => {
    const url = URL.parse(text);
    const shown = quoteValue(text);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      return { ok: false, problem: `${shown} is not the http or https address of a proxy` };
    }
    if (text.includes('@')) {
      const fix = 'Write user:password into the file that HOLDFAST_OUTBOUND_PROXY_CREDENTIAL_FILE names.';
      return { ok: false, problem: 'holds a user or password', fix };
    }
    if (!/^https?:\/\/[^/?#\\\s]+:[1-9][0-9]*\/?$/i.test(text)) {
      return { ok: false, problem: `${shown} is not scheme, host and port alone` };
    }
    return { ok: true, value: text.replace(/\/$/, '') };
  },
);

/** A comma-separated list; an entry may give several values; doubles count once. */
function listOf<T extends string | Cidr>(
  form: string,
  read: (entry: string) => Reading<readonly T[]>,
): Kind<readonly T[]> {
  return defineKind(`a comma-separated list of ${form}`, (text) => {
    const entries = text.split(',').map((entry) => entry.trim());
    if (entries.length > entriesMax) return { ok: false, problem: `has more than ${entriesMax} entries` };
    const values = new Map<string, T>();
    const problems: string[] = [];
    let fix: string | undefined;
    for (const entry of entries) {
      const reading: Reading<readonly T[]> =
        entry === '' ? { ok: false, problem: 'has an empty entry between commas' } : read(entry);
      if (reading.ok)
        for (const value of reading.value) values.set(typeof value === 'string' ? value : value.text, value);
      else {
        problems.push(reading.problem);
        fix ??= reading.fix;
      }
    }
    if (problems.length === 0) return { ok: true, value: [...values.values()] };
    return { ok: false, problem: problems.join('; '), ...(fix === undefined ? {} : { fix }) };
  });
}

function readListen(entry: string): Reading<readonly string[]> {
  if (entry.toLowerCase() === 'localhost') return { ok: true, value: ['127.0.0.1', '::1'] };
  const address = parseAddress(entry.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) return { ok: true, value: [address.text] };
  const shown = quoteValue(entry);
  if (/^[^:]+:\d+$|\]:\d+$/.test(entry)) {
    return { ok: false, problem: `${shown} has a port in it`, fix: 'Give the port in HOLDFAST_PORT.' };
  }
  if (entry === '*')
    return { ok: false, problem: `'*' is not an address`, fix: 'For every interface write 0.0.0.0,:: and mean it.' };
  if (entry.includes('%')) return { ok: false, problem: `${shown} has a zone` };
  return {
    ok: false,
    problem: `${shown} is not an address in its usual form; names and short forms are not looked up`,
  };
}

function readProxyBlock(entry: string): Reading<readonly Cidr[]> {
  const block = parseCidr(entry);
  const shown = quoteValue(entry);
  if (block === undefined) {
    const address = parseAddress(entry);
    if (address === undefined) return { ok: false, problem: `${shown} is not a CIDR block` };
    const single = blockAround(address, address.bytes.length * 8).text;
    return { ok: false, problem: `${shown} has no prefix`, fix: `Write ${single} for this one address.` };
  }
  const aligned = blockAround(block, block.prefixBits);
  if (!isAligned(block)) {
    return { ok: false, problem: `${shown} has bits behind its prefix`, fix: `Write ${aligned.text}, or one address.` };
  }
  const isPrivateV6 = block.family === 6 && block.prefixBits >= 7 && ((block.bytes[0] ?? 0) & 0xfe) === 0xfc;
  if (block.prefixBits < prefixBitsMin[block.family] && !isPrivateV6) {
    return { ok: false, problem: `${shown} trusts far more addresses than a proxy has` };
  }
  return { ok: true, value: [aligned] };
}

function readOrigin(entry: string): Reading<readonly string[]> {
  const shown = quoteValue(entry);
  if (entry.includes('*')) return { ok: false, problem: `${shown} has a wildcard; each origin is written out` };
  const url = URL.parse(entry);
  if (url === null || url.origin === 'null' || !/^https?:$/.test(url.protocol)) {
    return { ok: false, problem: `${shown} is not an https origin` };
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return { ok: false, problem: `${shown} is plain http on a host that is not loopback` };
  }
  if (url.username !== '' || url.password !== '') return { ok: false, problem: 'holds a user or password' };
  if (url.origin !== entry) {
    return {
      ok: false,
      problem: `${shown} is not an exact origin`,
      fix: `Write it as browsers send it: ${quoteValue(url.origin)}.`,
    };
  }
  return { ok: true, value: [url.origin] };
}
