// Checks which names are asked where: strangers' names over DNS alone, listed ones as the machine does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDnsServer } from '#test/dns-server.ts';
import { createDnsResolver, createSystemResolver } from './resolver.ts';

test('both families are asked, with their times to live', async () => {
  await using dns = await startDnsServer((_name, type) =>
    type === 'A' ? [{ type, data: '192.0.2.1', ttlSeconds: 7 }] : [{ type, data: '2001:db8::1', ttlSeconds: 9 }],
  );
  const resolve = createDnsResolver({ servers: [dns.server] });
  assert.deepEqual(await resolve({ name: 'a.test', listed: false, timeoutMs: 2000 }), {
    ok: true,
    answers: [
      { address: '192.0.2.1', ttlSeconds: 7 },
      { address: '2001:db8::1', ttlSeconds: 9 },
    ],
  });
});

test('a family that fails or stays silent does not spoil the other', async () => {
  for (const broken of ['servfail', 'nxdomain', 'silence'] as const) {
    await using dns = await startDnsServer((_name, type) => (type === 'A' ? [{ type, data: '192.0.2.1' }] : broken));
    const result = await createDnsResolver({ servers: [dns.server] })({
      name: 'a.test',
      listed: false,
      timeoutMs: 200,
    });
    assert.deepEqual(result, { ok: true, answers: [{ address: '192.0.2.1', ttlSeconds: 60 }] }, broken);
  }
});

test('only a listed name is looked up as the machine would, hosts file included', async () => {
  await using dns = await startDnsServer(() => 'nxdomain');
  const resolve = createSystemResolver({ servers: [dns.server] });
  assert.deepEqual(await resolve({ name: 'localhost.test', listed: false, timeoutMs: 2000 }), {
    ok: false,
    detail: 'ENOTFOUND, ENOTFOUND',
  });
  assert.deepEqual([...dns.questions].sort(), ['A localhost.test', 'AAAA localhost.test']);
  const listed = await resolve({ name: 'localhost', listed: true, timeoutMs: 2000 });
  assert.ok(listed.ok && listed.answers.some(({ address }) => address === '127.0.0.1' || address === '::1'));
  assert.equal(dns.questions.length, 2);
  assert.equal((await resolve({ name: 'no such name', listed: true, timeoutMs: 2000 })).ok, false);
});
