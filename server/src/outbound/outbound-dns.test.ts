// Checks names against a DNS server that lies, rebinds, stalls and mixes: only a checked address is ever connected to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDnsServer, type DnsAnswer, type DnsRecord } from '#test/dns-server.ts';
import { openWorld } from '#test/outbound-world.ts';
import { httpReply, type RawReply } from '#test/raw-server.ts';
import { createDnsResolver } from './resolver.ts';

const echoHost: RawReply = (socket, { headers }) => void socket.write(httpReply(headers.get('host') ?? ''));

function a(...addresses: readonly string[]): readonly DnsRecord[] {
  return addresses.map((data) => ({ type: data.includes(':') ? 'AAAA' : 'A', data, ttlSeconds: 0 }));
}

/** Answers each question with the records of its own type. */
function answerWith(records: (name: string) => readonly DnsRecord[]): (name: string, type: 'A' | 'AAAA') => DnsAnswer {
  return (name, type) => records(name).filter((record) => record.type === type || record.type === 'CNAME');
}

test('a name that leads to a listed address is asked there, under its own name', async () => {
  await using dns = await startDnsServer(answerWith(() => a('127.0.0.1')));
  await using world = await openWorld(echoHost, { resolver: createDnsResolver({ servers: [dns.server] }) });
  assert.equal(
    await world.fetchText(`http://Models.Test.:${world.server.port}/`),
    `200 models.test:${world.server.port}`,
  );
  assert.deepEqual([...dns.questions].sort(), ['A models.test', 'AAAA models.test']);
});

test('a name that rebinds after the check is not asked again for the connection', async () => {
  let questions = 0;
  const rebinding = answerWith(() => a((questions += 1) <= 2 ? '127.0.0.1' : '127.0.0.2'));
  await using dns = await startDnsServer(rebinding);
  await using world = await openWorld(echoHost, { resolver: createDnsResolver({ servers: [dns.server] }) });
  const url = `http://rebind.test:${world.server.port}/`;
  // The first check sees the listed address; whatever the name says then, the connection goes there.
  assert.equal(await world.fetchText(url), `200 rebind.test:${world.server.port}`);
  assert.equal(dns.questions.length, 2);
  // A time to live of 0 is honored: the next call asks again, sees the other address and is refused.
  assert.equal(await world.fetchText(url), 'address');
  assert.equal(dns.questions.length, 4);
  assert.equal(world.server.requests.length, 1);
});

test('one denied address among many refuses the name, wherever it stands and in whichever family', async () => {
  const good = Array.from({ length: 40 }, () => '127.0.0.1');
  const names: Readonly<Record<string, readonly string[]>> = {
    'good.test': good,
    'first.test': ['10.0.0.1', ...good],
    'last.test': [...good, '10.0.0.1'],
    'metadata.test': [...good, '169.254.169.254'],
    'v6.test': [...good, 'fd00::1'],
    'mapped.test': [...good, '::ffff:a00:1'],
    'nat64.test': [...good, '64:ff9b::a9fe:a9fe'],
  };
  await using dns = await startDnsServer(answerWith((name) => a(...(names[name] ?? []))));
  await using world = await openWorld(echoHost, { resolver: createDnsResolver({ servers: [dns.server] }) });
  const ask = (name: string): Promise<string> => world.fetchText(`http://${name}:${world.server.port}/`);
  assert.match(await ask('good.test'), /^200 /);
  const bad = Object.keys(names).filter((name) => name !== 'good.test');
  assert.deepEqual(
    await Promise.all(bad.map(ask)),
    bad.map(() => 'address'),
  );
});

test('an alias chain is judged by the address at its end', async () => {
  const chain = (last: string): readonly DnsRecord[] => [
    { type: 'CNAME', data: 'b.test' },
    { type: 'CNAME', name: 'b.test', data: 'c.test' },
    { type: last.includes(':') ? 'AAAA' : 'A', name: 'c.test', data: last },
  ];
  await using dns = await startDnsServer(answerWith((name) => chain(name === 'good.test' ? '127.0.0.1' : '10.9.9.9')));
  await using world = await openWorld(echoHost, { resolver: createDnsResolver({ servers: [dns.server] }) });
  assert.match(await world.fetchText(`http://good.test:${world.server.port}/`), /^200 good/);
  assert.equal(await world.fetchText(`http://bad.test:${world.server.port}/`), 'address');
});

