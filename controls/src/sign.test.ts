// Signed reports: open formats, test vectors, and no byte that can be changed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeUtf8, encodeBase64, encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { canonicalJson } from '@holdfast/protocol/canonical-json.ts';
import { ed25519PublicKey, signEd25519, verifyEd25519 } from '@holdfast/protocol/ed25519.ts';
import { sha256 } from '@holdfast/protocol/sha256.ts';
import { preAuthenticate, sealEnvelope, type Signer, type Verifier } from './dsse.ts';
import { readReport } from './parse-report.ts';
import type { Report } from './report.ts';
import { signReport, testResultType, verifyReport } from './sign.ts';
import { reportOf } from './world.test-support.ts';

function keyOf(seed: Uint8Array): { readonly signer: Signer; readonly verifier: Verifier } {
  const publicKey = ed25519PublicKey(seed);
  const keyId = encodeHex(sha256(publicKey));
  return {
    signer: { keyId, sign: (message) => signEd25519(seed, message) },
    verifier: { keyId, verify: (message, signature) => verifyEd25519(publicKey, message, signature) },
  };
}

const { signer, verifier } = keyOf(new Uint8Array(32).fill(1));
const other = keyOf(new Uint8Array(32).fill(2));
const report = await reportOf();
const configuration = [{ name: 'configuration', digest: { sha256: 'ab'.repeat(32) } }];
const bundle = await signReport(report, signer, configuration);

type Statement = {
  readonly _type: string;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
};

function statementsIn(text: string): readonly Statement[] {
  return text
    .trim()
    .split('\n')
    .map((line): Statement => JSON.parse(decodeUtf8(Uint8Array.fromBase64(JSON.parse(line).payload)) ?? ''));
}

async function bundleOf(statements: readonly unknown[], keys: readonly Signer[] = [signer, signer]): Promise<string> {
  const lines = statements.map((statement, index) =>
    sealEnvelope('application/vnd.in-toto+json', JSON.parse(JSON.stringify(statement)), keys[index] ?? signer),
  );
  return `${(await Promise.all(lines)).join('\n')}\n`;
}

