// What the worker promises, on a real database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { startWorker } from './worker.ts';
import { inScope, type OrgTx } from '#db/scope.ts';
import { defineJob } from '#kernel/job.ts';
import { defineModule } from '#kernel/module.ts';
import { insertJob } from '#kernel/queries.ts';
import { modules } from '../modules.ts';
import { createWorld, type World } from '#test/world.ts';

const Payload = z.strictObject({ n: z.int() });
type Run = (n: number, tx: OrgTx) => Promise<void>;

function jobModule(run: Run, attempts = 3, shareMax?: number) {
  const job = defineJob({
    id: 'test.count',
    summary: 'test',
    scope: 'org',
    tables: ['organization'],
    audit: { action: 'test.counted' },
    timeoutMs: 5_000,
    attempts,
    concurrency: 4,
    ...(shareMax === undefined ? {} : { shareMax }),
    payload: Payload,
    run: (ctx, payload) => run(payload.n, ctx.tx),
  });
  return defineModule({ name: 'test-jobs', jobs: [job] });
}

async function enqueue(world: World, orgId: string, count: number, from = 0): Promise<void> {
  await inScope<OrgTx, void>(world.kernel.lanes, { orgId }, async ({ tx, now }) => {
    for (let n = 0; n < count; n += 1) {
      await insertJob(tx, {
        stream: { kind: 'org', id: orgId },
        id: world.kernel.tools.newId(),
        kind: 'test.count',
        payload: { n: from + n },
        enqueuedBy: { kind: 'user', id: 'x' },
        requestId: 'req_enqueue',
        runAt: now,
      });
    }
  });
}

async function orgIdOf(world: World, slug = 'acme'): Promise<string> {
  await world.found(slug);
  const { rows } = await world.admin('select org_id from holdfast.organization where slug = $1', [slug]);
  return (rows[0] as { org_id: string }).org_id;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('it never came true');
}

const jobsLeft = async (world: World): Promise<number> =>
  Number(
    ((await world.admin("select count(*) as n from holdfast.job where kind = 'test.count'")).rows[0] as { n: string })
      .n,
  );

test('two workers run each of fifty jobs exactly once, each with its audit event', async () => {
  const ran: number[] = [];
  await using world = await createWorld({ modules: [...modules, jobModule(async (n) => void ran.push(n))] });
  const orgId = await orgIdOf(world);
  await enqueue(world, orgId, 50);
  const other = await world.openReplica();
  const workers = [world.kernel, other.kernel].map((kernel) =>
    startWorker({ kernel, pollMs: 20, onFailure: () => undefined }),
  );
  await until(async () => (await jobsLeft(world)) === 0);
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.deepEqual(
    ran.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, n) => n),
  );
  const { rows } = await world.admin(
    "select count(*)::int as n from holdfast.audit_pending where action = 'test.counted'",
  );
  assert.deepEqual(rows, [{ n: 50 }]);
});

test('what a failed run wrote is rolled back, and after its attempts the job rests as failed', async () => {
  const failures: number[] = [];
  const module = jobModule(async (_n, tx) => {
    await tx.updateTable('organization').set({ name: 'half done' }).execute();
    throw new Error('on purpose');
  }, 1);
  await using world = await createWorld({ modules: [...modules, module] });
  const orgId = await orgIdOf(world);
  await enqueue(world, orgId, 1);
  const worker = startWorker({
    kernel: world.kernel,
    pollMs: 20,
    onFailure: (failure) => failures.push(failure.attempt),
  });
  const failed = async () =>
    (await world.admin("select 1 from holdfast.job where kind = 'test.count' and failed_at is not null")).rowCount ===
    1;
  await until(failed);
  await worker.stop();
  assert.deepEqual(failures, [1]);
  assert.deepEqual((await world.admin('select name from holdfast.organization')).rows, [{ name: 'acme' }]);
});

test('slow jobs of one organization take no more than its share on two servers, and those of another run beside them', async () => {
  const slow = Promise.withResolvers<void>();
  const started: number[] = [];
  const run = async (n: number) => {
    started.push(n);
    if (n < 20) await slow.promise;
  };
  await using world = await createWorld({ modules: [...modules, jobModule(run, 3, 2)] });
  await enqueue(world, await orgIdOf(world, 'slow'), 20);
  await using other = await world.openReplica();
  const workers = [world.kernel, other.kernel].map((kernel) =>
    startWorker({ kernel, pollMs: 20, onFailure: () => undefined }),
  );
  await until(async () => started.length === 2);
  await enqueue(world, await orgIdOf(world, 'quick'), 10, 20);
  await until(async () => (await jobsLeft(world)) === 20);
  assert.deepEqual(started.filter((n) => n < 20).length, 2);
  slow.resolve();
  await until(async () => (await jobsLeft(world)) === 0);
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.equal(started.length, 30);
});

test('a worker whose lease was taken over commits nothing', async () => {
  await using world = await createWorld({
    modules: [
      ...modules,
      jobModule(async (_n, tx) => {
        await tx.updateTable('organization').set({ name: 'from a zombie' }).execute();
        await world.admin(
          "update holdfast.job set fence = fence + 1, run_at = now() + interval '1 hour' where kind = 'test.count'",
        );
      }),
    ],
  });
  const orgId = await orgIdOf(world);
  await enqueue(world, orgId, 1);
  const worker = startWorker({ kernel: world.kernel, pollMs: 20, onFailure: () => undefined });
  await until(
    async () =>
      (
        (await world.admin("select fence::int from holdfast.job where kind = 'test.count'")).rows[0] as {
          fence: number;
        }
      ).fence >= 2,
  );
  await worker.stop();
  assert.deepEqual((await world.admin('select name from holdfast.organization')).rows, [{ name: 'acme' }]);
  assert.equal(await jobsLeft(world), 1);
});

test('schedules stand once however many replicas insert them, and run', async () => {
  await using world = await createWorld();
  const other = await world.openReplica();
  const jobs = [...world.kernel.registry.jobs.values()];
  const scheduled = jobs.filter(({ everySeconds }) => everySeconds !== undefined).map(({ id }) => id);
  assert.ok(scheduled.includes('mail.send'));
  const workers = [world.kernel, other.kernel].map((kernel) =>
    startWorker({ kernel, pollMs: 20, onFailure: (failure) => assert.fail(failure.job) }),
  );
  await until(
    async () =>
      (await world.admin('select 1 from holdfast.job where run_at > now() and attempts = 0')).rowCount ===
      scheduled.length,
  );
  await Promise.all(workers.map((worker) => worker.stop()));
  const { rows } = await world.admin('select kind from holdfast.job order by kind');
  assert.deepEqual(
    rows.map((row: { kind: string }) => row.kind),
    scheduled.toSorted(),
  );
});

test('looking for work that fails is told once, and once more when it works again', async () => {
  await using world = await createWorld();
  const changes: boolean[] = [];
  const worker = startWorker({
    kernel: world.kernel,
    pollMs: 5,
    onFailure: () => undefined,
    onClaiming: (change) => changes.push(change.works),
  });
  const polls = async () => {
    const seen = changes.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return changes.length - seen;
  };
  await world.admin('alter table holdfast.job rename to job_away');
  await until(async () => changes.length > 0);
  assert.equal(await polls(), 0);
  await world.admin('alter table holdfast.job_away rename to job');
  await until(async () => changes.length > 1);
  assert.equal(await polls(), 0);
  await worker.stop();
  assert.deepEqual(changes, [false, true]);
});
