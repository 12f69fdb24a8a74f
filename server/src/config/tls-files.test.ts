// Tests that certificate files a client would stumble over stop the start, each fault with its fix.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../../../tools/test/temporary-folder.ts';
import { exportKey, makeCertificate, makeKeys, type TestCertificate } from '#crypto/certificate.test-support.ts';
import { reveal } from '#crypto/secret.ts';
import { readTlsFiles } from './tls-files.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();
describe('certificate and key files', () => {
  const own = temporaryFolder();
  after(() => own[Symbol.dispose]());
  const folder = own.path;

  const times = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 60 * dayMs };
  const [caKeys, keys, otherKeys] = [makeKeys(), makeKeys(), makeKeys()];
  const ca = makeCertificate({ name: 'CA', keys: caKeys, isAuthority: true, ...times });
  const issuer = { name: 'CA', keys: caKeys };
  const host = 'holdfast.example.org';
  const leaf = (wanted: Partial<TestCertificate> = {}) =>
    makeCertificate({ name: 'leaf', keys, issuer, hosts: [host], ...times, ...wanted });
  const selfSigned = makeCertificate({ name: 'self', keys, hosts: [host], ...times });

  test('a certificate with its chain and key is taken, and works in a real handshake', async () => {
    const reading = read({});
    if (!reading.ok) return assert.fail(JSON.stringify(reading.faults));
    assert.deepEqual(reading.warnings, []);
    // Certificates count in whole seconds.
    assert.equal(Math.floor(reading.material.notAfterMs / 1000), Math.floor(times.notAfterMs / 1000));
    const { certificatePem, privateKeyPem } = reading.material;
    const server = createServer({ cert: certificatePem, key: reveal(privateKeyPem, 'test.serve') }, (socket) =>
      socket.end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const authorized = await new Promise<boolean>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', servername: host, ca }, () => {
        resolve(socket.authorized);
        socket.destroy();
      });
      socket.on('error', reject);
    });
    server.close();
    assert.equal(authorized, true);
  });

  const faulty: readonly (readonly [string, Parameters<typeof read>[0], readonly RegExp[]])[] = [
    ['one that has expired', { certificate: leaf({ notAfterMs: nowMs - 1000 }) + ca }, [/has expired/]],
    ['one that is not valid yet', { certificate: leaf({ notBeforeMs: nowMs + dayMs }) + ca }, [/not valid yet/]],
    [
      'one for another name',
      { certificate: leaf({ hosts: ['other.example.org'] }) + ca },
      [/not for holdfast\.example\.org/],
    ],
    ['one without its chain', { certificate: leaf() }, [/chain is incomplete/]],
    ['a self-signed one', { certificate: selfSigned }, [/self-signed/]],
    ['one for clients', { certificate: leaf({ purpose: 'client' }) + ca }, [/not one for servers/]],
    ['one signed with SHA-1', { certificate: leaf({ hash: 'sha1' }) + ca }, [/weak signature/]],
    ['one of another key', { key: exportKey(otherKeys) }, [/does not belong/]],
    ['one behind its CA in the file', { certificate: ca + leaf() }, [/does not belong/, /self-signed/, /not for/]],
    ['an encrypted key', { key: exportKey(keys, 'a password') }, [/encrypted/]],
    ['no key in the key file', { key: ca }, [/no private key/]],
    ['the key in the certificate file', { certificate: leaf() + exportKey(keys) }, [/holds a private key/]],
    ['bytes that are no PEM', { certificate: Buffer.from([0x30, 0x82, 0xff, 0x00]) }, [/no certificate/]],
    ['an empty file', { certificate: '' }, [/is empty/]],
    ['both files wrong', { certificate: 'x', key: 'y' }, [/no certificate/, /no private key/]],
  ];

  for (const [what, files, expected] of faulty) {
    test(`${what} is refused`, () => {
      const reading = read(files);
      const problems = reading.ok ? [] : reading.faults.map(({ problem }) => problem);
      assert.equal(problems.length, expected.length, problems.join('; '));
      for (const pattern of expected)
        assert.ok(
          problems.some((problem) => pattern.test(problem)),
          problems.join('; '),
        );
      assert.ok(reading.ok || reading.faults.every(({ fix }) => fix !== ''));
    });
  }

  test('weak keys are refused, in the chain too', () => {
    const weak = makeKeys(1024);
    const own = read({ certificate: leaf({ keys: weak }) + ca, key: exportKey(weak) });
    assert.match(own.ok ? '' : (own.faults[0]?.problem ?? ''), /the certificate has a weak key \(rsa 1024\)/);
    const middleKeys = makeKeys(1024);
    const middle = makeCertificate({ name: 'Middle', keys: middleKeys, issuer, isAuthority: true, ...times });
    const through = read({ certificate: leaf({ issuer: { name: 'Middle', keys: middleKeys } }) + middle + ca });
    assert.match(through.ok ? '' : (through.faults[0]?.problem ?? ''), /CN=Middle has a weak key/);
  });

  test('an expired intermediate is found, and the end that comes first counts', () => {
    const issue = (notAfterMs: number) => {
      const middle = makeCertificate({
        name: 'Middle',
        keys: otherKeys,
        issuer,
        isAuthority: true,
        ...times,
        notAfterMs,
      });
      return leaf({ issuer: { name: 'Middle', keys: otherKeys } }) + middle + ca;
    };
    const expired = read({ certificate: issue(nowMs - 1000) });
    assert.match(expired.ok ? '' : (expired.faults[0]?.problem ?? ''), /CN=Middle has expired/);
    const soon = read({ certificate: issue(nowMs + 3 * dayMs) });
    assert.match(soon.ok ? (soon.warnings[0]?.problem ?? '') : '', /ends in 2 days/);
  });

  test('from 14 days left there is no warning, below there is', () => {
    for (const [leftMs, warnings] of [
      [14 * dayMs + 5000, 0],
      [14 * dayMs - 5000, 1],
      [5000, 1],
    ] as const) {
      const reading = read({ certificate: leaf({ notAfterMs: nowMs + leftMs }) + ca });
      assert.equal(reading.ok ? reading.warnings.length : -1, warnings, String(leftMs));
    }
  });

  test('a key that others may read, and a certificate that others may change, are refused with the command that mends it', () => {
    for (const [mode, isFine] of [
      [0o600, true],
      [0o400, true],
      [0o640, true],
      [0o644, false],
      [0o660, false],
      [0o604, false],
      [0o602, false],
    ] as const) {
      const reading = read({ keyMode: mode });
      assert.equal(reading.ok, isFine, mode.toString(8));
      if (!reading.ok) assert.match(reading.faults[0]?.fix ?? '', /^chmod 0[46][04]0 /);
    }
    assert.equal(read({ certificateMode: 0o644 }).ok, true);
    assert.equal(read({ certificateMode: 0o664 }).ok, false);
    assert.equal(read({ certificateMode: 0o646 }).ok, false);
  });

  test('files behind symbolic links are read, as certificate managers leave them', () => {
    const files = write({});
    for (const [name, target] of [
      ['live-c', files.certificateFile],
      ['live-k', files.privateKeyFile],
    ] as const)
      symlinkSync(target, join(folder, name));
    const linked = { certificateFile: join(folder, 'live-c'), privateKeyFile: join(folder, 'live-k') };
    assert.equal(readTlsFiles({ files: linked, host, nowMs }).ok, true);
  });

  test('missing files are named, both at once', () => {
    const files = { certificateFile: join(folder, 'no-c'), privateKeyFile: join(folder, 'no-k') };
    const reading = readTlsFiles({ files, host, nowMs });
    assert.deepEqual(reading.ok ? [] : reading.faults.map(({ key }) => key), [
      'HOLDFAST_TLS_CERT_FILE',
      'HOLDFAST_TLS_KEY_FILE',
    ]);
  });

  type Files = {
    readonly certificate?: string | Buffer;
    readonly key?: string;
    readonly keyMode?: number;
    readonly certificateMode?: number;
  };

  function write({
    certificate = leaf() + ca,
    key = exportKey(keys),
    keyMode = 0o600,
    certificateMode = 0o644,
  }: Files) {
    const files = { certificateFile: join(folder, 'c.pem'), privateKeyFile: join(folder, 'k.pem') };
    for (const path of Object.values(files)) rmSync(path, { force: true });
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.privateKeyFile, key);
    chmodSync(files.certificateFile, certificateMode);
    chmodSync(files.privateKeyFile, keyMode);
    return files;
  }

  function read(files: Files) {
    return readTlsFiles({ files: write(files), host, nowMs });
  }
});
