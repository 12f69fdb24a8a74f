// What one call's record cannot do to those beside it, and what becomes of records whose trip failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { Lookup } from '#db/lookup.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import type { Actor } from '#kernel/principal.ts';
import { startDatabaseProxy } from '#test/database-proxy.ts';
import { createWorld, type World } from '#test/world.ts';
import { createLedger } from './ledger.ts';
import { closeLostCalls, type Ending, type Intent } from './queries.ts';

type Stage = {
  readonly actor: Actor;
  readonly intent: (change?: Partial<Intent>) => Intent;
  readonly ending: (intent: Intent, change?: Partial<Ending>) => Ending;
};

async function createStage(world: World): Promise<Stage> {
  await world.found();
  const { rows } = await world.admin('select org_id, user_id from holdfast.member');
  const { org_id, user_id } = rows[0] as { readonly org_id: string; readonly user_id: string };
  const { newId } = world.kernel.tools;
  const actor: Actor = { kind: 'user', id: user_id };
  return {
    actor,
    intent: (change) => ({
      org_id,
      id: newId(),
      owner_user_id: user_id,
      key_id: null,
      provider_id: newId(),
      model: 'm',
      endpoint: 'embeddings',
      request_id: 'r',
      ...change,
    }),
    ending: (intent, change) => ({
      org_id,
      id: intent.id,
      event_id: newId(),
      actor,
      state: 'finished',
      status: 200,
      input_tokens: 7,
      output_tokens: 3,
      estimated: false,
      duration_ms: 1,
      ...change,
    }),
  };
}

async function statesOf(world: World): Promise<Readonly<Record<string, string>>> {
  const { rows } = await world.admin('select id, state from holdfast.model_call');
  return Object.fromEntries((rows as { id: string; state: string }[]).map(({ id, state }) => [id, state]));
}

async function endsAudited(world: World, id: string): Promise<readonly unknown[]> {
  const { rows } = await world.admin(
    "select facts->>'end' as ending from holdfast.audit_pending where action = 'model.called' and facts->>'call' = $1 order by at",
    [id],
  );
  return (rows as { ending: string }[]).map(({ ending }) => ending);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(20);
}

test('of many intents in one trip only those that the database refuses fail', async () => {
  await using world = await createWorld();
  const stage = await createStage(world);
  const ledger = createLedger(world.kernel.tools);
  const intents = Array.from({ length: 30 }, (_, index) => {
    if (index === 13) return stage.intent({ model: 'x\u0000y' });
    return index === 29 ? stage.intent({ model: '\ud800' }) : stage.intent();
  });
  const ends = await Promise.allSettled(intents.map((intent) => ledger.admit(intent, stage.actor)));
  assert.deepEqual(
    ends.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
    [13, 29],
  );
  const good = intents.filter((_, index) => index !== 13 && index !== 29).map(({ id }) => id);
  assert.deepEqual(Object.keys(await statesOf(world)).toSorted(), good.toSorted());
});

test('of many endings in one trip only the one that the database refuses fails', async () => {
  await using world = await createWorld();
  const stage = await createStage(world);
  const ledger = createLedger(world.kernel.tools);
  const intents = Array.from({ length: 20 }, () => stage.intent());
  await Promise.all(intents.map((intent) => ledger.admit(intent, stage.actor)));
  const ends = await Promise.allSettled(
    intents.map((intent, index) => ledger.settle(stage.ending(intent, index === 5 ? { input_tokens: -1 } : {}))),
  );
  assert.deepEqual(
    ends.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
    [5],
  );
  const states = await statesOf(world);
  for (const [index, { id }] of intents.entries()) assert.equal(states[id], index === 5 ? 'open' : 'finished');
});

