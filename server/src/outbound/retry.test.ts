// Checks which endings may be repeated and when.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, boolean, constantFrom, double, integer, property } from 'fast-check';
import { outboundFailure, outboundReasons } from './reasons.ts';
import {
  defaultRetryPolicy,
  isSafeToRepeat,
  judgeOutcome,
  parseRetryAfterMs,
  planRetry,
  type Outcome,
  type RetrySituation,
} from './retry.ts';

const situation: RetrySituation = { attempt: 1, idempotent: false, remainingMs: 60_000, nowMs: 0, random: () => 0.5 };
const reply = (status: number, retryAfter?: string): Outcome => ({ ok: true, status, retryAfter });

test('what may have taken effect is repeated only when that does no harm', () => {
  for (const reason of outboundReasons) {
    assert.equal(isSafeToRepeat(outboundFailure(reason, '', { sent: true }), false), false, reason);
  }
  for (const status of [500, 502, 504]) {
    assert.equal(isSafeToRepeat(reply(status), false), false);
    assert.equal(isSafeToRepeat(reply(status), true), true);
  }
});

test('what was never sent, or refused undone, is repeated whatever the method', () => {
  for (const reason of [
    'resolve',
    'refused',
    'unreachable',
    'timeout_connect',
    'proxy',
    'proxy_failed',
    'reset',
  ] as const) {
    assert.equal(isSafeToRepeat(outboundFailure(reason, ''), false), true, reason);
  }
  for (const status of [408, 425, 429, 503, 529]) assert.equal(isSafeToRepeat(reply(status), false), true);
});

test('a decision, a caller who left and a reply are not repeated, idempotent or not', () => {
  const final = [
    'url',
    'scheme',
    'userinfo',
    'port',
    'address',
    'listener',
    'domain',
    'request',
    'busy',
    'closed',
    'tls',
    'proxy_refused',
    'proxy_reply',
    'redirect',
  ] as const;
  const more = ['too_large', 'ratio', 'encoding', 'content_type', 'timeout_total', 'aborted'] as const;
  for (const reason of [...final, ...more]) {
    for (const sent of [true, false])
      assert.equal(isSafeToRepeat(outboundFailure(reason, '', { sent }), true), false, reason);
  }
  for (const status of [200, 201, 301, 400, 401, 403, 404, 409, 422, 501])
    assert.equal(isSafeToRepeat(reply(status), true), false);
});

test('the wait grows, is random below its bound, and never passes the cap', () => {
  const delays = [0, 0.999].map((random) =>
    [1, 2, 3, 8, 30].map((attempt) =>
      planRetry(
        reply(429),
        { ...situation, attempt, random: () => random },
        { ...defaultRetryPolicy, attemptsMax: 99 },
      ),
    ),
  );
  assert.deepEqual(
    delays[0],
    [0, 0, 0, 0, 0].map((delayMs) => ({ retry: true, delayMs })),
  );
  assert.deepEqual(
    delays[1],
    [249, 499, 999, 7992, 7992].map((delayMs) => ({ retry: true, delayMs })),
  );
});

test('a server that names a time is not asked before it, and not at all beyond the deadline', () => {
  assert.deepEqual(planRetry(reply(429, '2'), situation), { retry: true, delayMs: 2125 });
  assert.deepEqual(planRetry(reply(503, '59'), situation), { retry: true, delayMs: 59_125 });
  assert.deepEqual(planRetry(reply(503, '60'), situation), { retry: false });
  assert.deepEqual(planRetry(reply(429, 'Thu, 01 Jan 1970 00:00:10 GMT'), situation), { retry: true, delayMs: 10_125 });
});

test('attempts are bounded', () => {
  const plans = [1, 2, 3, 4].map(
    (attempt) => planRetry(outboundFailure('refused', ''), { ...situation, attempt }).retry,
  );
  assert.deepEqual(plans, [true, true, false, false]);
});

test('Retry-After is read as seconds or as a date, and not guessed', () => {
  assert.equal(parseRetryAfterMs('0', 0), 0);
  assert.equal(parseRetryAfterMs(' 120 ', 0), 120_000);
  assert.equal(parseRetryAfterMs('Fri, 31 Dec 1999 23:59:59 GMT', 0), 946_684_799_000);
  assert.equal(parseRetryAfterMs('Fri, 31 Dec 1999 23:59:59 GMT', 946_684_800_000), 0);
  for (const bad of [
    undefined,
    '',
    '-1',
    '1.5',
    '1e9',
    '12345678901',
    'soon',
    '2020-01-01',
    'Fri, 99 Dec 1999 23:59:59 GMT',
  ]) {
    assert.equal(parseRetryAfterMs(bad, 0), undefined, String(bad));
  }
});

test('our refusals say nothing about a target, its failures do, its answers speak for it', () => {
  for (const reason of ['address', 'busy', 'closed', 'aborted', 'too_large', 'timeout_total', 'request'] as const) {
    assert.equal(judgeOutcome(outboundFailure(reason, '')), 'neutral', reason);
  }
  for (const reason of ['refused', 'tls', 'reset', 'timeout_first_byte', 'timeout_idle'] as const) {
    assert.equal(judgeOutcome(outboundFailure(reason, '', { sent: true })), 'failure', reason);
  }
  assert.deepEqual(
    [200, 404, 429, 500, 503].map((status) => judgeOutcome(reply(status))),
    ['success', 'success', 'success', 'failure', 'failure'],
  );
});

test('a plan never waits past the deadline, and never repeats what is not safe', () => {
  check(
    property(
      constantFrom(...outboundReasons),
      boolean(),
      boolean(),
      integer({ min: 1, max: 5 }),
      integer({ min: 0, max: 10_000 }),
      double({ min: 0, max: 0.999, noNaN: true }),
      (reason, sent, idempotent, attempt, remainingMs, random) => {
        const outcome = outboundFailure(reason, '', { sent });
        const plan = planRetry(outcome, { ...situation, idempotent, attempt, remainingMs, random: () => random });
        if (!plan.retry) return;
        assert.ok(
          plan.delayMs < remainingMs && attempt < defaultRetryPolicy.attemptsMax && isSafeToRepeat(outcome, idempotent),
        );
      },
    ),
  );
});
