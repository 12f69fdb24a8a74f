// What the scheduled verification promises: a whole log is found whole, and no rewriting of it goes unseen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgeEntry, refitFrontier } from '#test/forge-log.ts';
import { createWorld, type World } from '#test/world.ts';
import { findLastRound, type Round, verifyWholeLog } from './round.ts';
import { sequenceBatch } from './sequencer.ts';
import { startLogWatch } from './watch.ts';

async function drain(world: World): Promise<void> {
  const { lanes, tools } = world.kernel;
  while ((await sequenceBatch({ lanes, keys: tools.keyring.audit, newOrigin: () => 'holdfast.test/log' })) > 0);
}

/** Two organizations whose events came in several batches, so that there are checkpoints of several ages. */
async function worldWithHistory() {
  const world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  await drain(world);
  for (const { credential } of [acme, other, acme, acme, other]) {
    await world.call('api_key.create', { credential, body: { name: 'ci', scopes: ['audit:verify'] } });
    await drain(world);
  }
  return { world, streamId: await idOf(world, 'acme') };
}

async function idOf(world: World, slug: string): Promise<string> {
  const { rows } = await world.admin('select org_id from holdfast.organization where slug = $1', [slug]);
  return String(rows[0]?.org_id);
}

function look({ kernel }: World, remembered: readonly string[] = []): Promise<Round> {
  const { lanes, tools } = kernel;
  return verifyWholeLog({
    lanes,
    lookup: tools.lookup,
    keys: tools.keyring.audit,
    remembered,
    now: () => new Date(),
    signal: new AbortController().signal,
  });
}

const rowsOf = (world: World) => async (sql: string) => (await world.admin(sql)).rows;

test('a log that nobody touched is whole: every stream, every entry, checkpoints of every age', async () => {
  const { world } = await worldWithHistory();
  await using _world = world;
  const { faults, streams, entries, treeSize, checkpoints } = await look(world);
  assert.deepEqual({ faults, streams, entries, treeSize }, { faults: [], streams: 2, entries: 7, treeSize: 7 });
  assert.ok(checkpoints >= 6, `${checkpoints} checkpoints`);
});

test('an empty log is whole', async () => {
  await using world = await createWorld();
  const { faultCount, streams, treeSize, checkpoint } = await look(world);
  assert.deepEqual(
    { faultCount, streams, treeSize, checkpoint },
    { faultCount: 0, streams: 0, treeSize: 0, checkpoint: null },
  );
});

const asAttacker = "set session_replication_role = 'replica'; ";
const TAMPERINGS: Readonly<Record<string, readonly [sql: string, reason: RegExp]>> = {
  'a fact is edited': [
    `update holdfast.audit_entry set facts = '{"x":1}' where stream_id = 'ACME' and seq = 2`,
    /changed/,
  ],
  'the first entry is replaced': [
    `update holdfast.audit_entry set event_id = gen_random_uuid() where stream_id = 'ACME' and seq = 1`,
    /changed/,
  ],
  'an entry is deleted': [`delete from holdfast.audit_entry where stream_id = 'ACME' and seq = 2`, /missing/],
  'two entries change places': [
    `update holdfast.audit_entry set seq = seq + 100 where stream_id = 'ACME' and seq in (2, 3);
     update holdfast.audit_entry set seq = case seq when 102 then 3 else 2 end where stream_id = 'ACME' and seq in (102, 103)`,
    /follow/,
  ],
  'the tail is cut together with the head': [
    `delete from holdfast.audit_entry where stream_id = 'ACME' and seq = 4;
     update holdfast.audit_head h set seq = 3, record_hash = e.record_hash from holdfast.audit_entry e
      where h.stream_id = 'ACME' and e.stream_id = 'ACME' and e.seq = 3`,
    /signed root/,
  ],
  'the head is deleted': [`delete from holdfast.audit_head where stream_id = 'ACME'`, /lost its head/],
  'a whole stream is deleted': [
    `delete from holdfast.audit_entry where stream_id = 'ACME'; delete from holdfast.audit_head where stream_id = 'ACME'`,
    /signed root/,
  ],
  'an old checkpoint is replaced': [
    `update holdfast.audit_checkpoint set note = replace(note, 'holdfast.test', 'holdfast.evil') where size = 2`,
    /checkpoint/,
  ],
  'a checkpoint is no note any more': [`update holdfast.audit_checkpoint set note = 'x' where size = 3`, /checkpoint/],
};

