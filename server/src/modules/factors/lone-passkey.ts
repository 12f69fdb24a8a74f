// A passkey from somebody who has not said who they are: it is all of the proof, and failures count against the address.
import type { CallerFacts } from '#kernel/context.ts';
import { demandAttempt } from '#kernel/limits/attempt.ts';
import type { Tools } from '#kernel/tools.ts';
import { errors } from './model.ts';
import type { AssertionJson } from './passkey-json.ts';
import { type CheckedAssertion, checkAssertion } from './passkeys.ts';

/**
 * Whose passkey it is. Since nobody was asked for, it must name its person itself (WebAuthn level 3, section 7.2 step 6).
 * Each try counts as a failure until it was none (ID3). Throws `factor.refused`, `rate.exceeded`.
 */
export async function checkLonePasskey(
  tools: Tools,
  sent: AssertionJson,
  caller: Pick<CallerFacts, 'addressKey'>,
): Promise<CheckedAssertion> {
  const attempt = await demandAttempt(tools.limits, [
    { key: `sign_in:${caller.addressKey}`, limit: tools.signInFailures.address },
  ]);
  const checked = await checkNamed(tools, sent).catch(async (error: unknown) => {
    // Nobody looked at the passkey: a silent database is no wrong one.
    await attempt.succeed();
    throw error;
  });
  if (checked === undefined) throw errors['factor.refused']();
  await attempt.succeed();
  return checked;
}

async function checkNamed(tools: Tools, sent: AssertionJson): Promise<CheckedAssertion | undefined> {
  const { userHandle } = sent.response;
  return userHandle === undefined || userHandle === null ? undefined : checkAssertion(tools, sent);
}
