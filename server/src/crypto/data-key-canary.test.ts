// Tests that a canary opens for its own key and organization and proves nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealCanary, verifyCanary } from './data-key-canary.ts';
import { seal } from './envelope.ts';
import { newSecretBytes, newUuid } from './random.ts';
import { toSecret } from './secret.ts';

test('a canary proves its key and organization alone', () => {
  const dataKey = { id: newUuid(), key: newSecretBytes(32) };
  const canary = sealCanary(dataKey, 'org-1');
  assert.equal(verifyCanary(dataKey, 'org-1', canary).ok, true);
  const wrong = [
    verifyCanary({ ...dataKey, key: newSecretBytes(32) }, 'org-1', canary),
    verifyCanary({ ...dataKey, id: newUuid() }, 'org-1', canary),
    verifyCanary(dataKey, 'org-2', canary),
  ];
  assert.deepEqual(
    wrong.map((result) => (result.ok ? 'proven' : result.reason)),
    ['commitment', 'unknown_key', 'commitment'],
  );
});

test('a canary with other content proves nothing', () => {
  const dataKey = { id: newUuid(), key: newSecretBytes(32) };
  const place = { purpose: 'canary', orgId: 'org-1', table: 'data_key', column: 'canary', rowId: dataKey.id };
  const other = seal(dataKey, place, toSecret(Buffer.from('other content')));
  assert.deepEqual(verifyCanary(dataKey, 'org-1', other), { ok: false, reason: 'content' });
});