test('a settlement that the database could not take is recorded when it is back, once', async () => {
  await using world = await createWorld();
  const stage = await createStage(world);
  await using proxy = await startDatabaseProxy(world.settings);
  const { kernel } = await world.openReplica(proxy.settings);
  const ledger = createLedger({ ...kernel.tools, retryDelaysMs: Array.from({ length: 100 }, () => 50) });
  const intent = stage.intent();
  await ledger.admit(intent, stage.actor);
  await proxy.set('down');
  await assert.rejects(ledger.settle(stage.ending(intent)));
  assert.equal((await statesOf(world))[intent.id], 'open');
  await proxy.set('pass');
  await until(async () => (await statesOf(world))[intent.id] !== 'open');
  assert.equal((await statesOf(world))[intent.id], 'finished');
  assert.deepEqual(await endsAudited(world, intent.id), ['finished']);
});

/** A way to the database whose answers to admissions are kept back, or that is itself late. */
function lateLookup(lookup: Lookup, when: 'before' | 'after', go: Promise<void>): Lookup {
  return async (name, args, lane) => {
    if (name !== 'admit_model_calls') return lookup(name, args, lane);
    if (when === 'before') await go;
    const rows = await lookup<never>(name, args, lane);
    if (when === 'after') await go;
    return rows;
  };
}

for (const when of ['before', 'after'] as const) {
  test(`an admission that was given up ${when} it was recorded does not stay open`, async () => {
    await using world = await createWorld();
    const stage = await createStage(world);
    const { promise: go, resolve } = Promise.withResolvers<void>();
    const ledger = createLedger({
      lookup: lateLookup(world.kernel.tools.lookup, when, go),
      newId: world.kernel.tools.newId,
      tripMsMax: 100,
      retryDelaysMs: Array.from({ length: 100 }, () => 50),
    });
    const intent = stage.intent();
    await assert.rejects(ledger.admit(intent, stage.actor), { fault: 'unavailable' });
    if (when === 'before') {
      await wait(200);
      assert.deepEqual(await statesOf(world), {});
      resolve();
    }
    await until(async () => ((await statesOf(world))[intent.id] ?? 'open') !== 'open');
    resolve();
    assert.equal((await statesOf(world))[intent.id], 'upstream_failed');
    assert.deepEqual(await endsAudited(world, intent.id), ['upstream_failed']);
  });
}

test('what a server says of a call that the sweeper took for lost completes it, and only once', async () => {
  await using world = await createWorld();
  const stage = await createStage(world);
  const ledger = createLedger(world.kernel.tools);
  const intent = stage.intent();
  await ledger.admit(intent, stage.actor);
  await world.admin("update holdfast.model_call set started_at = now() - interval '36 minutes'");
  const lost = await inScope<SystemTx, number>(world.kernel.lanes, { system: true }, ({ tx }) =>
    closeLostCalls(tx, 35),
  );
  assert.equal(lost, 1);
  await ledger.settle(stage.ending(intent, { input_tokens: 900_000 }));
  await ledger.settle(stage.ending(intent, { state: 'client_left', input_tokens: 1 }));
  const { rows } = await world.admin('select state, status, input_tokens, estimated from holdfast.model_call');
  assert.deepEqual(rows, [{ state: 'finished', status: 200, input_tokens: '900000', estimated: false }]);
  assert.deepEqual(await endsAudited(world, intent.id), ['unknown', 'finished']);
});

test('an ending is found by its key, though the plan was made while there were no calls and nobody analyzed them since', async () => {
  await using world = await createWorld();
  const stage = await createStage(world);
  const intents = Array.from({ length: 2_000 }, () => stage.intent());
  const client = new Client(world.superuser);
  await client.connect();
  try {
    await client.query("select from holdfast.end_model_calls('[]')");
    await client.query("select from holdfast.admit_model_calls($1, '[]')", [JSON.stringify(intents)]);
    const endings = intents.slice(0, 3).map((intent) => stage.ending(intent));
    await client.query('begin');
    const { rows: ends } = await client.query('select * from holdfast.end_model_calls($1)', [JSON.stringify(endings)]);
    assert.deepEqual(ends, [{ ended: '3', ids: null }]);
    const { rows: reads } = await client.query(
      "select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'model_call'",
    );
    assert.deepEqual(reads, [{ rows: 3 }]);
  } finally {
    await client.end();
  }
});
