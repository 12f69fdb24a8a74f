// Tests that data keys are proven before use, step only forward, and seal and open for their organization alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  activateDataKey,
  advanceDataKey,
  canOpenWith,
  type DataKeyState,
  type DataKeyStep,
  type DataKeyVersion,
  findActiveVersion,
} from './data-key-states.ts';
import {
  openWithVersions,
  rewrapDataKey,
  sealWithActive,
  stageDataKey,
  type StoredDataKey,
  unwrapDataKey,
} from './data-keys.ts';
import { createFileKekProvider, type KekProvider } from './kek.ts';
import { computeKekId, type MasterKey } from './key-file-format.ts';
import { newSecretBytes, newUuid } from './random.ts';
import { reveal, type Secret, toSecret } from './secret.ts';

const states: readonly DataKeyState[] = ['staged', 'active', 'decrypt-only', 'retired', 'destroyed'];
const [firstMaster, secondMaster] = [newMasterKey(), newMasterKey()];
const provider = createFileKekProvider({ environment: 'test', current: firstMaster, previous: [] });
const rotated = createFileKekProvider({ environment: 'test', current: secondMaster, previous: [firstMaster] });
const context = { purpose: 'credential', orgId: 'org-1', table: 'provider', column: 'secret', rowId: 'row-1' };

test('a staged key is stored wrapped and comes back proven', async () => {
  const { stored, key } = await stage('org-1', 1);
  assert.equal(stored.state, 'staged');
  assert.equal(stored.kekId, firstMaster.id);
  const again = await unwrapDataKey(provider, stored);
  assert.ok(again.ok);
  assert.deepEqual(reveal(again.key, 'test.compare'), reveal(key, 'test.compare'));
  assert.equal(again.proof.dataKeyId, stored.id);
  assert.ok(!Buffer.concat([stored.wrapped, stored.canary]).includes(reveal(key, 'test.compare')));
});

test('two staged keys are two keys', async () => {
  const [first, second] = [await stage('org-1', 1), await stage('org-1', 2)];
  assert.notDeepEqual(reveal(first.key, 'test.compare'), reveal(second.key, 'test.compare'));
});

test('a wrapped key moved to another organization, id or version does not unwrap', async () => {
  const { stored } = await stage('org-1', 1);
  for (const moved of [{ orgId: 'org-2' }, { id: newUuid() }, { version: 2 }]) {
    const result = await unwrapDataKey(provider, { ...stored, ...moved });
    assert.equal(result.ok ? 'unwrapped' : result.reason, 'tag', JSON.stringify(moved));
  }
});

test('a key whose canary does not open is not given out', async () => {
  const [{ stored }, other] = [await stage('org-1', 1), await stage('org-1', 1)];
  const foreign = await unwrapDataKey(provider, { ...stored, canary: other.stored.canary });
  assert.equal(foreign.ok ? 'unwrapped' : foreign.reason, 'unknown_key');
  const damaged = Buffer.from(stored.canary);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
  const broken = await unwrapDataKey(provider, { ...stored, canary: damaged });
  assert.equal(broken.ok ? 'unwrapped' : broken.reason, 'tag');
});

test('a missing master key is named', async () => {
  const { stored } = await stage('org-1', 1);
  const stranger = createFileKekProvider({ environment: 'test', current: secondMaster, previous: [] });
  assert.deepEqual(await unwrapDataKey(stranger, stored), { ok: false, reason: 'unknown_key', kekId: firstMaster.id });
});

test('staging and rewrapping leave no unwrapped key behind', async () => {
  const seen: Secret<Uint8Array>[] = [];
  const watched: KekProvider = {
    ...provider,
    wrap: (key, data) => {
      seen.push(key);
      return provider.wrap(key, data);
    },
  };
  const staged = await stageDataKey(watched, { id: newUuid(), orgId: 'org-1', version: 1 });
  assert.ok(staged.ok && (await rewrapDataKey(watched, staged.stored)).ok);
  assert.equal(seen.length, 2);
  for (const key of seen) assert.throws(() => reveal(key, 'test.compare'), /already erased/);
});

test('rewrapping moves a key under the current master key and keeps it the same', async () => {
  const { stored, key } = await stage('org-1', 1);
  const result = await rewrapDataKey(rotated, stored);
  assert.ok(result.ok);
  assert.equal(result.stored.kekId, secondMaster.id);
  const onlyNew = createFileKekProvider({ environment: 'test', current: secondMaster, previous: [] });
  const again = await unwrapDataKey(onlyNew, result.stored);
  assert.ok(again.ok);
  assert.deepEqual(reveal(again.key, 'test.compare'), reveal(key, 'test.compare'));
});

