// What the log promises: nothing lost, nothing twice, and no change by anybody that verification does not find.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sequenceBatch } from './sequencer.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

const newOrigin = (): string => 'holdfast.test/log';

async function drain(world: World): Promise<void> {
  const { lanes, tools } = world.kernel;
  while ((await sequenceBatch({ lanes, keys: tools.keyring.audit, newOrigin })) > 0);
}

/** Two organizations with some history each, all of it in the log. */
async function worldWithHistory() {
  const world = await createWorld();
  const acme = await world.found('acme');
  const other = await world.found('other');
  for (const { credential } of [acme, other, acme, acme]) {
    await world.call('api_key.create', { credential, body: { name: 'ci', scopes: ['audit:verify'] } });
  }
  await drain(world);
  return { world, acme, other };
}

async function verify(world: World, { credential }: Founded) {
  const reply = await world.call('audit.list', { credential, query: { verify_chain: 'true', limit: 3 } });
  return reply.body as {
    chain_valid: boolean;
    verified_through: number;
    fault: { at: number; reason: string } | null;
    items: { action: string; sequence: number }[];
  };
}

test('every committed event stands in its own organization’s chain once, numbered without gaps, and verifies', async () => {
  const { world, acme, other } = await worldWithHistory();
  await using _world = world;
  const mine = await verify(world, acme);
  assert.deepEqual(
    { valid: mine.chain_valid, through: mine.verified_through, fault: mine.fault },
    { valid: true, through: 4, fault: null },
  );
  assert.deepEqual(
    mine.items.map((item) => item.sequence),
    [4, 3, 2],
  );
  assert.equal((await verify(world, other)).verified_through, 2);
  assert.equal((await world.admin('select 1 from holdfast.audit_pending')).rowCount, 0);
});

test('a key with audit:verify alone can have the chain verified and reads no entry', async () => {
  const { world, acme } = await worldWithHistory();
  await using _world = world;
  const made = await world.call('api_key.create', {
    credential: acme.credential,
    body: { name: 'auditor', scopes: ['audit:verify'] },
  });
  const credential = { kind: 'api_key', secret: (made.body as { key: string }).key } as const;
  const reply = await world.call('audit.list', { credential, query: { verify_chain: 'true' } });
  assert.deepEqual((reply.body as { items: unknown[] }).items, []);
  assert.equal((reply.body as { chain_valid: boolean }).chain_valid, true);
});

const asAttacker = "set session_replication_role = 'replica'; ";
const target = "from holdfast.organization o where stream_kind = 'org' and stream_id = o.org_id and o.slug = 'acme'";
const TAMPERINGS: Readonly<Record<string, string>> = {
  'a fact is edited': `update holdfast.audit_entry set facts = '{"name":"x"}' ${target} and seq = 2`,
  'an outcome is edited': `update holdfast.audit_entry set outcome = 'denied' ${target} and seq = 2`,
  'a time is moved': `update holdfast.audit_entry set at = at - interval '1 day' ${target} and seq = 3`,
  'a time is moved by less than is hashed': `update holdfast.audit_entry set at = at + interval '1 microsecond' ${target} and seq = 3`,
  'a salt takes a byte of the hash after it': `
    alter table holdfast.audit_entry drop constraint audit_entry_salt_check, drop constraint audit_entry_previous_hash_check;
    update holdfast.audit_entry set salt = salt || substr(previous_hash, 1, 1), previous_hash = substr(previous_hash, 2) ${target} and seq = 1`,
  'an entry is deleted': `delete from holdfast.audit_entry using holdfast.organization o where stream_id = o.org_id and o.slug = 'acme' and seq = 2`,
  'the tail is cut together with the head': `
    delete from holdfast.audit_entry using holdfast.organization o where stream_id = o.org_id and o.slug = 'acme' and seq = 4;
    update holdfast.audit_head set seq = 3, record_hash = (select record_hash from holdfast.audit_entry e join holdfast.organization o on o.org_id = e.stream_id and o.slug = 'acme' where seq = 3) ${target}`,
  'two entries change places': `
    update holdfast.audit_entry set seq = seq + 100 ${target} and seq in (2, 3);
    update holdfast.audit_entry set seq = case seq when 102 then 3 else 2 end ${target} and seq in (102, 103)`,
  'the checkpoint is replaced': `update holdfast.audit_checkpoint set note = replace(note, 'holdfast.test', 'holdfast.evil')`,
  'a record hash is recomputed by somebody without the signing key': `update holdfast.audit_entry set record_hash = sha256('x') ${target} and seq = 4`,
};

for (const [what, sql] of Object.entries(TAMPERINGS)) {
  test(`verification finds it when, as superuser, ${what}`, async () => {
    const { world, acme } = await worldWithHistory();
    await using _world = world;
    await world.admin(asAttacker + sql);
    const found = await verify(world, acme);
    assert.equal(found.chain_valid, false);
    assert.notEqual(found.fault, null);
  });
}

test('the application, the sequencer and even the owner can’t change an entry in passing', async () => {
  const { world } = await worldWithHistory();
  await using _world = world;
  for (const role of ['holdfast_app', 'holdfast_sequencer', 'holdfast_maintenance']) {
    await assert.rejects(
      world.admin(`set role ${role}; update holdfast.audit_entry set action = 'x'`),
      /permission denied/,
    );
  }
  await assert.rejects(world.admin("update holdfast.audit_entry set action = 'x'"), /append-only/);
  await assert.rejects(world.admin('truncate holdfast.audit_entry'), /append-only/);
});

test('a chain that grows while it is verified is valid', async () => {
  const { world, acme } = await worldWithHistory();
  await using _world = world;
  const growing = (async () => {
    for (let n = 0; n < 15; n += 1) {
      await world.call('api_key.create', {
        credential: acme.credential,
        body: { name: `g${n}`, scopes: ['audit:verify'] },
      });
      await drain(world);
    }
  })();
  for (let n = 0; n < 15; n += 1) assert.equal((await verify(world, acme)).chain_valid, true);
  await growing;
  assert.equal((await verify(world, acme)).verified_through, 19);
});

test('eight sequencers at once give every event one place', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  for (let n = 0; n < 20; n += 1)
    await world.call('api_key.create', { credential, body: { name: `k${n}`, scopes: ['models:use'] } });
  const { lanes, tools } = world.kernel;
  await Promise.allSettled(
    Array.from({ length: 8 }, () => sequenceBatch({ lanes, keys: tools.keyring.audit, newOrigin })),
  );
  await drain(world);
  const { rows } = await world.admin(
    'select count(*)::int as n, count(distinct leaf_index)::int as leaves, max(seq)::int as last from holdfast.audit_entry',
  );
  assert.deepEqual(rows, [{ n: 21, leaves: 21, last: 21 }]);
});

test('a sequencer that read an old tree commits nothing', async () => {
  const { world, acme } = await worldWithHistory();
  await using _world = world;
  await world.call('api_key.create', { credential: acme.credential, body: { name: 'late', scopes: ['models:use'] } });
  await world.admin('update holdfast.audit_state set size = size + 1');
  const { lanes, tools } = world.kernel;
  await assert.rejects(sequenceBatch({ lanes, keys: tools.keyring.audit, newOrigin }), { code: 'audit.damaged' });
  assert.equal((await world.admin('select 1 from holdfast.audit_pending')).rowCount, 1);
});
