// Checks how a URL becomes a target, and which URLs never do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHostInDomain, normalizeHost, parseTarget, type Target } from './target.ts';

function targetOf(url: string, base?: Target): Target {
  const target = parseTarget(url, base);
  assert.ok(target.ok, url);
  return target;
}

test('a host has one spelling: lower case, no trailing dot, ASCII, plain address', () => {
  const pairs = [
    ['https://API.Example.com./v1?x=1#f', 'https://api.example.com', '/v1?x=1'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example', '/'],
    ['https://ⓔⓧⓐⓜⓟⓛⓔ.com:443/', 'https://example.com', '/'],
    ['https://0x7f.1:8443/a b'.replace(' ', '%20'), 'https://127.0.0.1:8443', '/a%20b'],
    ['http://[::FFFF:10.0.0.1]:80/', 'http://10.0.0.1', '/'],
    ['https://[2001:DB8:0::1]:8000', 'https://[2001:db8::1]:8000', '/'],
  ] as const;
  for (const [url, origin, path] of pairs) {
    const target = targetOf(url);
    assert.deepEqual([target.origin, target.path], [origin, path]);
  }
});

test('only http and https are schemes', () => {
  for (const url of [
    'file:///etc/passwd',
    'ftp://a.example/',
    'gopher://a.example/',
    'data:,x',
    'javascript:1',
    'ws://a.example/',
  ]) {
    const target = parseTarget(url);
    assert.equal(target.ok ? 'accepted' : target.reason, 'scheme', url);
  }
});

test('userinfo is refused, an empty one too', () => {
  const urls = [
    'https://u@a.example/',
    'https://u:p@a.example/',
    'https://@a.example/',
    'https://:@a.example/',
    'https:a@b.example/',
  ];
  for (const url of urls) {
    const target = parseTarget(url);
    assert.equal(target.ok ? 'accepted' : target.reason, 'userinfo', url);
  }
  assert.equal(targetOf('https://a.example/@x?y=@z').path, '/@x?y=@z');
});

test('what URL parsers repair in different ways is refused', () => {
  const tooLong = `https://a.example/${'a'.repeat(8192)}`;
  const label = `https://${'a'.repeat(64)}.example/`;
  const name = `https://${'a.'.repeat(127)}com/`;
  const urls = [
    '',
    'a.example',
    '//a.example/',
    ' https://a.example/',
    'https://a.example/ ',
    'https://a.ex\tample/',
    'https://a\n.example/',
  ];
  const more = [
    'https:\\\\a.example/',
    'https://a.example\\@b.example/',
    'https://a.example/\u0000',
    'https://',
    tooLong,
    label,
    name,
  ];
  for (const url of [...urls, ...more]) {
    const target = parseTarget(url);
    assert.equal(target.ok ? 'accepted' : target.reason, 'url', url.slice(0, 60));
  }
});

test('a Location is read relative to where it was said, and judged like any URL', () => {
  const base = targetOf('https://a.example:8443/x/y?z');
  assert.equal(targetOf('../w', base).path, '/w');
  assert.equal(targetOf('../w', base).origin, 'https://a.example:8443');
  assert.equal(targetOf('//b.example/q', base).origin, 'https://b.example');
  const userinfo = parseTarget('//u@b.example/q', base);
  assert.equal(userinfo.ok ? 'accepted' : userinfo.reason, 'userinfo');
});

test('a host written alone is brought into the same spelling, and nothing else passes as one', () => {
  assert.equal(normalizeHost('Models.Example.COM.'), 'models.example.com');
  assert.equal(normalizeHost('127.1'), '127.0.0.1');
  for (const text of ['', 'a/b', 'a:80', 'u@a', 'a?b', 'a#b', 'a b', '[::1]', 'a..b', '-a', 'a*'])
    assert.equal(normalizeHost(text), undefined, text);
});

test('a domain entry names itself, and with *. only what is below it', () => {
  assert.ok(isHostInDomain('example.com', 'Example.com'));
  assert.ok(isHostInDomain('a.b.example.com', '*.example.com'));
  for (const host of ['example.com', 'badexample.com', '.example.com'])
    assert.equal(isHostInDomain(host, '*.example.com'), false, host);
  for (const host of ['a.example.com', 'example.com.evil.test', 'xexample.com'])
    assert.equal(isHostInDomain(host, 'example.com'), false);
});
