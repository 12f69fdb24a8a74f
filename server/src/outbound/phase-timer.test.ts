// Tests which phase's time counts: the one armed last, from when it was armed or begun anew, and none after a stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPipe, standStill } from '#test/standing-still.ts';
import { PhaseTimer } from './phase-timer.ts';

function openStage() {
  const late: string[] = [];
  const timer = new PhaseTimer({ onLate: (reason, detail) => void late.push(`${reason} ${detail}`) });
  return { late, timer };
}

test('a phase that takes too long is told once, with its own time', async () => {
  const { late, timer } = openStage();
  timer.arm(5, 'timeout_connect');
  await sleep(40);
  assert.deepEqual(late, ['timeout_connect 5 ms']);
});

test('a longer phase after a shorter one has its whole time, and a shorter one after a longer no more than its own', async () => {
  const { late, timer } = openStage();
  timer.arm(5, 'timeout_connect');
  timer.arm(60_000, 'timeout_first_byte');
  await sleep(30);
  assert.deepEqual(late, []);
  timer.arm(5, 'timeout_idle');
  await sleep(40);
  assert.deepEqual(late, ['timeout_idle 5 ms']);
});

test('a phase that is put off ends later, and still ends', async () => {
  const { late, timer } = openStage();
  timer.arm(1, 'timeout_connect');
  timer.arm(20, 'timeout_first_byte');
  await sleep(100);
  assert.deepEqual(late, ['timeout_first_byte 20 ms']);
});

test('a phase begun anew is not late by its first beginning', async () => {
  const { late, timer } = openStage();
  timer.arm(1_000, 'timeout_idle');
  for (let at = 0; at < 12; at += 1) {
    await sleep(100);
    timer.restart();
  }
  assert.deepEqual(late, []);
  timer.stop();
});

test('what arrived while the process stood still ends a phase whose time is over', async () => {
  const { late, timer } = openStage();
  await using pipe = await openPipe();
  pipe.near.once('data', () => timer.stop());
  timer.arm(5, 'timeout_first_byte');
  pipe.far.write('x');
  standStill(40);
  await sleep(20);
  assert.deepEqual(late, []);
});

test('nothing is late after a stop, and a new phase is timed again', async () => {
  const { late, timer } = openStage();
  timer.arm(5, 'timeout_connect');
  timer.stop();
  timer.restart();
  await sleep(30);
  assert.deepEqual(late, []);
  timer.arm(5, 'timeout_idle');
  await sleep(40);
  assert.deepEqual(late, ['timeout_idle 5 ms']);
});
