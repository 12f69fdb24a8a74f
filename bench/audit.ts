// Audited mutations beside plain inserts of the same row, the sequencer's pace, and the pace of verification.
import { Client, Pool } from 'pg';
import { newUuid } from '../server/src/crypto/random.ts';
import type { Kernel } from '../server/src/kernel/kernel.ts';
import { runRoute } from '../server/src/kernel/pipeline.ts';
import { insertPendingEvents } from '../server/src/kernel/queries.ts';
import { startSequencer } from '../server/src/modules/audit/index.ts';
import { verifyChainOf, verifyTree } from '../server/src/modules/audit/verify.ts';
import { inScope, type OrgTx } from '../server/src/db/scope.ts';
import { makeCall } from '../server/test/world.ts';
import { type DurableWorld, openDurableWorld } from './lib/durable-world.ts';
import { type Load, runWork } from './lib/load.ts';
import { printMachine } from './lib/machine.ts';
import { median, ms, ratio, whole } from './lib/numbers.ts';
import { PASSES as PASSES_OPTION, readOptions, SECONDS as SECONDS_OPTION } from './lib/options.ts';
import { print, printTable } from './lib/table.ts';
import { printReported, reportTarget } from './lib/targets.ts';

const values = readOptions({
  name: 'audit',
  measures: [
    'Mutations that commit with their audit event beside plain inserts of the same row; how fast waiting events are taken',
    'into the log; how fast the tree and a chain are verified. On the embedded PostgreSQL as the product runs it, fsync on.',
  ],
  needs: [
    'nothing but the repository: it starts a PostgreSQL of its own and removes it',
    'a disk: commits are as fast as it syncs',
    'about two minutes',
  ],
  options: {
    passes: PASSES_OPTION,
    seconds: SECONDS_OPTION,
    events: { kind: 'number', default: 40_000, min: 1, isWhole: true, is: 'events waiting for the log in each pass' },
  },
});
const PASSES = values.passes;
const MEASURED_MS = values.seconds * 1_000;
const EVENTS = values.events;
const CALLERS = [1, 16, 64] as const;
/** As many as the product keeps for requests. */
const CONNECTIONS = 10;
/** Of no token. */
const HASH = Buffer.alloc(32, 7);

await using world = await openDurableWorld();
printMachine('Audit', [
  `PostgreSQL ${world.postgresVersion}, embedded, fsync and synchronous_commit on, nothing pinned`,
  'route: the whole pipeline of `api_key.create` in process (session identified, limits, row security, step-up, checks, shape, audit event in the same commit)',
  'commit: what of it the log is answerable for: a transaction in the scope of the organization, the same insert, its audit event, the commit whose tag is checked',
  `plain: begin, the same insert, commit, as holdfast_app with row security, on ${CONNECTIONS} connections; no event, no identity, no checks`,
  `${PASSES} interleaved passes of ${MEASURED_MS / 1_000} s, medians`,
]);

await compareMutations();
await measureSequencer();
await measureVerification();
printReported();

async function compareMutations(): Promise<void> {
  const { kernel, route, credential } = world;
  const create = route('api_key.create');
  const body = { name: 'bench', scopes: ['models:use'] };
  const throughRoute = (): Promise<unknown> => runRoute(kernel, create, makeCall({ credential, body }));
  const owner = await findOwner(world);
  const commit = (): Promise<unknown> => commitWithEvent(kernel, owner);
  const { insert, close } = openPlainInserts(world, owner);
  const ways = [
    ['plain', insert],
    ['commit', commit],
    ['route', throughRoute],
  ] as const;
  const rows: string[][] = [];
  let best = 0;
  for (const [, work] of ways) await runWork(work, 16, 2_000);
  for (const callers of CALLERS) {
    const loads: Record<(typeof ways)[number][0], Load[]> = { plain: [], commit: [], route: [] };
    for (let pass = 0; pass < PASSES; pass += 1) {
      for (const [way, work] of ways) loads[way].push(await runWork(work, callers, MEASURED_MS));
    }
    const rate = (way: keyof typeof loads): number => median(loads[way].map((load) => load.requestsPerSecond));
    const p50 = (way: keyof typeof loads): number => median(loads[way].map((load) => load.p50Ms));
    best = Math.max(best, rate('commit'));
    rows.push([
      String(callers),
      ...ways.map(([way]) => whole(rate(way))),
      ratio(rate('commit'), rate('plain')),
      ratio(rate('route'), rate('plain')),
      ...ways.map(([way]) => ms(p50(way))),
    ]);
  }
  await close();
  reportTarget('audit.commits', best);
  print('## Single-event audited mutations');
  print();
  printTable(
    [
      { title: 'callers' },
      { title: 'plain/s' },
      { title: 'commit/s' },
      { title: 'route/s' },
      { title: 'commit is' },
      { title: 'route is' },
      { title: 'plain p50 ms' },
      { title: 'commit p50 ms' },
      { title: 'route p50 ms' },
    ],
    rows,
  );
}

type Owner = { readonly orgId: string; readonly userId: string };

async function findOwner({ superuser }: DurableWorld): Promise<Owner> {
  const admin = new Client(superuser);
  await admin.connect();
  const { rows } = await admin.query<{ org_id: string; user_id: string }>(
    'select org_id, user_id from holdfast.member',
  );
  await admin.end();
  const [owner] = rows;
  if (owner === undefined) throw new Error('nobody was founded');
  return { orgId: owner.org_id, userId: owner.user_id };
}

