// Tests that nothing that is put or thrown into the log comes out as it went in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatApiKey } from '@holdfast/protocol/api-key.ts';
import { DatabaseError } from 'pg';
import { at, capture, failed } from './captured-log.test-support.ts';
import { defineLogEvent } from './events.ts';
import { riseOf } from './read-metric.test-support.ts';

const uuid = '019ab1c2-3d4e-7f00-8abc-0123456789ab';
const canary = 'Zq8';
const canaries: readonly unknown[] = [
  `${canary} free text`,
  `${canary}@example.com`,
  formatApiKey({ uuid, secretBytes: new Uint8Array(32).fill(0x5a) }),
  `${canary}\n{"level":"fatal","event":"forged"}`,
  `${canary}\r\n\u001b[2J\u2028\u202e`,
  `password=${canary}`,
  { [canary]: canary },
  [canary],
  new Error(canary),
  () => canary,
  Symbol(canary),
  new Map([[canary, canary]]),
  Object.assign(Object.create({ toJSON: () => canary }), { toString: () => canary }),
  4_111_111_111_111_111,
  `+4917012345${canary}`,
  'ZZZZ'.repeat(30),
  BigInt(7),
];

test('no canary put into any kind of field comes out, whatever its type', async () => {
  const every = defineLogEvent('test.every_kind', {
    level: 'warn',
    message: 'x',
    fields: { a: 'number', b: 'boolean', cMs: 'duration', d: 'id', e: 'address', f: 'name', g: 'reason', h: 'name?' },
  });
  const { log, lines } = capture();
  const refused = await riseOf('holdfast_telemetry_values_refused_total{kind="name"}', () => {
    for (const value of canaries) {
      const values: Record<string, unknown> = Object.fromEntries(
        Object.keys(every.fields).map((field) => [field, value]),
      );
      // What a caller could do who lies to the type checker.
      log(every, values as never);
    }
  });
  assert.equal(lines.length, canaries.length);
  assert.equal(refused, canaries.length * 2);
  for (const line of lines) {
    assert.doesNotMatch(line, /Zq8|ZZZZ|hf_live|forged|411111/);
    assert.match(line, /^[ -~]+\n$/);
    const { level, time, event, message, ...fields } = JSON.parse(line);
    assert.deepEqual([level, time, event, message], ['warn', at.toISOString(), 'test.every_kind', 'x']);
    assert.deepEqual(
      Object.values(fields),
      ['number', 'boolean', 'duration', 'id', 'address', 'name', 'reason', 'name'].map((kind) => `[invalid:${kind}]`),
    );
  }
});

test('no canary inside an error comes out, from messages, details, parameters, causes or properties', () => {
  const { log, lines } = capture();
  const database = Object.assign(new DatabaseError(`duplicate ${canary}`, 100, 'error'), {
    code: '23505',
    detail: `Key (email)=(${canary})`,
    hint: canary,
    where: canary,
    internalQuery: canary,
    table: canary,
    column: canary,
    constraint: 'users_email_key',
    parameters: [canary],
  });
  const wrapped = new Error(`could not save ${canary}\n    at ${canary} (file:///x:1:1)`, {
    cause: new AggregateError([database, canary], canary),
  });
  const errors = [
    database,
    wrapped,
    Object.assign(new TypeError(canary), { input: canary, name: `Type ${canary}`, code: `${canary}!` }),
    canary,
    { message: canary, stack: `${canary}\n    at x (/a:1:1)` },
  ];
  for (const error of errors) log(failed, { error });
  assert.equal(lines.length, errors.length);
  for (const line of lines) assert.ok(!line.includes(canary), line);
  assert.match(lines[0] ?? '', /"code":"23505","constraint":"users_email_key"/);
  assert.match(lines[1] ?? '', /"causes":\[\{"name":"AggregateError"\},\{"name":"error","code":"23505"/);
});
