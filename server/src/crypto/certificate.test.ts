// Tests that a certificate which a client would refuse is recognized, each fault alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { readAuthorities, readCertificateChain, readPrivateKey } from './certificate.ts';
import { exportKey, makeCertificate, makeKeys, type TestCertificate } from './certificate.test-support.ts';

const dayMs = 86_400_000;
const notBeforeMs = Date.UTC(2026, 0, 1);
const notAfterMs = notBeforeMs + 90 * dayMs;
const times = { notBeforeMs, notAfterMs };
const [rootKeys, middleKeys, leafKeys, otherKeys] = [makeKeys(), makeKeys(), makeKeys(), makeKeys()];
const root = makeCertificate({ name: 'Root', keys: rootKeys, isAuthority: true, ...times });
const rootIssuer = { name: 'Root', keys: rootKeys };
const middle = makeCertificate({ name: 'Middle', keys: middleKeys, issuer: rootIssuer, isAuthority: true, ...times });
const middleIssuer = { name: 'Middle', keys: middleKeys };
const leafOf = (wanted: Partial<TestCertificate> = {}): string =>
  makeCertificate({
    name: 'leaf',
    keys: leafKeys,
    issuer: middleIssuer,
    hosts: ['a.example.org'],
    ...times,
    ...wanted,
  });

test('a chain from leaf to root is read, complete and strong', () => {
  const { certificates, isComplete } = chainOf(leafOf() + middle + root);
  assert.deepEqual(
    certificates.map(({ subject }) => subject),
    ['CN=leaf', 'CN=Middle', 'CN=Root'],
  );
  assert.equal(isComplete, true);
  assert.deepEqual(certificates[0], {
    subject: 'CN=leaf',
    issuer: 'CN=Middle',
    notBeforeMs,
    notAfterMs,
    isSelfIssued: false,
    isAuthority: false,
    mayServe: true,
    key: 'ec prime256v1',
    isKeyStrong: true,
    isSignatureStrong: true,
  });
  assert.deepEqual(
    certificates.map(({ isSelfIssued }) => isSelfIssued),
    [false, false, true],
  );
});

test('a chain with a gap, in the wrong order, or through a certificate that is no authority is incomplete', () => {
  const plainMiddle = makeCertificate({ name: 'Middle', keys: middleKeys, issuer: rootIssuer, ...times });
  const forged = makeCertificate({ name: 'Middle', keys: otherKeys, issuer: rootIssuer, isAuthority: true, ...times });
  for (const pem of [
    leafOf(),
    leafOf() + middle,
    leafOf() + root,
    leafOf() + root + middle,
    leafOf() + plainMiddle + root,
  ]) {
    assert.equal(chainOf(pem).isComplete, false);
  }
  assert.equal(chainOf(leafOf() + forged + root).isComplete, false, 'the same name with another key signs nothing');
});

test('the root may be left out where this machine knows it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-root-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'root.pem'), root);
  const script = `
    import { readCertificateChain } from ${JSON.stringify(new URL('certificate.ts', import.meta.url).href)};
    const reading = readCertificateChain(process.env.CHAIN);
    process.stdout.write(String(reading.ok && reading.chain.isComplete));`;
  const isComplete = (chain: string, extra: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { CHAIN: chain, NODE_EXTRA_CA_CERTS: extra },
      encoding: 'utf8',
    });
  assert.equal(isComplete(leafOf() + middle, join(folder, 'root.pem')), 'true');
  assert.equal(isComplete(leafOf() + middle, ''), 'false');
  assert.equal(isComplete(leafOf(), join(folder, 'root.pem')), 'false');
});

test('names are matched as browsers match them: wildcard for one label, addresses exactly, never the subject', () => {
  const { coversHost } = chainOf(
    leafOf({ hosts: ['a.example.org', '*.b.example.org'], addresses: [[127, 0, 0, 1], loopback6()] }),
  );
  for (const host of ['a.example.org', 'x.b.example.org', '127.0.0.1', '[::1]', '::1'])
    assert.equal(coversHost(host), true, host);
  for (const host of ['example.org', 'b.example.org', 'x.y.b.example.org', '127.0.0.2', 'leaf']) {
    assert.equal(coversHost(host), false, host);
  }
  assert.equal(chainOf(leafOf({ name: 'c.example.org', hosts: [] })).coversHost('c.example.org'), false);
});