test('an unavailable provider stages and rewraps nothing', async () => {
  const { stored } = await stage('org-1', 1);
  const down: KekProvider = { ...provider, wrap: () => Promise.resolve({ ok: false, reason: 'unavailable' }) };
  assert.deepEqual(await stageDataKey(down, { id: newUuid(), orgId: 'org-1', version: 1 }), {
    ok: false,
    reason: 'unavailable',
  });
  assert.deepEqual(await rewrapDataKey(down, stored), { ok: false, reason: 'unavailable' });
});

test('a provider that wraps something else is found out before its result is used', async () => {
  const { stored } = await stage('org-1', 1);
  const wrong: KekProvider = { ...provider, wrap: (_key, data) => provider.wrap(newSecretBytes(32), data) };
  const result = await rewrapDataKey(wrong, stored);
  assert.equal(result.ok ? 'rewrapped' : result.reason, 'commitment');
});

test('the only steps are the drawn ones, and none leads back', async () => {
  const { stored, proof } = await stage('org-1', 1);
  const steps: readonly DataKeyStep[] = [
    { to: 'active', proof, isDurable: true, isOnEveryReplica: true },
    { to: 'decrypt-only' },
    { to: 'retired', referenceCount: 0 },
    { to: 'destroyed', because: { shredOrderId: 'approval-1' } },
  ];
  const legal = new Set(
    states.flatMap((state) =>
      steps.filter((step) => advanceDataKey({ ...stored, state }, step).ok).map(({ to }) => `${state} > ${to}`),
    ),
  );
  assert.deepEqual(
    legal,
    new Set([
      'staged > active',
      'staged > destroyed',
      'active > decrypt-only',
      'active > destroyed',
      'decrypt-only > retired',
      'decrypt-only > destroyed',
      'retired > destroyed',
    ]),
  );
});

test('a step without its facts is refused, naming the missing one', async () => {
  const { stored, proof } = await stage('org-1', 1);
  const other = await stage('org-1', 2);
  const facts = { to: 'active', proof, isDurable: true, isOnEveryReplica: true } as const;
  const cases: readonly (readonly [DataKeyState, DataKeyStep, string])[] = [
    ['staged', { ...facts, proof: other.proof }, 'not_proven'],
    ['staged', { ...facts, proof: { ...proof, orgId: 'org-2' } }, 'not_proven'],
    ['staged', { ...facts, isDurable: false }, 'not_durable'],
    ['staged', { ...facts, isOnEveryReplica: false }, 'not_on_every_replica'],
    ['decrypt-only', { to: 'retired', referenceCount: 1 }, 'still_referenced'],
    ['retired', { to: 'destroyed', because: { backupsLeft: 1 } }, 'backups_left'],
    ['retired', { to: 'destroyed', because: { shredOrderId: '' } }, 'no_shred_order'],
    ['active', { to: 'destroyed', because: { backupsLeft: 0 } }, 'no_shred_order'],
    ['decrypt-only', { to: 'destroyed', because: { backupsLeft: 0 } }, 'no_shred_order'],
  ];
  for (const [state, step, reason] of cases) {
    assert.deepEqual(advanceDataKey({ ...stored, state }, step), { ok: false, reason }, `${state} ${reason}`);
  }
  assert.ok(advanceDataKey({ ...stored, state: 'retired' }, { to: 'destroyed', because: { backupsLeft: 0 } }).ok);
});

test('for any history there is at most one active version, and activating demotes the one before', async () => {
  const { proof, stored } = await stage('org-1', 1);
  const facts = { proof, isDurable: true, isOnEveryReplica: true };
  const others = fc.array(fc.constantFrom<DataKeyState>('staged', 'decrypt-only', 'retired', 'destroyed'), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(others, fc.boolean(), (otherStates, hasActive) => {
      const all: readonly DataKeyState[] = hasActive ? ['active', ...otherStates] : otherStates;
      const rest = all.map((state, index): DataKeyVersion => ({
        id: newUuid(),
        orgId: 'org-1',
        version: index + 2,
        state,
      }));
      const result = activateDataKey([...rest, stored], stored.id, facts);
      assert.ok(result.ok);
      assert.equal(findActiveVersion(result.versions)?.id, stored.id);
      const expected = all.map((state) => (state === 'active' ? 'decrypt-only' : state));
      assert.deepEqual(
        result.versions.map(({ state }) => state),
        [...expected, 'active'],
      );
    }),
  );
  assert.deepEqual(activateDataKey([stored], newUuid(), facts), { ok: false, reason: 'unknown_version' });
  assert.deepEqual(activateDataKey([stored, { ...stored, id: newUuid(), orgId: 'org-2' }], stored.id, facts), {
    ok: false,
    reason: 'foreign_organization',
  });
  assert.deepEqual(activateDataKey([{ ...stored, state: 'active' }], stored.id, facts), {
    ok: false,
    reason: 'illegal_step',
  });
});

