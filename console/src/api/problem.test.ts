// Tests how refusals are read: problem documents, challenges, and replies that are none of ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldError, generalFaults, isProblem, isSaidAt, type Problem, readProblem, unreachable } from './problem.ts';

const document = {
  code: 'request.invalid',
  title: 'The request is not valid',
  detail: 'Two fields are wrong.',
  errors: [
    { pointer: '/body/owner/password', message: 'is too short' },
    { pointer: '/query/limit', message: 'is too large' },
  ],
};

function refusal(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 400): Promise<Problem> {
  return readProblem(new Response(JSON.stringify(body), { status, headers }));
}

test('a problem document is read whole, with the ids that lead to its meaning and to the log', async () => {
  const found = await refusal(document, { 'x-request-id': 'r-1', 'retry-after': '7' });
  assert.equal(isProblem(found, 'request.invalid'), true);
  assert.equal(isProblem(found, 'auth.step_up'), false);
  assert.equal(isProblem(new Error('of the page')), false);
  assert.deepEqual(
    [found.message, found.detail, found.about, found.requestId, found.retryAfterSeconds, found.demandedProof],
    ['The request is not valid', 'Two fields are wrong.', '/problems/request.invalid', 'r-1', 7, undefined],
  );
});

test('what is wrong with a field stands at the field, and the rest with the whole', async () => {
  const found = await refusal(document);
  assert.equal(fieldError(found, 'owner.password'), 'is too short');
  assert.equal(fieldError(found, 'limit'), undefined);
  assert.equal(fieldError(new Error('of the page'), 'limit'), undefined);
  assert.deepEqual(generalFaults(found), ['is too large']);
});

test('nothing but a hint is left when every fault stands at a field that the form shows', async () => {
  const found = await refusal({ ...document, errors: document.errors.slice(0, 1) });
  assert.equal(isSaidAt(found, ['owner.password', 'owner.name']), true);
  assert.equal(isSaidAt(found, ['owner.name']), false);
  assert.equal(isSaidAt(await refusal(document), ['owner.password', 'limit', '']), true);
  assert.equal(isSaidAt(await refusal(document), ['owner.password', 'limit']), false);
  assert.equal(isSaidAt(await refusal({ ...document, errors: [] }), ['owner.password']), false);
  assert.equal(isSaidAt(await refusal({ ...document, code: 'account.same_email' }), ['owner.password', '']), false);
});

test('a challenge says which proof is wanted, and only the two that there are', async () => {
  const challenge = (acr: string, error = 'insufficient_user_authentication') =>
    refusal({}, { 'www-authenticate': `Bearer realm="holdfast", error="${error}", acr_values="${acr}"` }, 401);
  const demanded = async (...args: Parameters<typeof challenge>) => (await challenge(...args)).demandedProof;
  assert.equal(await demanded('factor'), 'factor');
  assert.equal(await demanded('password'), 'password');
  assert.equal(await demanded('voice'), undefined);
  assert.equal(await demanded('factor', 'invalid_token'), undefined);
});

test('a page of a proxy, and no answer at all, are told in words', async () => {
  const page = await readProblem(new Response('<html>Bad gateway</html>', { status: 502 }));
  assert.deepEqual([page.code, page.status, page.message], ['', 502, 'The server answered with 502']);
  assert.equal((await refusal('just text')).message, 'The server answered with 400');
  const nobody = unreachable(new TypeError('Failed to fetch'));
  assert.deepEqual([nobody.status, nobody.message], [0, 'The server cannot be reached']);
});
