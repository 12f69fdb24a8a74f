// Tests of the throw-away cluster itself: it serves, it is apart from others, and it is gone afterwards in every case.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startTestCluster } from './cluster.ts';
import { query } from './embedded-support.ts';

test('two clusters serve at once, each with its own data, and disposing removes them', async () => {
  const hosts: string[] = [];
  {
    await using one = await startTestCluster();
    await using other = await startTestCluster();
    hosts.push(one.superuser.host, other.superuser.host);
    await query(one.superuser, 'create role only_here');
    const roles = (cluster: typeof one) =>
      query(cluster.superuser, `select 1 as n from pg_roles where rolname = 'only_here'`);
    assert.deepEqual([await roles(one), await roles(other)], [[{ n: 1 }], []]);
    await assert.rejects(query({ ...one.superuser, password: other.superuser.password }, 'select 1'), {
      code: '28P01',
    });
  }
  assert.equal(new Set(hosts).size, 2);
  assert.deepEqual(
    hosts.map((host) => existsSync(host)),
    [false, false],
  );
});

test('a cluster is removed even when its test process is killed', async () => {
  const module = new URL('cluster.ts', import.meta.url).href;
  const program = `const { startTestCluster } = await import('${module}');
    console.log((await startTestCluster()).superuser.host); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  const host = String(chunk).trim();
  assert.ok(existsSync(host));
  child.kill('SIGKILL');
  await once(child, 'exit');
  for (let attempt = 0; existsSync(host) && attempt < 300; attempt += 1) await wait(100);
  assert.equal(existsSync(host), false);
});
