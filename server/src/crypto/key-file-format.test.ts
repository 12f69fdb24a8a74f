// Tests that a key file's content is read strictly and that no refusal quotes it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { sha256 } from './hash.ts';
import { computeKekId, formatKeyFile, type KeyFile, type MasterKey, parseKeyFile } from './key-file-format.ts';
import { newSecretBytes, randomBytes } from './random.ts';
import { reveal, toSecret } from './secret.ts';

const environment = 'test';
const keys = [newMasterKey(), newMasterKey(), newMasterKey()] as const;
const keyFile: KeyFile = { environment, current: keys[0], previous: [keys[1], keys[2]] };

test('what is written reads back: environment, current key, previous keys in order', () => {
  const parsed = parseKeyFile(formatKeyFile(keyFile), 'key.json', environment);
  assert.ok(parsed.ok);
  assert.deepEqual(plain(parsed.keyFile), plain(keyFile));
});

test('the layout is the documented one, so that other tools can make and check it', () => {
  const key = toSecret(sha256('a master key for vectors'));
  const file = { environment, current: { ...keys[0], id: computeKekId(key), key }, previous: [] };
  assert.deepEqual(JSON.parse(formatKeyFile(file).toString()), {
    version: 1,
    environment: 'test',
    keys: [
      {
        id: 'cbea1d08a321c4a7',
        state: 'current',
        key: 'DfJMWvS9DOfdNVPsRIG1BpGXu6RltBM021cJPlIPEgU=',
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  });
});

test('content that is empty, no JSON or no UTF-8 is refused', () => {
  assert.equal(reasonFor(Buffer.alloc(0)), 'empty');
  for (const junk of ['{', 'null junk', '\ufeff{', 'MY-KEY-MATERIAL', '[1,]'])
    assert.equal(reasonFor(junk), 'not_json', junk);
  const damaged = formatKeyFile(keyFile);
  damaged.writeUInt8(0xff, damaged.indexOf('current'));
  assert.equal(reasonFor(damaged), 'not_json');
});

test('another version is told apart from a damaged file', () => {
  assert.equal(reasonFor({ ...toJson(), version: 2 }), 'unsupported_version');
  assert.equal(reasonFor({ ...toJson(), version: '1' }), 'unsupported_version');
  const { version, ...rest } = toJson();
  assert.equal(version, 1);
  assert.equal(reasonFor(rest), 'schema');
});

test('every missing, unknown or mistyped member is refused', () => {
  const json = toJson();
  const [first] = json.keys;
  for (const value of [null, 1, '"text"', [], [json], {}])
    assert.equal(reasonFor(value), 'schema', JSON.stringify(value));
  for (const member of ['environment', 'keys']) assert.equal(reasonFor(without(json, member)), 'schema', member);
  for (const member of Object.keys(first)) {
    assert.equal(reasonFor({ ...json, keys: [without(first, member)] }), 'schema', member);
    assert.equal(reasonFor({ ...json, keys: [{ ...first, [member]: 7 }] }), 'schema', member);
  }
  assert.equal(reasonFor({ ...json, comment: 'mine' }), 'schema');
  assert.equal(reasonFor({ ...json, environment: 'Test' }), 'schema');
  const wrongEntries = [
    { ...first, comment: 'mine' },
    { ...first, id: first.id.toUpperCase().replace(/^./, 'F') },
    { ...first, id: first.id.slice(1) },
    { ...first, state: 'active' },
    { ...first, createdAt: '2026-01-01' },
    { ...first, createdAt: '2026-01-01T00:00:00+01:00' },
  ];
  for (const entry of wrongEntries)
    assert.equal(reasonFor({ ...json, keys: [entry] }), 'schema', JSON.stringify(entry));
  assert.equal(reasonFor({ ...json, keys: Array.from({ length: 17 }, () => first) }), 'schema');
});

test('a key of another length or encoding is refused', () => {
  for (const length of [0, 1, 16, 31, 33, 64]) {
    assert.equal(
      reasonForKey(reveal(newSecretBytes(length), 'test.compare').toString('base64')),
      'key_length',
      String(length),
    );
  }
  const text = reveal(keys[0].key, 'test.compare').toString('base64');
  for (const wrong of [
    text.slice(0, -1),
    `${text}=`,
    ` ${text}`,
    `${text}\n`,
    reveal(keys[0].key, 'test.compare').toString('hex'),
  ]) {
    assert.notEqual(reasonForKey(wrong), undefined);
  }
  assert.equal(reasonForKey(text.slice(0, -1)), 'key_encoding');
});

test('a key that is a pattern or text is refused, although its id fits', () => {
  const weak = [
    Buffer.alloc(32),
    Buffer.alloc(32, 0xff),
    Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
    Buffer.from(Array.from({ length: 32 }, (_, index) => 250 + 3 * index)),
    Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index)),
    Buffer.from('0123456789abcdef').fill('deadbeef', 0),
    Buffer.from('correct-horse-battery-staple-and'),
    Buffer.from('My quick brown fox jumps over 13'),
    Buffer.alloc(32, randomBytes(8)),
  ].map((bytes) => Buffer.concat([bytes, bytes]).subarray(0, 32));
  for (const bytes of weak) {
    const id = computeKekId(toSecret(Buffer.from(bytes)));
    assert.equal(reasonForKey(bytes.toString('base64'), id), 'weak_key', bytes.toString('hex'));
  }
});

