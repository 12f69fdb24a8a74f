// An authenticator app for tests: takes the secret that the server shows, and makes the codes of any step.
import { decodeId } from '@holdfast/protocol/ids.ts';
import { toSecret } from '#crypto/secret.ts';
import { totpCode, totpStep } from '#crypto/totp.ts';
import type { Credential } from '#kernel/credential.ts';
import type { World } from './world.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 without padding (RFC 4648 section 6). */
export function decodeBase32(text: string): Buffer {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    held = (held << 5) | ALPHABET.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

/** The code of now, or of a step before or after. */
export function codeOf(secret: string, stepsAway = 0): string {
  return totpCode(toSecret(decodeBase32(secret)), totpStep(Date.now()) + stepsAway);
}

export type App = { readonly factorId: string; readonly secret: string; readonly recoveryCodes: readonly string[] };

/** Enrolls an app for whoever the credential belongs to. The code that it was confirmed with can be used once more. */
export async function enrollApp(world: World, credential: Credential): Promise<App> {
  const started = await world.call('factor.start_totp', { credential, body: { name: 'phone' } });
  const { id, secret } = started.body as { readonly id: string; readonly secret: string };
  const params = { factorId: id };
  const confirmed = await world.call('factor.confirm_totp', { credential, params, body: { code: codeOf(secret) } });
  // A code of the step before would not do for this: it is refused where the step ends between its making and its use.
  await world.admin('update holdfast.factor set last_step = last_step - 1 where id = $1', [decodeId('fac', id)]);
  const { recoveryCodes } = confirmed.body as { readonly recoveryCodes: readonly string[] | null };
  return { factorId: id, secret, recoveryCodes: recoveryCodes ?? [] };
}

/** As if no code had been used: the codes of three steps are good at any time, and a test may need more. */
export async function forgetSteps({ admin }: Pick<World, 'admin'>): Promise<void> {
  await admin('update holdfast.factor set last_step = -1');
}
