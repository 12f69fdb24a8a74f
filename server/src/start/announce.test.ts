// Tests that a start leaves its trace, and every change of what may be called a trace of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import { openLanes } from '#db/pool.ts';
import { cloneTemplate } from '#test/world.ts';
import { type Announcement, announceStart } from './announce.ts';

const none: Announcement['outbound'] = { allow: [], deny: [], proxy: [] };

test('every start is recorded, and a rule of outbound calls when it is another than before', async () => {
  await using database = await cloneTemplate();
  await using opened = new AsyncDisposableStack();
  const lanes = openLanes(database.as('runtime'), () => undefined);
  opened.defer(() => lanes.close());
  const client = new Client(database.as('superuser'));
  await client.connect();
  opened.defer(() => client.end());
  const announce = async (outbound: Announcement['outbound']): Promise<readonly unknown[]> => {
    await announceStart(lanes, { release: '0.1.0', exposed: false, outbound });
    const { rows } = await client.query<{ action: string; facts: unknown }>(
      'delete from holdfast.audit_pending returning action, facts',
    );
    return rows.map(({ action, facts }) => [action, facts]).toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  };
  const started = ['server.started', { release: '0.1.0', exposed: false }];
  const proxied = { allow: ['b:1', 'a:2'], deny: ['1.1.1.0/24'], proxy: ['http://proxy.internal:4750'] };
  assert.deepEqual(await announce(none), [started]);
  assert.deepEqual(await announce(proxied), [
    ['outbound.allow_list_changed', { before: [], after: ['b:1', 'a:2'] }],
    ['outbound.deny_list_changed', { before: [], after: ['1.1.1.0/24'] }],
    ['outbound.proxy_changed', { before: [], after: ['http://proxy.internal:4750'] }],
    started,
  ]);
  assert.deepEqual(await announce(proxied), [started]);
  assert.deepEqual(await announce({ ...proxied, proxy: [] }), [
    ['outbound.proxy_changed', { before: ['http://proxy.internal:4750'], after: [] }],
    started,
  ]);
});
