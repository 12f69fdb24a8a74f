// Checks how the operator's proxy is read: an address and a port, never one that no request may go to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { egressProxyOf } from '#test/proxied-world.ts';
import { readEgressProxy, writeProxyAuthorization } from './egress-proxy.ts';

test('scheme, host in one spelling, and port are read', () => {
  const read = (url: string): unknown => {
    const { scheme, host, address, port } = egressProxyOf(url);
    return [scheme, host, address?.text, port];
  };
  assert.deepEqual(read('http://Proxy.Internal.:4750'), ['http', 'proxy.internal', undefined, 4750]);
  assert.deepEqual(read('https://[fd00::0:5]:3128/'), ['https', 'fd00::5', 'fd00::5', 3128]);
  assert.deepEqual(read('http://127.0.0.1:4750'), ['http', '127.0.0.1', '127.0.0.1', 4750]);
  assert.deepEqual(read('https://10.0.0.1:443'), ['https', '10.0.0.1', '10.0.0.1', 443]);
});

test('what is no proxy, and addresses nothing may go to, are refused', () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    'proxy:3128': /scheme/,
    'socks5://proxy:1080': /scheme/,
    'http://': /url/,
    'http://user:pw@proxy:3128': /userinfo/,
    'http://proxy:3128/path': /path/,
    'http://proxy:3128/?a': /path/,
    'http://169.254.169.254:80': /link-local/,
    'http://[fe80::1]:3128': /link-local/,
    'http://0.0.0.0:3128': /this network/,
    'http://[64:ff9b::7f00:1]:3128': /NAT64/,
  };
  for (const [url, fault] of Object.entries(wrong)) {
    const result = readEgressProxy(url, undefined);
    assert.match(result.ok ? 'accepted' : result.fault, fault, url);
  }
});

test('the credential shows in no printing of the proxy and is written as RFC 7617 has it', () => {
  const proxy = egressProxyOf('http://proxy:3128', 'Aladdin:open sesame');
  assert.equal(writeProxyAuthorization(proxy), 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  assert.doesNotMatch(`${inspect(proxy, { depth: 9 })}${JSON.stringify(proxy)}`, /sesame|QWxhZG/);
  assert.equal(writeProxyAuthorization(egressProxyOf('http://proxy:3128')), undefined);
});