for (const [what, [sql, reason]] of Object.entries(TAMPERINGS)) {
  test(`a round finds it when, as superuser, ${what}`, async () => {
    const { world, streamId } = await worldWithHistory();
    await using _world = world;
    await world.admin(asAttacker + sql.replaceAll('ACME', streamId));
    const { faults } = await look(world);
    assert.ok(
      faults.some((fault) => reason.test(fault.reason)),
      JSON.stringify(faults),
    );
  });
}

test('history that is rewritten with frontier and all, so that the next checkpoint signs it, is told by an older one', async () => {
  const { world, streamId } = await worldWithHistory();
  await using _world = world;
  const { keyring } = world.kernel.tools;
  const { checkpoint } = await look(world);
  await forgeEntry(rowsOf(world), keyring.audit, { streamId, seq: 2 });
  await refitFrontier(rowsOf(world));
  const { credential } = await world.found('third');
  await world.call('api_key.create', { credential, body: { name: 'late', scopes: ['audit:verify'] } });
  await drain(world);
  const forged = await look(world);
  assert.deepEqual([...new Set(forged.faults.map(({ stream }) => stream))], ['tree']);
  // Nothing in the database tells any more; a checkpoint kept elsewhere does.
  await world.admin(
    `${asAttacker}delete from holdfast.audit_checkpoint where size < (select max(size) from holdfast.audit_checkpoint)`,
  );
  assert.equal((await look(world)).faultCount, 0);
  assert.deepEqual(
    (await look(world, [checkpoint ?? ''])).faults.map(({ reason }) => reason),
    ['the tree does not have the signed root'],
  );
});

test('a tree that has become smaller than one that was signed is found', async () => {
  const { world } = await worldWithHistory();
  await using _world = world;
  const { checkpoint, treeSize } = await look(world);
  await world.admin(
    `${asAttacker}delete from holdfast.audit_checkpoint where size = ${treeSize}; delete from holdfast.audit_entry where leaf_index = ${treeSize - 1}`,
  );
  const { faults } = await look(world, [checkpoint ?? '']);
  assert.ok(
    faults.some(({ reason }) => /smaller/.test(reason)),
    JSON.stringify(faults),
  );
});

/** One replica's watch, until it has looked for the first time. */
async function watchOnce({ kernel }: World): Promise<Round | 'not due'> {
  const { lanes, tools } = kernel;
  const done = Promise.withResolvers<Round | 'not due'>();
  const watch = startLogWatch({
    lanes,
    lookup: tools.lookup,
    keys: tools.keyring.audit,
    now: () => new Date(),
    onRound: done.resolve,
    onFailure: done.reject,
    onNotDue: () => done.resolve('not due'),
  });
  try {
    return await done.promise;
  } finally {
    await watch.stop();
  }
}

test('of the replicas one does the round that is due, and its finding is there for all', async () => {
  const { world } = await worldWithHistory();
  await using _world = world;
  assert.equal(await findLastRound(world.kernel.lanes), undefined);
  const rounds = await Promise.all([watchOnce(world), watchOnce(world), watchOnce(world)]);
  assert.equal(rounds.filter((round) => round === 'not due').length, 2);
  assert.equal((await findLastRound(world.kernel.lanes))?.entries, 7);
  await world.admin(
    "update holdfast.installation set value = '[\"2020-01-01T00:00:00.000Z\"]' where name = 'audit_verification_begun'",
  );
  await world.admin(`${asAttacker}update holdfast.audit_entry set facts = '{"x":1}' where leaf_index = 3`);
  const later = await watchOnce(world);
  assert.equal(later === 'not due' ? undefined : later.faultCount, 1);
  assert.equal((await findLastRound(world.kernel.lanes))?.faultCount, 1);
});
