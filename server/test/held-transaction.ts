// A transaction that stays open until somebody waits for it: what a call does that met another in the middle.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { World } from './world.ts';

type Statement = readonly [sql: string, values?: readonly unknown[]];

/**
 * Runs the statements past every wall and leaves their transaction open, begins the call, and commits once the call's own
 * transaction waits for that. Gives how the call ended. Fails when it ends without having waited. What is to run `meanwhile` does so
 * between the two.
 */
export async function endingBehind<T>(
  world: Pick<World, 'superuser'>,
  statements: readonly Statement[],
  call: () => Promise<T>,
  meanwhile: readonly Statement[] = [],
): Promise<PromiseSettledResult<T>> {
  const [holder, observer] = [new Client(world.superuser), new Client(world.superuser)];
  await Promise.all([holder.connect(), observer.connect()]);
  try {
    await holder.query('begin');
    await runAll(holder, statements);
    let ending: PromiseSettledResult<T> | undefined;
    const ended = Promise.allSettled([call()]).then(([one]) => (ending = one));
    const { rows } = await holder.query('select pg_backend_pid() as pid');
    const { pid } = rows[0] as { readonly pid: number };
    while (!(await isWaitedFor(observer, pid))) {
      assert.equal(ending, undefined, 'the call ended without waiting');
      await pause(5);
    }
    await runAll(holder, meanwhile);
    await holder.query('commit');
    return await ended;
  } finally {
    await Promise.all([holder.end(), observer.end()]);
  }
}

async function runAll(client: Client, statements: readonly Statement[]): Promise<void> {
  for (const [sql, values = []] of statements) await client.query(sql, [...values]);
}

async function isWaitedFor(observer: Client, pid: number): Promise<boolean> {
  const { rows } = await observer.query('select from pg_stat_activity where $1 = any (pg_blocking_pids(pid))', [pid]);
  return rows.length > 0;
}

/** What a removal of a member does in the database, in the order in which it does it. */
export function removalOf(memberId: string): readonly Statement[] {
  return [
    [
      `select from holdfast.organization where org_id = (select org_id from holdfast.member where id = $1)
          for no key update`,
      [memberId],
    ],
    ['delete from holdfast.member where id = $1', [memberId]],
  ];
}

/** The code of the refusal; fails for a call that was done. */
export function refusalOf(ending: PromiseSettledResult<unknown>): unknown {
  assert.equal(ending.status, 'rejected');
  return (ending.reason as { readonly code?: unknown }).code;
}
