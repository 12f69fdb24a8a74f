// A refusal counts only beside an acceptance.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureEvidence } from './fixtures.ts';
import { judgePair, outcomeOfStatus, type Attempt } from './paired.ts';

function attempt(token: string, status: number): Attempt {
  const evidence = fixtureEvidence({
    kind: 'http.exchange',
    subject: `GET / with ${token}`,
    at: 'status',
    data: { status },
    vantage: 'outside',
    ttlSeconds: 60,
  });
  return { evidence, outcome: outcomeOfStatus(status, [401, 403]), shown: String(status) };
}

function verdicts(good: readonly number[], bad: readonly number[]): readonly string[] {
  const findings = judgePair({
    good: good.map((status) => attempt('a good token', status)),
    bad: bad.map((status) => attempt('a bad token', status)),
    expected: '401',
  });
  return findings.map(({ verdict = 'fail', observed }) => `${verdict} ${observed}`);
}

test('a refused bad attempt beside an accepted good one is what is wanted', () => {
  assert.deepEqual(verdicts([200], [401]), []);
  assert.deepEqual(verdicts([204], [401, 403]), []);
});

test('an accepted bad attempt fails, whatever became of the good one', () => {
  for (const good of [[], [200], [401], [500]]) assert.ok(verdicts(good, [200]).includes('fail 200'));
  assert.deepEqual(verdicts([200], [401, 200]), ['fail 200']);
});

test('a refused bad attempt proves nothing beside a good one that was not accepted, or beside none', () => {
  assert.deepEqual(verdicts([401], [401]), ['unknown 401']);
  assert.deepEqual(verdicts([503], [401]), ['unknown 503']);
  assert.deepEqual(verdicts([200, 500], [401]), ['unknown 500']);
  assert.deepEqual(verdicts([], [401]), ['unknown none']);
  assert.deepEqual(verdicts([200], []), ['unknown none']);
  assert.deepEqual(verdicts([], []), ['unknown none']);
});

test('a crash, a rate limit and a redirect are no refusals', () => {
  for (const status of [500, 429, 302, 404, 100]) assert.deepEqual(verdicts([200], [status]), [`unknown ${status}`]);
});