test('what a signature covers is what DSSE says', () => {
  const encoded = preAuthenticate('http://example.com/HelloWorld', encodeUtf8('hello world'));
  assert.equal(decodeUtf8(encoded), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test('the test vector comes out byte for byte, and verifies', async () => {
  const text = readFileSync(new URL('../vectors/signed-report.json', import.meta.url), 'utf8');
  const vector: {
    seedHex: string;
    keyId: string;
    report: unknown;
    configuration: typeof configuration;
    bundle: string;
  } = JSON.parse(text);
  const key = keyOf(Uint8Array.fromHex(vector.seedHex));
  assert.equal(key.signer.keyId, vector.keyId);
  const read = readReport(vector.report);
  assert.ok(read.ok);
  assert.equal(await signReport(read.value, key.signer, vector.configuration), vector.bundle);
  assert.ok((await verifyReport(vector.bundle, [key.verifier])).ok);
});

test('a signed report is read back whole, with who signed it', async () => {
  const verified = await verifyReport(bundle, [other.verifier, verifier]);
  assert.deepEqual(verified, { ok: true, report, configuration, keyId: signer.keyId });
});

test('the first statement is a test result that other tools can read', () => {
  const [result] = statementsIn(bundle);
  assert.equal(result?._type, 'https://in-toto.io/Statement/v1');
  assert.equal(result.predicateType, testResultType);
  assert.deepEqual(result.predicate, {
    result: 'PASSED',
    configuration,
    passedTests: ['TR2', 'TN3', 'EN3'],
    warnedTests: [],
    failedTests: [],
  });
  const digest = encodeHex(sha256(encodeUtf8(canonicalJson(report))));
  assert.deepEqual(result.subject, [{ name: 'holdfast-report.json', digest: { sha256: digest } }, ...configuration]);
});

test('unknown and error count as failed tests, manual as a warning, and nothing that passed as a failure', async () => {
  const resultFor = async (...verdicts: readonly Report['controls'][number]['verdict'][]) => {
    const controls = verdicts.flatMap(
      (verdict, index) => ({ ...report.controls[index], verdict }) as Report['controls'][number],
    );
    const [result] = statementsIn(await signReport({ ...report, controls }, signer, []));
    return result?.predicate['result'];
  };
  assert.equal(await resultFor('pass', 'not_applicable'), 'PASSED');
  assert.equal(await resultFor('pass', 'manual'), 'WARNED');
  for (const verdict of ['fail', 'unknown', 'error'] as const) assert.equal(await resultFor('pass', verdict), 'FAILED');
  assert.equal(await resultFor('manual'), 'FAILED');
  assert.equal(await resultFor('not_applicable'), 'FAILED');
  assert.equal(await resultFor(), 'FAILED');
});

test('one changed byte anywhere is refused', async () => {
  const bytes = encodeUtf8(bundle);
  // Every byte near the borders of the format, and a spread of those within the long payloads.
  const places = [...bytes.keys()].filter((index) => index % 97 === 0 || !/[\w+/=]/.test(bundle[index] ?? ''));
  const ends = bundle.split('\n').flatMap((line, index) => {
    const start = index === 0 ? 0 : bundle.indexOf('\n') + 1;
    return Array.from({ length: Math.min(line.length, 240) }, (_, back) => start + line.length - back);
  });
  for (const place of new Set([...places, ...ends].filter((index) => index < bytes.length))) {
    for (const flip of [0x01, 0x20]) {
      const changed = decodeUtf8(bytes.with(place, (bytes[place] ?? 0) ^ flip));
      if (changed === undefined) continue;
      const verified = await verifyReport(changed, [verifier]);
      assert.equal(verified.ok, false, `byte ${place} of ${bytes.length}: ${changed.slice(place - 10, place + 10)}`);
    }
  }
});

test('what is cut, doubled, reordered, padded or spelled otherwise is refused', async () => {
  const [first = '', second = ''] = bundle.split('\n');
  const pretty = JSON.stringify(JSON.parse(first), undefined, 1).replaceAll('\n', '');
  const twice = canonicalJson({
    ...JSON.parse(first),
    signatures: [...JSON.parse(first).signatures, ...JSON.parse(first).signatures],
  });
  const none = canonicalJson({ ...JSON.parse(first), signatures: [] });
  for (const text of [
    '',
    `${first}\n`,
    `${second}\n`,
    `${first}\n${second}`,
    `${second}\n${first}\n`,
    `${first}\n${first}\n`,
    `${second}\n${second}\n`,
    `${bundle}\n`,
    `${bundle}${first}\n`,
    `\n${bundle}`,
    ` ${bundle}`,
    bundle.replace('\n', '\r\n'),
    `${pretty}\n${second}\n`,
    `${twice}\n${second}\n`,
    `${none}\n${second}\n`,
  ]) {
    assert.equal((await verifyReport(text, [verifier])).ok, false, text.slice(0, 60));
  }
});

test('a key that is not trusted is refused, and so is one that only claims to be', async () => {
  assert.equal((await verifyReport(bundle, [])).ok, false);
  assert.equal((await verifyReport(bundle, [other.verifier])).ok, false);
  const posing = await signReport(report, { ...other.signer, keyId: signer.keyId }, configuration);
  assert.deepEqual(await verifyReport(posing, [verifier]), { ok: false, reason: 'line 1: its signature is wrong' });
});

test('statements that do not belong together are refused although both are signed', async () => {
  const [result, whole] = statementsIn(bundle);
  assert.ok(result !== undefined && whole !== undefined);
  assert.ok((await verifyReport(await bundleOf([result, whole]), [verifier])).ok);
  const subject = [result.subject[0], { name: 'x' }];
  const loose = [{ name: 'x' }];
  const mixed: readonly (readonly [string, readonly unknown[]])[] = [
    ['another result', [{ ...result, predicate: { ...result.predicate, result: 'FAILED' } }, whole]],
    ['another subject', [result, { ...whole, subject: [] }]],
    ['another configuration', [result, { ...whole, predicate: { ...whole.predicate, configuration: [] } }]],
    ['another report', [result, { ...whole, predicate: { ...whole.predicate, report: { ...report, grade: 'B' } } }]],
    ['another type', [result, { ...whole, predicateType: testResultType }]],
    ['another statement', [result, { ...whole, _type: 'https://in-toto.io/Statement/v0.1' }]],
    ['more', [result, { ...whole, more: 1 }]],
    [
      'a configuration without a hash',
      [
        { ...result, subject, predicate: { ...result.predicate, configuration: loose } },
        { ...whole, subject, predicate: { ...whole.predicate, configuration: loose } },
      ],
    ],
  ];
  for (const [what, statements] of mixed) {
    assert.equal((await verifyReport(await bundleOf(statements), [verifier])).ok, false, what);
  }
  const twoKeys = await bundleOf([result, whole], [signer, other.signer]);
  assert.deepEqual(await verifyReport(twoKeys, [verifier, other.verifier]), {
    ok: false,
    reason: 'its envelopes are signed by two keys',
  });
});

test('an envelope of another payload type, or with a payload that is not canonical, is refused', async () => {
  const [result, whole] = statementsIn(bundle);
  const foreign = await sealEnvelope('application/json', JSON.parse(JSON.stringify(result)), signer);
  const second = bundle.split('\n')[1] ?? '';
  assert.equal((await verifyReport(`${foreign}\n${second}\n`, [verifier])).ok, false);
  const payload = encodeUtf8(JSON.stringify(whole, undefined, 1));
  const type = 'application/vnd.in-toto+json';
  const sig = encodeBase64(await signer.sign(preAuthenticate(type, payload)));
  const loose = canonicalJson({
    payload: encodeBase64(payload),
    payloadType: type,
    signatures: [{ keyid: signer.keyId, sig }],
  });
  assert.deepEqual(await verifyReport(`${bundle.split('\n')[0] ?? ''}\n${loose}\n`, [verifier]), {
    ok: false,
    reason: 'line 2: its payload is not canonical',
  });
});
