// Problems tell callers what is theirs to mend, and keep what is ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProblem } from '@holdfast/protocol/problem.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { problemReply } from './problem-reply.ts';

const place = { origin: 'https://holdfast.example', path: '/api/v1/things', requestId: 'req-12345678' };
const inside = { detail: 'the table is at 10.0.0.3', fields: [{ pointer: '/body/x', message: 'secret' }] };

function bodyOf({ body }: { readonly body?: string | Uint8Array | undefined }): Readonly<Record<string, unknown>> {
  assert.equal(typeof body, 'string');
  return JSON.parse(String(body)) as Readonly<Record<string, unknown>>;
}

test('a failure of ours carries neither detail nor fields, whatever was attached; one of the caller carries both', () => {
  for (const code of ['server.unexpected', 'server.unavailable', 'server.outcome_unknown'] as const) {
    const reply = problemReply(kernelErrors[code](inside), place, undefined);
    assert.doesNotMatch(String(reply.body), /10\.0\.0\.3|secret/);
    assert.ok(isProblem(bodyOf(reply)));
  }
  const theirs = bodyOf(problemReply(kernelErrors['request.invalid'](inside), place, undefined));
  assert.deepEqual([theirs['detail'], theirs['errors']], [inside.detail, inside.fields]);
});

test('the protocol of the route renders its own form, from the same guarded problem', () => {
  const face = { renderError: (problem: object) => ({ body: { own: problem }, headers: { 'x-own': '1' } }) };
  const reply = problemReply(kernelErrors['server.unexpected'](inside), place, face);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(reply.headers['x-own'], '1');
  assert.doesNotMatch(String(reply.body), /10\.0\.0\.3|secret/);
});

test('every 401 says how to authenticate, in the error’s own words where it has some', () => {
  const plain = problemReply(kernelErrors['auth.invalid'](), place, undefined);
  assert.equal(plain.headers['www-authenticate'], 'Bearer realm="holdfast"');
  const own = problemReply(
    kernelErrors['auth.step_up']({ headers: { 'www-authenticate': 'Bearer max_age="900"' } }),
    place,
    undefined,
  );
  assert.equal(own.headers['www-authenticate'], 'Bearer max_age="900"');
});

test('a request that could not be read has no instance', () => {
  assert.equal(
    'instance' in bodyOf(problemReply(kernelErrors['request.malformed'](), { ...place, path: '' }, undefined)),
    false,
  );
});
