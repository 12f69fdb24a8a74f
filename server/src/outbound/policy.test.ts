// Checks the judgment itself: who may be asked over which scheme and port, with and without a listing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, type Address } from './address.ts';
import { parseAllowList, parseDenyList } from './allow-list.ts';
import { isOwnListener, listLocalAddresses, type OwnListener } from './own-listeners.ts';
import { judgeAddresses, judgeTarget, type Narrowing, type Policy } from './policy.ts';
import { parseTarget } from './target.ts';

interface World {
  readonly allow?: string;
  readonly deny?: string;
  readonly listeners?: readonly OwnListener[];
}

function policyOf({ allow = '', deny = '', listeners = [] }: World): Policy {
  const list = parseAllowList(allow);
  const denied = parseDenyList(deny);
  assert.ok(list.ok && denied.ok);
  return { allow: list.list, deny: denied.ranges, listeners: () => listeners };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined, text);
  return address;
}

/** The reason for which a URL is refused once its name has led to these addresses, or `ok`. */
function judge(world: World, url: string, addresses: readonly string[], narrowing: Narrowing = {}): string {
  const policy = policyOf(world);
  const target = parseTarget(url);
  assert.ok(target.ok, url);
  const early = judgeTarget(policy, target, narrowing);
  const late = judgeAddresses(policy, target, addresses.map(addressOf), narrowing);
  // What is refused before the look-up would be refused after it too.
  if (early !== undefined && early.reason !== 'domain') assert.notEqual(late, undefined);
  return (early ?? late)?.reason ?? 'ok';
}

test('without a listing only https to public addresses at ordinary ports is allowed', () => {
  assert.equal(judge({}, 'https://a.example/', ['8.8.8.8', '2606:4700::1111']), 'ok');
  assert.equal(judge({}, 'https://a.example:8443/', ['8.8.8.8']), 'ok');
  assert.equal(judge({}, 'http://a.example/', ['8.8.8.8']), 'scheme');
  assert.equal(judge({}, 'http://a.example:443/', ['8.8.8.8']), 'scheme');
  for (const port of [22, 25, 80, 5432, 6379, 8000, 9200])
    assert.equal(judge({}, `https://a.example:${port}/`, ['8.8.8.8']), 'port');
  assert.equal(judge({}, 'https://a.example/', ['10.0.0.1']), 'address');
  assert.equal(judge({}, 'https://a.example/', ['169.254.169.254']), 'address');
});

test('one denied address among many denies the name', () => {
  const many = Array.from({ length: 30 }, (_, index) => `8.8.8.${index}`);
  assert.equal(judge({}, 'https://a.example/', many), 'ok');
  for (const bad of ['10.0.0.1', '127.0.0.1', '::1', '169.254.169.254', '64:ff9b::a00:1']) {
    assert.equal(judge({}, 'https://a.example/', [...many, bad]), 'address');
    assert.equal(judge({}, 'https://a.example/', [bad, ...many]), 'address');
  }
  assert.equal(judge({ allow: '10.0.0.1:443' }, 'https://a.example/', ['10.0.0.1', '10.0.0.2']), 'address');
});

test('a name without addresses is refused', () => {
  assert.equal(judge({}, 'https://a.example/', []), 'resolve');
});

test('a listed address may be private, plain and at its port; its neighbors may not', () => {
  const world = { allow: '10.0.0.5:8000' };
  assert.equal(judge(world, 'http://10.0.0.5:8000/', ['10.0.0.5']), 'ok');
  assert.equal(judge(world, 'https://models.example:8000/', ['10.0.0.5']), 'ok');
  assert.equal(judge(world, 'http://10.0.0.5:8001/', ['10.0.0.5']), 'address');
  assert.equal(judge(world, 'http://10.0.0.6:8000/', ['10.0.0.6']), 'address');
  assert.equal(judge(world, 'http://a.example:8000/', ['8.8.8.8']), 'scheme');
  assert.equal(judge(world, 'https://a.example:8000/', ['8.8.8.8']), 'port');
});

test('a listed host may lead to private addresses, another host to the same address may not', () => {
  const world = { allow: 'models.corp:11434' };
  assert.equal(judge(world, 'http://models.corp:11434/', ['192.168.1.2', 'fd00::2']), 'ok');
  assert.equal(judge(world, 'http://evil.example:11434/', ['192.168.1.2']), 'scheme');
  assert.equal(judge(world, 'https://evil.example/', ['192.168.1.2']), 'address');
});

