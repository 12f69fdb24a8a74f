// What the sequencer promises of a backlog: each event one place, whatever the sizes, and all of a batch or none of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld, type World } from '#test/world.ts';
import { sequenceBatch } from './sequencer.ts';

function sequence(world: World): Promise<number> {
  const { lanes, tools } = world.kernel;
  return sequenceBatch({ lanes, keys: tools.keyring.audit, newOrigin: () => 'holdfast.test/log' });
}

/** In three streams; their times are microseconds apart, so most of them share a millisecond with the one before. */
const addWaiting = (count: number): string => `
  insert into holdfast.audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
  select 'org', case i % 3 when 0 then o.org_id else ('00000000-0000-7000-8000-00000000000' || i % 3)::uuid end, gen_random_uuid(),
         timestamptz '2026-01-01 00:00:00Z' + make_interval(secs => i / 1e6 * 300), 'model.called', 'allowed',
         jsonb_build_object('kind', 'system', 'id', 'test'), null, 'req_' || i, jsonb_build_object('number', i)
    from generate_series(1, ${count}) i, holdfast.organization o`;

const shape = `
  select count(*)::int as entries, count(distinct leaf_index)::int as leaves, max(leaf_index)::int + 1 as size,
         (select count(*)::int from holdfast.audit_pending) as waiting,
         (select size::int from holdfast.audit_state) as state,
         bool_and(leaf_index = place - 1) as in_order
    from (select leaf_index, row_number() over (order by (facts->>'number')::int) as place from holdfast.audit_entry) e`;
const broken = `
  select count(*)::int as n from (
    select seq, previous_hash, lag(record_hash) over w as before, row_number() over w as place
      from holdfast.audit_entry window w as (partition by stream_kind, stream_id order by seq)) e
   where seq <> place or previous_hash <> coalesce(before, decode(repeat('00', 32), 'hex'))`;
const strayHeads = `
  select count(*)::int as n from holdfast.audit_head h
    full join (select distinct on (stream_kind, stream_id) * from holdfast.audit_entry order by stream_kind, stream_id, seq desc) e
      using (stream_kind, stream_id)
   where h.seq is distinct from e.seq or h.record_hash is distinct from e.record_hash`;

async function drained(world: World): Promise<readonly number[]> {
  const batches: number[] = [];
  for (let took = await sequence(world); took > 0; took = await sequence(world)) batches.push(took);
  return batches;
}

test('a backlog of several batches has each event once, by its times, in chains that verify and tell where they are broken', async () => {
  await using world = await createWorld();
  const { credential } = await world.found('acme');
  await drained(world);
  await world.admin(
    'set session_replication_role = replica; truncate holdfast.audit_entry, holdfast.audit_head, holdfast.audit_state, holdfast.audit_checkpoint',
  );
  await world.admin(addWaiting(12_345));
  assert.deepEqual(await drained(world), [10_000, 2_345]);
  assert.deepEqual((await world.admin(shape)).rows, [
    { entries: 12_345, leaves: 12_345, size: 12_345, waiting: 0, state: 12_345, in_order: true },
  ]);
  assert.deepEqual((await world.admin(broken)).rows, [{ n: 0 }]);
  assert.deepEqual((await world.admin(strayHeads)).rows, [{ n: 0 }]);
  const verify = async (): Promise<unknown> => {
    const { body } = await world.call('audit.list', { credential, query: { verify_chain: 'true', limit: 1 } });
    const { verified_through, fault } = body as { verified_through: number; fault: { at: number } | null };
    return { verified_through, faultAt: fault?.at ?? null };
  };
  assert.deepEqual(await verify(), { verified_through: 4_115, faultAt: null });
  const ofAcme = "where stream_id = (select org_id from holdfast.organization where slug = 'acme') and seq =";
  const asAttacker = 'set session_replication_role = replica;';
  for (const [tampering, at] of [
    [`update holdfast.audit_entry set outcome = 'denied' ${ofAcme}`, 4_115],
    [`update holdfast.audit_entry set action = action || ' ' ${ofAcme}`, 3_000],
    [`delete from holdfast.audit_entry ${ofAcme}`, 2_001],
    [`delete from holdfast.audit_entry ${ofAcme}`, 2_000],
  ] as const) {
    await world.admin(`${asAttacker} ${tampering} ${at}`);
    assert.deepEqual(await verify(), { verified_through: at - 1, faultAt: at });
  }
});

test('of a batch in which one event can have no place, however late, nothing is kept', async () => {
  await using world = await createWorld();
  await world.found('acme');
  await drained(world);
  const before = (await world.admin(shape)).rows;
  await world.admin(addWaiting(2_500));
  await world.admin(`
    update holdfast.audit_pending set event_id = (select event_id from holdfast.audit_entry limit 1) where facts->>'number' = '2400'`);
  await assert.rejects(sequence(world), /audit_entry_event/);
  await world.admin('delete from holdfast.audit_pending p using holdfast.audit_entry e where e.event_id = p.event_id');
  assert.equal((await world.admin('select 1 from holdfast.audit_pending')).rowCount, 2_499);
  const [entries] = before;
  assert.equal((await world.admin(shape)).rows[0].entries, entries.entries);
  assert.deepEqual(await drained(world), [2_499]);
  assert.deepEqual((await world.admin(broken)).rows, [{ n: 0 }]);
  assert.deepEqual((await world.admin(strayHeads)).rows, [{ n: 0 }]);
});