test('two active versions stop everything', async () => {
  const { stored } = await stage('org-1', 1);
  const active = { ...stored, state: 'active' } as const;
  assert.throws(() => findActiveVersion([active, { ...active, id: newUuid() }]), /two active/);
});

test('values are sealed under the active version and open after the next rotations until it retires', async () => {
  const first = await stage('org-1', 1);
  const second = await stage('org-1', 2);
  const keys = new Map<string, Secret<Uint8Array>>([first, second].map(({ stored, key }) => [stored.id, key]));
  const findKey = (id: string) => keys.get(id);
  const before = [inState(first.stored, 'active'), inState(second.stored, 'staged')];
  const sealed = sealWithActive(before, findKey, context, toSecret(Buffer.from('the secret')));
  assert.ok(sealed.ok);
  assert.equal(sealed.dataKeyId, first.stored.id);
  const afterwards = [inState(first.stored, 'decrypt-only'), inState(second.stored, 'active')];
  const resealed = sealWithActive(afterwards, findKey, context, toSecret(Buffer.from('the secret')));
  assert.equal(resealed.ok && resealed.dataKeyId, second.stored.id);
  for (const state of states) {
    const opened = openWithVersions([inState(first.stored, state)], findKey, context, sealed.sealed);
    assert.equal(opened.ok, ['staged', 'active', 'decrypt-only'].includes(state), state);
    assert.equal(canOpenWith(inState(first.stored, state)), opened.ok);
    if (opened.ok) assert.equal(reveal(opened.plaintext, 'test.compare').toString(), 'the secret');
    else assert.deepEqual(opened, { ok: false, reason: 'key_state', keyId: first.stored.id });
  }
});

test('without an active, loaded key of the own organization nothing is sealed', async () => {
  const { stored, key } = await stage('org-1', 1);
  const plaintext = toSecret(Buffer.from('the secret'));
  for (const state of ['staged', 'decrypt-only', 'retired', 'destroyed'] as const) {
    assert.deepEqual(
      sealWithActive([inState(stored, state)], () => key, context, plaintext),
      {
        ok: false,
        reason: 'no_active_key',
      },
    );
  }
  const active = [inState(stored, 'active')];
  assert.deepEqual(
    sealWithActive(active, () => undefined, context, plaintext),
    {
      ok: false,
      reason: 'key_not_loaded',
      dataKeyId: stored.id,
    },
  );
  assert.deepEqual(
    sealWithActive(active, () => key, { ...context, orgId: 'org-2' }, plaintext),
    {
      ok: false,
      reason: 'foreign_organization',
    },
  );
});

test('a value opens with no version of another organization and with none that is unknown', async () => {
  const { stored, key } = await stage('org-1', 1);
  const sealed = sealWithActive([inState(stored, 'active')], () => key, context, toSecret(Buffer.from('the secret')));
  assert.ok(sealed.ok);
  const open = (versions: readonly DataKeyVersion[], bytes = sealed.sealed) =>
    openWithVersions(versions, () => key, context, bytes);
  assert.deepEqual(open([]), { ok: false, reason: 'unknown_key', keyId: stored.id });
  assert.deepEqual(open([{ ...inState(stored, 'active'), orgId: 'org-2' }]), {
    ok: false,
    reason: 'foreign_organization',
    keyId: stored.id,
  });
  assert.deepEqual(open([inState(stored, 'active')], Buffer.from('junk')), { ok: false, reason: 'format' });
});

function inState(version: DataKeyVersion, state: DataKeyState): DataKeyVersion {
  return { ...version, state };
}

async function stage(orgId: string, version: number) {
  const staged = await stageDataKey(provider, { id: newUuid(), orgId, version });
  const stored: StoredDataKey = staged.ok ? staged.stored : assert.fail(staged.reason);
  const unwrapped = await unwrapDataKey(provider, stored);
  return unwrapped.ok ? { stored, key: unwrapped.key, proof: unwrapped.proof } : assert.fail(unwrapped.reason);
}

function newMasterKey(): MasterKey {
  const key = newSecretBytes(32);
  return { id: computeKekId(key), key, createdAt: '2026-01-01T00:00:00.000Z' };
}
