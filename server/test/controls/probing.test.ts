// TN5 raises the alarm that it looks for, which is no alarm for the operator.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSystem, verify } from './system.ts';

test('the installation probes itself, and warns no operator of that', async () => {
  await using system = await startSystem();
  await verify(system, 'TN5');
  await system.kernel.recorder.flush();
  const rows = await system.admin(
    `select 1 from holdfast.audit_pending where action = 'tenancy.probed'
      union all select 1 from holdfast.audit_entry where action = 'tenancy.probed'`,
  );
  assert.ok(rows.length > 0, 'it was raised');
  assert.deepEqual(
    system.lines.filter((line) => line.includes('tenancy.probed')),
    [],
  );
});
