// What is said after several rows were acted upon: each by itself, and no more calls once none can go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../api/problem.ts';
import { doEach, outcomeText } from './each.ts';

function refusal(status: number, title: string, detail?: string): Problem {
  return new Problem({
    status,
    code: '',
    title,
    about: undefined,
    detail,
    help: undefined,
    fields: [],
    requestId: undefined,
    retryAfterSeconds: undefined,
    demandedProof: undefined,
  });
}

async function actOn(rows: readonly string[], refusals: Readonly<Record<string, Error>>) {
  const called: string[] = [];
  const outcome = await doEach(rows, String, async (row) => {
    called.push(row);
    const error = refusals[row];
    if (error !== undefined) throw error;
    return `${row} is done`;
  });
  return { called, outcome };
}

test('what is refused of one row stops no other, and stands beside its name with the reason', async () => {
  const { called, outcome } = await actOn(['a', 'b', 'c'], {
    b: refusal(409, 'The last owner stays', 'Make another one'),
  });
  assert.deepEqual(called, ['a', 'b', 'c']);
  assert.deepEqual(outcome, {
    replies: ['a is done', 'c is done'],
    refused: [{ name: 'b', why: 'The last owner stays. Make another one' }],
    untried: 0,
  });
  assert.equal(outcomeText(outcome), '2 done, 1 refused');
});

test('no more are tried once nobody answers, the caller is not believed, or there were too many', async () => {
  for (const error of [refusal(0, 'gone'), refusal(401, 'who'), refusal(429, 'slow'), new Error('a fault')]) {
    const { called, outcome } = await actOn(['a', 'b', 'c', 'd'], { b: error });
    assert.deepEqual(called, ['a', 'b'], error.message);
    assert.equal(outcomeText(outcome), '1 done, 1 refused, 2 not tried');
  }
});
