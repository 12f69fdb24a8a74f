// The audit fails on what is serious, excepts for a limited time, and never takes silence for health.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditFaults, parseExceptions, readAudit, runAudit } from './audit-dependencies.ts';
import { runNode } from './lib/run-command.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const hole = { id: 'GHSA-aaaa-bbbb-cccc', package: 'holed', severity: 'high', title: 'A hole for the test' };
const exception = {
  advisory: hole.id,
  package: 'holed',
  reason: 'the hole is in a part that is never called',
  added: '2026-01-01',
  expires: '2026-01-31',
};
const TODAY = '2026-01-10';

test('high and critical advisories are faults, lower ones are not', () => {
  const severities = ['info', 'low', 'moderate', 'high', 'critical'];
  const failing = severities.filter((severity) => auditFaults([{ ...hole, severity }], [], TODAY).length > 0);
  assert.deepEqual(failing, ['high', 'critical']);
});

test('an exception covers its own advisory in its own package until the day it ends', () => {
  assert.deepEqual(auditFaults([hole], [exception], TODAY), []);
  assert.deepEqual(auditFaults([hole], [exception], '2026-01-30'), []);
  assert.match(auditFaults([hole], [exception], '2026-01-31').join(), /ended on 2026-01-31/);
  assert.equal(auditFaults([{ ...hole, id: 'GHSA-other' }], [exception], TODAY).length, 2);
  assert.equal(auditFaults([{ ...hole, package: 'other' }], [exception], TODAY).length, 2);
});

test('an exception lasts at most 30 days for a high and 7 days for a critical advisory', () => {
  const critical = { ...hole, severity: 'critical' };
  assert.match(auditFaults([hole], [{ ...exception, expires: '2026-02-01' }], TODAY).join(), /lasts 31 days/);
  assert.match(auditFaults([critical], [exception], TODAY).join(), /critical may wait 7/);
  assert.deepEqual(auditFaults([critical], [{ ...exception, added: '2026-01-08', expires: '2026-01-15' }], TODAY), []);
});

test('an exception that nothing needs, without a reason, or from the future is a fault', () => {
  assert.match(auditFaults([], [exception], TODAY).join(), /of no use any more/);
  assert.match(auditFaults([hole], [{ ...exception, reason: 'later' }], TODAY).join(), /gives no reason/);
  assert.match(auditFaults([hole], [exception], '2025-12-31').join(), /begins in the future/);
});

test('exceptions with a missing field or a wrong date are refused', () => {
  assert.deepEqual(parseExceptions(JSON.stringify([exception])), [exception]);
  for (const broken of [{ reason: '' }, { expires: 'never' }, { added: '2026-13-01' }, { advisory: undefined }]) {
    assert.throws(() => parseExceptions(JSON.stringify([{ ...exception, ...broken }])), /has no valid/);
  }
  assert.throws(() => parseExceptions('{}'), /not a list/);
});

test('a reply that is no whole audit report is no clean bill of health', () => {
  const whole = { auditReportVersion: 2, vulnerabilities: {}, metadata: { dependencies: { total: 3 } } };
  assert.deepEqual(readAudit(JSON.stringify(whole)), { kind: 'ran', advisories: [], packages: 3 });
  const broken = [
    {},
    { ...whole, auditReportVersion: 3 },
    { ...whole, vulnerabilities: undefined },
    { ...whole, metadata: { dependencies: { total: 0 } } },
    { message: '405 Method Not Allowed' },
  ];
  for (const report of broken) assert.equal(readAudit(JSON.stringify(report)).kind, 'could_not_run');
  assert.equal(readAudit('').kind, 'could_not_run');
  assert.equal(readAudit('<html>').kind, 'could_not_run');
});

test('a vulnerability that cannot be read counts as critical', () => {
  const report = { auditReportVersion: 2, vulnerabilities: { holed: 'yes' }, metadata: { dependencies: { total: 3 } } };
  const audit = readAudit(JSON.stringify(report));
  assert.ok(audit.kind === 'ran');
  assert.deepEqual(
    audit.advisories.map(({ severity }) => severity),
    ['critical'],
  );
});

test('npm finds the advisory of a registry in the locked packages', async () => {
  using folder = temporaryFolder();
  folder.write(project);
  const registry = spawn(process.execPath, [join(import.meta.dirname, 'test', 'advisory-registry.ts'), 'critical']);
  try {
    const [port] = await once(registry.stdout, 'data');
    const audit = runAudit(folder.path, `http://127.0.0.1:${String(port).trim()}/`);
    assert.deepEqual(audit, { kind: 'ran', advisories: [{ ...hole, severity: 'critical' }], packages: 1 });
  } finally {
    registry.kill();
    await once(registry, 'exit');
  }
});

test('a registry that cannot be reached is neither green nor red, and says so in one line', () => {
  using folder = temporaryFolder();
  folder.write(project);
  // Nothing listens on port 1 of loopback.
  const audit = runAudit(folder.path, 'http://127.0.0.1:1/');
  assert.ok(audit.kind === 'could_not_run');
  assert.match(audit.why, /^[^\n]+$/);
  const command = runNode([join(import.meta.dirname, 'audit-dependencies.ts')], {
    cwd: folder.path,
    env: { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' },
  });
  assert.equal(command.status, 3);
  assert.match(command.stderr, /^dependencies: could not be audited: [^\n]+\n$/);
});

const project = {
  '.npmrc': 'fetch-retries=0\n',
  'package.json': { name: 'audited', version: '1.0.0', dependencies: { holed: '1.0.0' } },
  'package-lock.json': {
    name: 'audited',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'audited', version: '1.0.0', dependencies: { holed: '1.0.0' } },
      'node_modules/holed': { version: '1.0.0' },
    },
  },
};
