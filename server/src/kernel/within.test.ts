// A bound on waiting fails what is late, and nothing that had arrived.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openPipe, standStill } from '#test/standing-still.ts';
import { within } from './within.ts';

const late = (): Error => new Error('late');

test('what does not answer in time has failed', async () => {
  await assert.rejects(within(Promise.withResolvers<void>().promise, 5, late), /late/);
});

test('an answer that arrived while the process stood still is taken', async () => {
  await using pipe = await openPipe();
  const answer = within(once(pipe.near, 'data'), 5, late);
  pipe.far.write('x');
  standStill(40);
  assert.equal(String((await answer)[0]), 'x');
});