function commitWithEvent(kernel: Kernel, { orgId, userId }: Owner): Promise<void> {
  const id = newUuid();
  return inScope<OrgTx, void>(kernel.lanes, { orgId, userId }, async ({ tx, now }) => {
    await tx
      .insertInto('api_key')
      .values({
        org_id: orgId,
        id,
        owner_user_id: userId,
        name: 'bench',
        scopes: ['models:use'],
        secret_hash: HASH,
        expires_at: now,
        created_at: now,
      })
      .execute();
    await insertPendingEvents(tx, [
      {
        stream: { kind: 'org', id: orgId },
        eventId: newUuid(),
        at: now,
        action: 'api_key.created',
        outcome: 'allowed',
        actor: { kind: 'user', id: userId },
        target: { kind: 'api_key', id },
        requestId: 'req_bench',
        facts: { name: 'bench', scopes: ['models:use'] },
      },
    ]);
  });
}

function openPlainInserts({ runtime }: DurableWorld, { orgId, userId }: Owner) {
  const pool = new Pool({ ...runtime, max: CONNECTIONS });
  // When something else fails the database ends before the pool does, which must not hide the failure.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    void client.query(`set role holdfast_app; set holdfast.org_id = '${orgId}'; set search_path = holdfast`);
  });
  const text =
    'insert into api_key (org_id, id, owner_user_id, name, scopes, secret_hash, expires_at, created_at) values ($1, $2, $3, $4, $5, $6, now(), now())';
  const insert = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query({
        name: 'insert',
        text,
        values: [orgId, newUuid(), userId, 'bench', ['models:use'], HASH],
      });
      await client.query('commit');
    } finally {
      client.release();
    }
  };
  return { insert, close: () => pool.end() };
}

async function measureSequencer(): Promise<void> {
  const admin = new Client(world.superuser);
  await admin.connect();
  const sequencer = {
    lanes: world.kernel.lanes,
    keys: world.kernel.tools.keyring.audit,
    newOrigin: () => 'bench.example/log',
  };
  const onFailure = (error: unknown): void => {
    throw error;
  };
  const drain = async (): Promise<{ readonly events: number; readonly perSecond: number }> => {
    const { rows } = await admin.query<{ n: number }>('select count(*)::integer as n from holdfast.audit_pending');
    const [startMs, events] = [performance.now(), rows[0]?.n ?? 0];
    const running = startSequencer({ ...sequencer, onFailure, idleMs: 1 });
    for (;;) {
      const left = await admin.query<{ n: number }>(
        'select count(*)::integer as n from (select from holdfast.audit_pending limit 1) one',
      );
      if (left.rows[0]?.n === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const perSecond = (events * 1_000) / (performance.now() - startMs);
    await running.stop();
    return { events, perSecond };
  };
  await drain();
  const passes: number[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    await addPendingEvents(admin);
    passes.push((await drain()).perSecond);
  }
  await admin.end();
  reportTarget('audit.batched', median(passes));
  print('## The log');
  print();
  print(
    `Sequencer: **${whole(median(passes))} events/s** (median of ${PASSES} passes over ${whole(EVENTS)} waiting events; chained, hashed into the tree, signed, committed).`,
  );
  print();
}

/** Events as model calls leave them, in ten streams. */
async function addPendingEvents(admin: Client): Promise<void> {
  await admin.query(
    `insert into holdfast.audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, target, request_id, facts)
     select 'org', case when i % 10 = 0 then org_id else ('00000000-0000-7000-8000-00000000000' || i % 10)::uuid end, gen_random_uuid(),
            clock_timestamp(), 'model.called', 'allowed',
            jsonb_build_object('kind', 'api_key', 'id', gen_random_uuid(), 'user', gen_random_uuid()),
            jsonb_build_object('kind', 'provider', 'id', gen_random_uuid()), 'req_' || i,
            jsonb_build_object('call', gen_random_uuid(), 'model', 'bench', 'endpoint', 'chat.completions', 'end', 'finished',
              'status', 200, 'inputTokens', 311, 'outputTokens', 160, 'estimated', false, 'durationMs', 20)
       from generate_series(1, $1::integer) i, (select org_id from holdfast.organization limit 1) o`,
    [EVENTS],
  );
}

async function measureVerification(): Promise<void> {
  const { kernel } = world;
  const { tools } = kernel;
  const treeMs: number[] = [];
  const chainMs: number[] = [];
  let [size, entries] = [0, 0];
  const admin = new Client(world.superuser);
  await admin.connect();
  const { rows } = await admin.query<{ org_id: string }>('select org_id from holdfast.organization');
  await admin.end();
  for (let pass = 0; pass < PASSES; pass += 1) {
    const startMs = performance.now();
    const tree = await verifyTree(tools);
    const treeDoneMs = performance.now();
    const verified = await inScope<OrgTx, Awaited<ReturnType<typeof verifyChainOf>>>(
      kernel.lanes,
      { orgId: rows[0]?.org_id ?? '' },
      ({ tx }) => verifyChainOf(tx, tools.keyring.audit, tree),
      { statementTimeoutMs: 60_000 },
    );
    if (!verified.chain_valid) throw new Error(`the log does not verify: ${JSON.stringify(verified.fault)}`);
    treeMs.push(treeDoneMs - startMs);
    chainMs.push(performance.now() - treeDoneMs);
    [size, entries] = [tree.size, verified.verified_through];
  }
  reportTarget('audit.verified', (entries * 1_000) / median(chainMs));
  print(
    `Verification: the tree of ${whole(size)} leaves at **${whole((size * 1_000) / median(treeMs))} leaves/s** (leaf hashes to the signed root), ` +
      `a chain of ${whole(entries)} entries at **${whole((entries * 1_000) / median(chainMs))} entries/s** (read from PostgreSQL, every column hashed again).`,
  );
}