test('a listed name may lead to a private address that is not listed itself', async () => {
  await using dns = await startDnsServer(answerWith(() => a('127.0.0.1')));
  const resolver = createDnsResolver({ servers: [dns.server] });
  await using world = await openWorld(echoHost, { resolver, listed: false, allow: 'models.test:PORT' });
  assert.match(await world.fetchText(`http://models.test:${world.server.port}/`), /^200 models/);
  assert.equal(await world.fetchText(`https://other.test/`), 'address');
  assert.equal(await world.fetchText(`http://models.test:${world.server.port}/`, { onlyPublic: true }), 'scheme');
});

test('no answer, a broken one and silence all end as resolve', async () => {
  const answers: Readonly<Record<string, DnsAnswer>> = {
    'gone.test': 'nxdomain',
    'broken.test': 'servfail',
    'empty.test': [],
    'silent.test': 'silence',
  };
  await using dns = await startDnsServer((name) => answers[name] ?? 'nxdomain');
  const resolver = createDnsResolver({ servers: [dns.server] });
  await using world = await openWorld(echoHost, { resolver, limits: { resolveMs: 100 } });
  const names = Object.keys(answers);
  assert.deepEqual(
    await Promise.all(names.map((name) => world.fetchText(`https://${name}/`))),
    names.map(() => 'resolve'),
  );
});

test('a resolver that never answers or throws is a failure, and the call can be left meanwhile', async () => {
  const never = new Promise<never>(() => undefined);
  await using hanging = await openWorld(echoHost, { resolver: () => never, limits: { resolveMs: 20 } });
  assert.equal(await hanging.fetchText('https://a.test/'), 'resolve');
  await using throwing = await openWorld(echoHost, { resolver: () => Promise.reject(new Error('x')) });
  assert.equal(await throwing.fetchText('https://a.test/'), 'resolve');
  const leaving = new AbortController();
  await using slow = await openWorld(echoHost, { resolver: () => never, limits: { resolveMs: 200 } });
  const asked = slow.fetchText('https://a.test/', { signal: leaving.signal });
  leaving.abort();
  assert.equal(await asked, 'aborted');
  assert.equal(await slow.fetchText('https://a.test/', { limits: { totalMs: 20 } }), 'timeout_total');
});

test('an answer that is not a plain address spoils the whole', async () => {
  const answers = ['127.0.0.1', 'fe80::1%lo'].map((address) => ({ address, ttlSeconds: 60 }));
  await using world = await openWorld(echoHost, { resolver: () => Promise.resolve({ ok: true, answers }) });
  assert.equal(await world.fetchText(`http://a.test:${world.server.port}/`), 'resolve');
});

test('addresses in a URL and localhost are asked of nobody, and judged all the same', async () => {
  const asked: string[] = [];
  const resolver = ({ name }: { readonly name: string }): Promise<{ readonly ok: false; readonly detail: string }> => {
    asked.push(name);
    return Promise.resolve({ ok: false, detail: '' });
  };
  await using world = await openWorld(echoHost, { resolver, allow: 'localhost:PORT' });
  const { port } = world.server;
  assert.match(await world.fetchText(`http://127.0.0.1:${port}/`), /^200/);
  assert.match(await world.fetchText(`http://[::ffff:127.0.0.1]:${port}/`), /^200/);
  assert.match(await world.fetchText(`http://0x7f.1:${port}/`), /^200/);
  assert.match(await world.fetchText(`http://localhost:${port}/`), /^200/);
  for (const host of ['10.0.0.1', '[::1]', '169.254.169.254', 'localhost', 'a.localhost', '2130706433']) {
    assert.equal(await world.fetchText(`https://${host}/`), 'address', host);
  }
  assert.deepEqual(asked, []);
});

test('nothing is looked up for a target that could not be allowed whatever its address', async () => {
  await using dns = await startDnsServer(() => 'nxdomain');
  const resolver = createDnsResolver({ servers: [dns.server] });
  await using world = await openWorld(echoHost, { resolver, listed: false, allow: 'models.test' });
  assert.equal(await world.fetchText('http://a.test/'), 'scheme');
  assert.equal(await world.fetchText('https://a.test:22/'), 'port');
  assert.equal(await world.fetchText('https://a.test/', { domains: ['b.test'] }), 'domain');
  assert.deepEqual(dns.questions, []);
});
