// Challenges that are signed and not stored: only ours, for what they were issued for, and no longer than five minutes.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { assert as assertProperty, integer, nat, property } from 'fast-check';
import { newSecretBytes } from '#crypto/random.ts';
import { deriveRoot } from '#crypto/roots.ts';
import type { Keyring } from '#kernel/tools.ts';
import { CHALLENGE_MS, type ChallengeUse, issueChallenge, openChallenge } from './challenge.ts';

const toolsWith = (challengeKey = deriveRoot(newSecretBytes(32), 'challenge')) => ({
  // Nothing else of a keyring is asked for.
  keyring: { challengeKey } as unknown as Keyring,
});
const tools = toolsWith();
const assertion: ChallengeUse = { purpose: 'assertion' };
const registration = (userId: string): ChallengeUse => ({ purpose: 'registration', userId });

test('a challenge opens for what it was issued for, and no two are the same', () => {
  const [one, other] = [issueChallenge(tools, assertion), issueChallenge(tools, assertion)];
  assert.notEqual(one, other);
  assert.equal(openChallenge(tools, assertion, one)?.text, one);
  assert.notDeepEqual(openChallenge(tools, assertion, one)?.hash, openChallenge(tools, assertion, other)?.hash);
  assert.ok(openChallenge(tools, registration('a'), issueChallenge(tools, registration('a'))));
});

test('a challenge is of no other purpose, person or installation', () => {
  assert.equal(openChallenge(tools, registration(''), issueChallenge(tools, assertion)), undefined);
  assert.equal(openChallenge(tools, assertion, issueChallenge(tools, registration(''))), undefined);
  assert.equal(openChallenge(tools, registration('b'), issueChallenge(tools, registration('a'))), undefined);
  assert.equal(openChallenge(toolsWith(), assertion, issueChallenge(tools, assertion)), undefined);
});

test('a challenge ends after five minutes, to the millisecond', () => {
  const start = 1_800_000_000_000;
  mock.timers.enable({ apis: ['Date'], now: start });
  try {
    const issued = issueChallenge(tools, assertion);
    mock.timers.setTime(start + CHALLENGE_MS - 1);
    assert.equal(openChallenge(tools, assertion, issued)?.expiresAt.getTime(), start + CHALLENGE_MS);
    mock.timers.setTime(start + CHALLENGE_MS);
    assert.equal(openChallenge(tools, assertion, issued), undefined);
  } finally {
    mock.timers.reset();
  }
});

test('a challenge with any byte changed, cut off or added is none', () => {
  const bytes = Buffer.from(issueChallenge(tools, assertion), 'base64url');
  assertProperty(
    property(nat(bytes.length - 1), integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ change, at);
      assert.equal(openChallenge(tools, assertion, changed.toString('base64url')), undefined);
    }),
  );
  for (const other of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.alloc(0)])
    assert.equal(openChallenge(tools, assertion, other.toString('base64url')), undefined);
});

test('a challenge has one spelling', () => {
  const issued = issueChallenge(tools, assertion);
  for (const other of [`${issued}=`, `${issued}\n`, ` ${issued}`, `${issued.slice(0, 9)}.${issued.slice(9)}`]) {
    assert.deepEqual(Buffer.from(other, 'base64url'), Buffer.from(issued, 'base64url'));
    assert.equal(openChallenge(tools, assertion, other), undefined);
  }
});
