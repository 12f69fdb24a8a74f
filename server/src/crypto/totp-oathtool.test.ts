// One-time passwords are those of another implementation: oathtool, of the OATH Toolkit.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { reveal, toSecret } from './secret.ts';
import { randomBytes } from './random.ts';
import { showTotpSecret, totpCode, totpUri } from './totp.ts';

const STEP_SECONDS = 30;
/** Steps of 1970, of the RFC's vectors, of today and of far ahead, where a counter is more than 32 bits of seconds. */
const steps = [0, 1, 37_037_036, 41_152_263, 57_500_000, 58_123_456, 66_666_666, 100_000_000, 143_165_577, 666_666_666];

const OATHTOOL = '/usr/bin/oathtool';
const isThere = existsSync(OATHTOOL);

test('ten secrets at ten steps give the codes that oathtool gives', { skip: !isThere }, () => {
  for (const [at, step] of steps.entries()) {
    const secret = toSecret(randomBytes(16 + 2 * at));
    const shown = reveal(showTotpSecret(secret), 'test.show');
    assert.equal(totpCode(secret, step), codeOf(shown, step), `step ${step}`);
    const uri = new URL(reveal(totpUri(secret, { issuer: 'Holdfast', account: 'olga@acme.example' }), 'test.show'));
    assert.equal(totpCode(secret, step), codeOf(uri.searchParams.get('secret') ?? '', step), `step ${step} by its URI`);
  }
});

/** As an app makes it from what it was told. */
function codeOf(base32: string, step: number): string {
  const args = ['--totp', '--base32', '--now', `@${step * STEP_SECONDS}`, '--', base32];
  const { status, stdout, stderr } = spawnSync(OATHTOOL, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}
