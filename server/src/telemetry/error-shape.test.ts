// Tests that an error leaves names, codes and places in code, and nothing that anyone wrote into it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatabaseError } from 'pg';
import { describeError, shapeError } from './error-shape.ts';

const canary = 'Kx7-canary-9f2';

/** An error as the driver makes it for a violated constraint, with data in every part that PostgreSQL fills with data. */
function databaseError(): Error {
  const error = new DatabaseError(`duplicate key value ${canary}-message`, 100, 'error');
  return Object.assign(error, {
    severity: 'ERROR',
    code: '23505',
    detail: `Key (email)=(${canary}-detail) already exists.`,
    hint: `${canary}-hint`,
    position: '1',
    internalPosition: '1',
    internalQuery: `select '${canary}-query'`,
    where: `${canary}-where`,
    schema: 'public',
    table: `${canary}-table`,
    column: `${canary}-column`,
    dataType: `${canary}-type`,
    constraint: 'members_email_key',
    file: 'nbtinsert.c',
    line: '664',
    routine: '_bt_check_unique',
    parameters: [`${canary}-parameter`],
    query: `insert ${canary}-sql`,
  });
}

test('a database error keeps its code and constraint and no data', () => {
  const error = databaseError();
  error.name = 'DatabaseError';
  const shape = shapeError(error);
  assert.equal(shape.name, 'DatabaseError');
  assert.equal(shape.code, '23505');
  assert.equal(shape.constraint, 'members_email_key');
  assert.ok(shape.frames.length > 0);
  assert.ok(!JSON.stringify(shape).includes(canary), JSON.stringify(shape));
});

test('a constraint is kept of integrity violations alone', () => {
  assert.equal(describeError(Object.assign(databaseError(), { code: '42601' })).constraint, undefined);
  assert.equal(describeError(Object.assign(databaseError(), { constraint: `x${canary}` })).constraint, undefined);
});

test('frames name function, file from the product folder, line and column', () => {
  const [frame] = shapeError(new TypeError('x')).frames;
  assert.match(
    frame ?? '',
    /^(?:TestContext\.<anonymous> \()?server\/src\/telemetry\/error-shape\.test\.ts:\d+:\d+\)?$/,
  );
});

test('lines of a message that look like frames are not taken for frames', () => {
  const fake = `x\n    at ${canary.replaceAll('-', '_')} (file:///srv/${canary}.ts:1:1)\n    at file:///srv/${canary}.ts:2:2`;
  for (const message of [fake, `\n${fake}\n`, `${fake}: ${fake}`]) {
    const shape = shapeError(new Error(message));
    assert.ok(shape.frames.length > 0);
    assert.ok(!JSON.stringify(shape).includes('canary'), JSON.stringify(shape));
  }
});

test('a stack whose message was changed afterwards gives no frames, since any of them may be the old message', () => {
  const error = new Error(`x\n    at ${canary}_fn (file:///srv/x.ts:1:1)`);
  // V8 writes the stack when it is first read.
  assert.ok(error.stack?.includes(canary));
  error.message = 'harmless';
  assert.deepEqual(shapeError(error).frames, []);
  const prefixed = new Error('boom');
  prefixed.stack = `    at fn (file:///srv/${canary}.ts:1:1)\n${prefixed.stack}`;
  assert.deepEqual(shapeError(prefixed).frames, []);
});

test('the errors behind an error are named without their messages, through cause, errors, error and suppressed', () => {
  const deep = new RangeError(`${canary}-deep`, {
    cause: Object.assign(new Error(`${canary}-deepest`), { code: 'ECONNREFUSED' }),
  });
  const aggregate = new AggregateError([new SyntaxError(`${canary}-a`), databaseError()], `${canary}-aggregate`, {
    cause: deep,
  });
  const suppressed = new SuppressedError(new URIError(`${canary}-error`), aggregate, `${canary}-suppressed`);
  const shape = shapeError(suppressed);
  assert.deepEqual(
    shape.causes?.map(({ name, code }) => [name, code].filter((part) => part !== undefined).join(' ')),
    ['URIError', 'AggregateError', 'RangeError', 'SyntaxError', 'error 23505', 'Error ECONNREFUSED'],
  );
  assert.ok(!JSON.stringify(shape).includes(canary));
});

test('a circle of causes ends, and a long chain is cut', () => {
  const first = new Error('a');
  const second = new Error('b', { cause: first });
  first.cause = second;
  assert.equal(shapeError(first).causes?.length, 1);
  let chain = new Error('0');
  for (let depth = 0; depth < 100; depth += 1) chain = new Error('x', { cause: chain });
  assert.equal(shapeError(chain).causes?.length, 8);
});

test('names and codes that are not names and codes are left out', () => {
  const error = Object.assign(new Error('x'), { name: `Error ${canary}`, code: canary });
  assert.deepEqual(describeError(error), { name: 'unnamed' });
  assert.equal(describeError(Object.assign(new Error('x'), { code: 'auth.required' })).code, 'auth.required');
  assert.equal(describeError(Object.assign(new Error('x'), { code: -2 })).code, '-2');
  assert.equal(describeError(Object.assign(new Error('x'), { code: 4_111_111_111_111_111 })).code, undefined);
  class BankNameError extends Error {
    override readonly name = '$BankName_Error';
  }
  assert.equal(describeError(new BankNameError('x')).name, '$BankName_Error');
});

test('thrown things that are no errors show their type alone', () => {
  for (const thrown of [canary, 42, null, undefined, Symbol(canary), () => canary])
    assert.ok(!JSON.stringify(shapeError(thrown)).includes(canary));
  assert.deepEqual(shapeError(canary), { name: 'thrown:string', frames: [] });
  assert.deepEqual(shapeError({ [canary]: canary }), { name: 'unnamed', frames: [] });
});

test('getters and proxies that throw do not make the log throw', () => {
  const hostile = new Proxy(new Error('x'), {
    get: () => {
      throw new Error(canary);
    },
  });
  assert.deepEqual(shapeError(hostile), { name: 'unnamed', frames: [] });
  const list = new Proxy([], { get: () => assert.fail(canary) });
  assert.equal(shapeError(Object.assign(new Error('x'), { errors: list })).name, 'Error');
});

test('a path outside the product shows its last three parts, not whose home it is in', () => {
  const error = new Error('x');
  error.stack =
    'Error: x\n    at fn (file:///home/alice/work/lib/src/a.ts?v=secret:1:2)\n    at C:\\Users\\alice\\x\\y\\b.ts:3:4\n    at node:internal/x:5:6\n    at a\u001b[31mb (/x/\u009b.ts:7:8)';
  assert.deepEqual(shapeError(error).frames, ['fn (lib/src/a.ts:1:2)', 'x/y/b.ts:3:4', 'node:internal/x:5:6']);
});
