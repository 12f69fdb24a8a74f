// Checks what passes for a problem.
import assert from 'node:assert/strict';
import test from 'node:test';
import { isProblem, problemMediaType } from './problem.ts';

const problem = {
  type: 'https://holdfast.example/problems/keys.limit_reached',
  title: 'Too many keys',
  status: 409,
  code: 'keys.limit_reached',
  requestId: 'req_1',
};

test('a problem is recognized with and without its optional members, and with unknown ones', () => {
  assert.equal(problemMediaType, 'application/problem+json');
  assert.ok(isProblem(problem));
  assert.ok(isProblem({ ...problem, detail: '', instance: '/api/v1/keys', retryAfterSeconds: 3 }));
  const pointers = ['', '/', '/body/url', '/body/a~1b~0', '/items/0'];
  assert.ok(isProblem({ ...problem, errors: pointers.map((pointer) => ({ pointer, message: 'required' })) }));
});

test('anything less or otherwise typed is no problem', () => {
  for (const member of ['type', 'title', 'status', 'code', 'requestId']) {
    assert.ok(!isProblem({ ...problem, [member]: undefined }), member);
    assert.ok(!isProblem({ ...problem, [member]: '' }), member);
  }
  for (const status of [200, 399, 600, 409.5, '409', Number.NaN]) assert.ok(!isProblem({ ...problem, status }));
  for (const [member, value] of [
    ['detail', 1],
    ['instance', null],
    ['errors', {}],
    ['errors', ['x']],
    ['errors', undefined],
  ] as const) {
    assert.ok(!isProblem({ ...problem, [member]: value }), member);
  }
  for (const pointer of ['body', '/a~2', '/a~', 1]) {
    assert.ok(!isProblem({ ...problem, errors: [{ pointer, message: 'required' }] }), String(pointer));
  }
  assert.ok(!isProblem({ ...problem, errors: [{ pointer: '/a' }] }));
  for (const value of [null, undefined, 'problem', [problem], 1]) assert.ok(!isProblem(value));
});
