// Tests which ids of callers are taken over, and that ours are ids like all others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { requestIdOf } from './request-id.ts';

test('a harmless id of the caller is taken over, anything else gets a new one', () => {
  for (const given of ['12345678', 'a.b-c_D9', 'x'.repeat(64)]) assert.equal(requestIdOf(given), given);
  for (const given of [undefined, '', '1234567', 'x'.repeat(65), 'with space', 'line\nbreak', ['12345678']])
    assert.match(requestIdOf(given), /^req_[0-9a-z]{26}$/);
});

test('a new id is a UUID of version 7 as ids are written, made now, and no two are alike', () => {
  const before = Date.now();
  const ids = Array.from({ length: 2_000 }, () => requestIdOf(undefined));
  const after = Date.now();
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    const uuid = decodeId('req', id);
    assert.ok(uuid !== undefined, id);
    assert.equal(encodeId('req', uuid), id);
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const madeMs = Number.parseInt(uuid.replace('-', '').slice(0, 12), 16);
    assert.ok(madeMs >= before && madeMs <= after, uuid);
  }
});