test('a key is matched to its certificate and to no other', () => {
  const { matchesKey } = chainOf(leafOf());
  assert.equal(matchesKey(keyOf(exportKey(leafKeys))), true);
  assert.equal(matchesKey(keyOf(exportKey(otherKeys))), false);
});

test('weak keys, weak signatures and certificates for clients are told from good ones', () => {
  const own = (wanted: Partial<TestCertificate>) => chainOf(leafOf(wanted)).certificates[0];
  assert.deepEqual(pick(own({ keys: makeKeys(1024) })), ['rsa 1024', false]);
  assert.deepEqual(pick(own({ keys: makeKeys(2048) })), ['rsa 2048', true]);
  assert.deepEqual(pick(own({ keys: makeKeys('P-224') })), ['ec secp224r1', false]);
  assert.equal(own({ hash: 'sha1' }).isSignatureStrong, false);
  const rsa = { name: 'Middle', keys: makeKeys(2048) };
  assert.equal(own({ issuer: rsa }).isSignatureStrong, true);
  assert.equal(own({ issuer: rsa, hash: 'sha1' }).isSignatureStrong, false);
  assert.equal(own({ purpose: 'client' }).mayServe, false);
  assert.equal(own({ purpose: 'server' }).mayServe, true);
});

test('files that are something else are refused for what they are', () => {
  const reason = (pem: string) => {
    const reading = readCertificateChain(pem);
    return reading.ok ? 'read' : reading.reason;
  };
  assert.equal(reason(''), 'no_certificate');
  assert.equal(reason(leafOf() + exportKey(leafKeys)), 'private_key_inside');
  assert.equal(reason('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), 'unreadable_certificate');
  assert.equal(reason(leafOf().repeat(11)), 'unreadable_certificate');
  const keyReason = (pem: string) => {
    const reading = readPrivateKey(pem);
    return reading.ok ? 'read' : reading.reason;
  };
  assert.equal(keyReason(leafOf()), 'no_private_key');
  assert.equal(keyReason(exportKey(leafKeys, 'a password')), 'encrypted_private_key');
  assert.equal(keyReason('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'), 'unreadable_private_key');
  assert.equal(keyReason(exportKey(leafKeys)), 'read');
});

test('a bundle of authorities holds authorities alone, however many', () => {
  assert.deepEqual(readAuthorities(root.repeat(40)), { ok: true, count: 40 });
  assert.deepEqual(readAuthorities(root + leafOf()), { ok: false, reason: 'not_an_authority' });
  assert.deepEqual(readAuthorities('nothing'), { ok: false, reason: 'no_certificate' });
  assert.deepEqual(readAuthorities(root + exportKey(rootKeys)), { ok: false, reason: 'private_key_inside' });
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  assert.deepEqual(readAuthorities(root + broken), { ok: false, reason: 'unreadable_certificate' });
});

test('a private key shows nothing of itself when printed', () => {
  const pem = exportKey(leafKeys);
  const shown = inspect(keyOf(pem), { depth: 9, showHidden: true }) + JSON.stringify(keyOf(pem));
  for (const line of pem.split('\n').slice(1, -2)) assert.ok(!shown.includes(line));
});

function chainOf(pem: string) {
  const reading = readCertificateChain(pem);
  return reading.ok ? reading.chain : assert.fail(reading.reason);
}

function keyOf(pem: string) {
  const reading = readPrivateKey(pem);
  return reading.ok ? reading.key : assert.fail(reading.reason);
}

function pick({ key, isKeyStrong }: { readonly key: string; readonly isKeyStrong: boolean }) {
  return [key, isKeyStrong];
}

function loopback6(): readonly number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
}