test('no listing opens a never-allowed address', () => {
  const world = { allow: 'meta.corp:80,168.63.129.0/24:80,100.64.0.0/10:80,fd00::/8' };
  assert.equal(judge(world, 'http://meta.corp/', ['169.254.169.254']), 'address');
  assert.equal(judge(world, 'http://168.63.129.16/', ['168.63.129.16']), 'address');
  assert.equal(judge(world, 'http://168.63.129.17/', ['168.63.129.17']), 'ok');
  assert.equal(judge(world, 'http://100.100.100.200/', ['100.100.100.200']), 'address');
  assert.equal(judge(world, 'http://[fd00:ec2::254]/', ['fd00:ec2::254']), 'address');
  assert.equal(judge(world, 'http://meta.corp/', ['0.0.0.0']), 'address');
});

test('the deny list closes public addresses, ranges that are listed, and nothing listed exactly', () => {
  const world = { deny: '8.8.0.0/16,10.1.0.0/16', allow: '10.0.0.0/8:8000,10.1.0.9:8000' };
  assert.equal(judge(world, 'https://a.example/', ['8.8.4.4']), 'address');
  assert.equal(judge(world, 'https://a.example/', ['8.9.4.4']), 'ok');
  assert.equal(judge(world, 'http://a.example:8000/', ['10.1.0.1']), 'address');
  assert.equal(judge(world, 'http://a.example:8000/', ['10.2.0.1']), 'ok');
  assert.equal(judge(world, 'http://a.example:8000/', ['10.1.0.9']), 'ok');
});

test('our own listener is refused unless that very address and port is listed', () => {
  const listeners = [
    { host: '127.0.0.1', port: 7420 },
    { host: 'Holdfast.Example', port: 443 },
  ];
  const reach = (allow: string): string => judge({ allow, listeners }, 'http://127.0.0.1:7420/', ['127.0.0.1']);
  assert.equal(reach('127.0.0.0/8:7420'), 'listener');
  assert.equal(reach('127.0.0.1:7420'), 'ok');
  assert.equal(judge({ allow: '127.0.0.0/8:7421', listeners }, 'http://127.0.0.1:7421/', ['127.0.0.1']), 'ok');
  assert.equal(judge({ listeners }, 'https://holdfast.example/', ['8.8.8.8']), 'listener');
  assert.equal(judge({ allow: 'holdfast.example', listeners }, 'https://holdfast.example/', ['8.8.8.8']), 'listener');
  assert.equal(judge({ allow: 'holdfast.example:443', listeners }, 'https://holdfast.example/', ['8.8.8.8']), 'ok');
});

test('a listener at the wildcard address is every local address at its port', () => {
  const local = [addressOf('203.0.113.9'), addressOf('2001:db8::9')];
  for (const host of ['0.0.0.0', '::']) {
    const listeners = [{ host, port: 7420 }];
    const isOwn = (text: string, port = 7420): boolean =>
      isOwnListener(listeners, 'a.example', addressOf(text), port, () => local);
    for (const text of ['127.0.0.1', '127.8.9.10', '::1', '203.0.113.9', '2001:db8::9'])
      assert.equal(isOwn(text), true, text);
    assert.equal(isOwn('203.0.113.10'), false);
    assert.equal(isOwn('127.0.0.1', 7421), false);
  }
  assert.ok(listLocalAddresses().some(({ text }) => text === '127.0.0.1'));
});

test('a caller can narrow to public targets and to domains, never widen', () => {
  const world = { allow: '10.0.0.5:8000,models.corp:443,203.0.113.5:443' };
  assert.equal(judge(world, 'http://10.0.0.5:8000/', ['10.0.0.5'], { onlyPublic: true }), 'scheme');
  assert.equal(judge(world, 'https://models.corp/', ['192.168.1.2'], { onlyPublic: true }), 'address');
  assert.equal(judge(world, 'https://a.example/', ['8.8.8.8'], { onlyPublic: true }), 'ok');
  assert.equal(
    judge({ ...world, listeners: [{ host: 'models.corp', port: 443 }] }, 'https://models.corp/', ['8.8.8.8'], {
      onlyPublic: true,
    }),
    'listener',
  );
  const domains = ['docs.example', '*.wiki.example'];
  assert.equal(judge({}, 'https://docs.example/', ['8.8.8.8'], { domains }), 'ok');
  assert.equal(judge({}, 'https://a.wiki.example/', ['8.8.8.8'], { domains }), 'ok');
  assert.equal(judge({}, 'https://wiki.example/', ['8.8.8.8'], { domains }), 'domain');
  assert.equal(judge({}, 'https://docs.example/', ['10.0.0.1'], { domains }), 'address');
  assert.equal(judge({}, 'https://docs.example/', ['8.8.8.8'], { domains: [] }), 'domain');
});
