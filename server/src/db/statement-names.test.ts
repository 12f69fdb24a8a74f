// Tests which statements are named, and that a plan which a migration made stale is made anew unseen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createWorld } from '../../test/world.ts';
import { inScope, type SystemTx } from './scope.ts';
import { createStatementNames } from './statement-names.ts';

test('a statement is named from its fourth use on, always alike and unlike every other', () => {
  const names = createStatementNames();
  const given = Array.from({ length: 6 }, () => names.nameOf('select 1'));
  assert.deepEqual(given.slice(0, 3), [undefined, undefined, undefined]);
  assert.ok(given[3] !== undefined);
  assert.deepEqual(new Set(given.slice(3)).size, 1);
  const other = Array.from({ length: 4 }, () => names.nameOf('select 2')).at(-1);
  assert.ok(other !== undefined && other !== given[3]);
});

test('beyond the bound statements stay unnamed, and those named keep their names', () => {
  const names = createStatementNames(2, 0);
  const first = names.nameOf('a');
  names.nameOf('b');
  assert.equal(names.nameOf('c'), undefined);
  assert.equal(names.nameOf('a'), first);
});

test('texts that each come once use nothing up', () => {
  const names = createStatementNames(2, 3, 10);
  for (let at = 0; at < 1_000; at += 1) assert.equal(names.nameOf(`select ${at}`), undefined);
  assert.ok(Array.from({ length: 4 }, () => names.nameOf('again')).at(-1) !== undefined);
});

test('repeated statements are prepared, and a changed table makes the transaction run again, not fail', async () => {
  await using world = await createWorld();
  const read = (): Promise<readonly unknown[]> =>
    inScope<SystemTx, readonly unknown[]>(world.kernel.lanes, { system: true }, async ({ tx }) => {
      const { rows } = await sql`select export from table_rule where table_name = 'nothing'`.execute(tx);
      const prepared = await sql<{ readonly text: string }>`
        select statement as text from pg_prepared_statements where statement like 'select export from table_rule%'`.execute(
        tx,
      );
      assert.deepEqual(rows, []);
      return prepared.rows;
    });
  for (let use = 0; use < 4; use += 1) await read();
  assert.equal((await read()).length, 1);
  await world.admin('alter table holdfast.table_rule alter column export type varchar(20)');
  assert.equal((await read()).length, 1);
  assert.deepEqual(world.unexpected, []);
});