test('no random key is taken for weak', () => {
  for (let index = 0; index < 2_000; index += 1) {
    const key = newMasterKey();
    assert.equal(reasonForKey(reveal(key.key, 'test.compare').toString('base64'), key.id), undefined);
  }
});

test('an id that belongs to another key is refused', () => {
  const text = reveal(keys[0].key, 'test.compare').toString('base64');
  assert.equal(reasonForKey(text, keys[1].id), 'key_id_mismatch');
});

test('exactly one key is current and none appears twice', () => {
  const json = toJson();
  const [first, second, third] = json.keys;
  assert.equal(reasonFor({ ...json, keys: [] }), 'no_current_key');
  assert.equal(reasonFor({ ...json, keys: [second, third] }), 'no_current_key');
  assert.equal(reasonFor({ ...json, keys: [first, { ...second, state: 'current' }] }), 'duplicate_current_key');
  assert.equal(reasonFor({ ...json, keys: [first, { ...first, state: 'previous' }] }), 'duplicate_key');
  assert.equal(reasonFor({ ...json, keys: [first, first] }), 'duplicate_key');
  assert.equal(reasonFor({ ...json, keys: [second, first] }), undefined);
});

test('another environment is refused', () => {
  const parsed = parseKeyFile(formatKeyFile(keyFile), 'key.json', 'production');
  assert.equal(parsed.ok ? undefined : parsed.reason, 'foreign_environment');
});

test('no refusal quotes a key or any of the content', () => {
  const canary = 'CANARY4711';
  const text = reveal(keys[0].key, 'test.compare').toString('base64');
  const json = toJson();
  const contents = [
    canary,
    `{"version":1,"environment":"test","keys":"${canary}"`,
    JSON.stringify({ ...json, keys: [{ ...json.keys[0], state: canary }] }),
    JSON.stringify({ ...json, keys: [{ ...json.keys[0], key: canary }] }),
    JSON.stringify({ ...json, keys: [{ ...json.keys[0], [canary]: canary }] }),
    JSON.stringify({ ...json, [text]: text }),
    JSON.stringify({ ...json, version: canary }),
    JSON.stringify({ ...json, environment: `${canary} ` }),
  ];
  for (const content of contents) {
    const refusal = parseKeyFile(Buffer.from(content), 'key.json', environment);
    assert.equal(refusal.ok, false);
    assert.ok(!JSON.stringify(refusal).includes(canary), content);
    assert.ok(!JSON.stringify(refusal).includes(text), content);
  }
});

test('arbitrary bytes are refused without an exception', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => !parseKeyFile(bytes, 'key.json', environment).ok));
  fc.assert(fc.property(fc.json(), (json) => !parseKeyFile(Buffer.from(json), 'key.json', environment).ok));
});

interface JsonKey {
  readonly id: string;
  readonly state: string;
  readonly key: string;
  readonly createdAt: string;
}

function toJson(): { version: number; environment: string; keys: [JsonKey, JsonKey, JsonKey] } {
  // The shape is what the layout test checks.
  return JSON.parse(formatKeyFile(keyFile).toString()) as ReturnType<typeof toJson>;
}

function reasonFor(content: unknown): string | undefined {
  const bytes =
    content instanceof Uint8Array
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const parsed = parseKeyFile(bytes, 'key.json', environment);
  return parsed.ok ? undefined : parsed.reason;
}

function reasonForKey(key: string, id: string = keys[0].id): string | undefined {
  const json = toJson();
  return reasonFor({ ...json, keys: [{ ...json.keys[0], key, id }] });
}

function without(json: object, member: string): object {
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== member));
}

function newMasterKey(): MasterKey {
  const key = newSecretBytes(32);
  return { id: computeKekId(key), key, createdAt: '2026-01-01T00:00:00.000Z' };
}

function plain(file: KeyFile) {
  const open = ({ key, ...rest }: MasterKey) => ({ ...rest, key: reveal(key, 'test.compare').toString('hex') });
  return { environment: file.environment, current: open(file.current), previous: file.previous.map(open) };
}
