// The end of a review of access in a real process that is killed while it revokes: it is closed whole, and each access ends once.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { test } from 'node:test';
import { makeDataDir } from '#test/embedded-support.ts';
import { createCaller } from './lib/caller.ts';
import { queryEmbedded } from './lib/embedded-access.ts';
import { setUp } from './lib/installation.ts';
import { start } from './lib/processes.ts';
import { findFreePort, settingsOf } from './lib/settings.ts';
import { until } from './lib/until.ts';

/** More than are revoked in one transaction, twice over. */
const MEMBERS = 250;
const KILLS_AFTER_MS = [20, 150, 400] as const;
const CLOSING = "kind = 'access_review.close_when_due'";

const JOIN = `
  with people as (
    insert into person (user_id, email, name, created_at)
    select gen_random_uuid(), 'reviewed' || n || '@acme.example', 'Reviewed ' || n, now()
      from generate_series(1, ${String(MEMBERS)}) n returning user_id)
  insert into member (org_id, id, user_id, role, created_at)
  select o.org_id, gen_random_uuid(), p.user_id, 'viewer', now() from organization o, people p where o.slug = 'acme'`;

const OUT_AND_TOLD = `
  select ${String(MEMBERS)} - (select count(*) from member where role = 'viewer') =
         (select count(*) from audit_pending where action = 'member.removed')
       + (select count(*) from audit_entry where action = 'member.removed') as same`;

const EVENTS = `
  select action, count(*)::int as n, count(distinct target ->> 'id')::int as targets
    from (select action, target, actor from audit_pending
           union all select action, target, actor from audit_entry) e
   where action in ('member.removed', 'access_review.closed') and actor ->> 'kind' = 'job' group by action order by action`;

test(
  'a review that is killed while it revokes is closed whole, once, and ends each access once',
  {
    timeout: 150_000,
  },
  async () => {
    await using stack = new AsyncDisposableStack();
    const dataDir = stack.use(await makeDataDir());
    const settings = await settingsOf(dataDir.path, { HOLDFAST_PORT: await findFreePort() });
    const look = (sql: string) => queryEmbedded(dataDir.path, sql);
    let server = stack.use(await start({ settings }));
    const caller = stack.use(createCaller({ port: server.port }));
    const cookie = await setUp(caller, server.ready.setupLink);
    await look(JOIN);
    const body = { name: 'Quarter', onUnreviewed: 'revoke', kinds: ['membership'] };
    const started = await caller.call('POST', '/api/v1/access-reviews', { cookie, body });
    assert.equal(started.status, 201, started.text);
    await look("update review_campaign set due_at = now(), started_at = started_at - interval '30 days'");
    const becomeDue = `update job set run_at = now(), lease_until = null where ${CLOSING}`;
    await look(becomeDue);

    for (const afterMs of KILLS_AFTER_MS) {
      await until(
        async () => (await look(`select 1 from job where ${CLOSING} and lease_until > now()`)).length > 0,
        'it works',
      );
      await wait(afterMs);
      await server.end('SIGKILL');
      server = stack.use(await start({ settings }, []));
      // Who is out is told to be, and nobody else.
      assert.deepEqual(await look(OUT_AND_TOLD), [{ same: true }]);
      // As if the lease of who was killed had run out.
      await look(becomeDue);
    }
    await until(
      async () => (await look("select 1 from review_campaign where state = 'closed'")).length === 1,
      'it closes',
    );
    assert.deepEqual(await look("select count(*)::int as n from member where role = 'viewer'"), [{ n: 0 }]);
    assert.deepEqual(await look('select count(*)::int as n from review_item where outcome is null'), [{ n: 0 }]);
    assert.deepEqual(await look(EVENTS), [
      { action: 'access_review.closed', n: 1, targets: 1 },
      { action: 'member.removed', n: MEMBERS, targets: MEMBERS },
    ]);
  },
);
