// A second factor as a proof: looked at before the transaction, and taken inside it, once.
import type { Secret } from '#crypto/secret.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { type Attempt, demandAttempt } from '#kernel/limits/attempt.ts';
import type { Proof } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { errors, type FactorProof } from './model.ts';
import { type CheckedAssertion, checkAssertion, takeAssertion } from './passkeys.ts';
import { findFactors, holdsRecoveryCode, type KnownFactor, takeRecoveryCode, takeStep } from './queries.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { matchTotp } from './totp.ts';

/** What was shown and is right, as far as can be told before it is taken. */
export type CheckedProof =
  | { readonly kind: 'totp'; readonly factorId: string; readonly step: number }
  | { readonly kind: 'recovery_code'; readonly hash: Buffer }
  | { readonly kind: 'passkey'; readonly assertion: CheckedAssertion };

/**
 * Looks at the one proof that was sent, for this person. Each try counts as a failure until it was none (ID3). Throws
 * `factor.refused` for anything that is not right, `request.invalid` unless there is exactly one, `rate.exceeded`.
 */
export async function checkFactor(
  tools: Tools,
  userId: string,
  sent: FactorProof,
  caller: Pick<CallerFacts, 'addressKey'>,
): Promise<CheckedProof> {
  demandOne(sent);
  const attempt = await beginFactorAttempt(tools, userId, caller);
  const checked = await lookAt(tools, userId, sent).catch(async (error: unknown) => {
    // Nobody looked at the proof: a silent database is no wrong code.
    await attempt.succeed();
    throw error;
  });
  if (checked === undefined) throw errors['factor.refused']();
  await attempt.succeed();
  return checked;
}

/** Counts a try before it is made; throws `rate.exceeded` when there were too many that failed. */
export function beginFactorAttempt(
  tools: Tools,
  userId: string,
  { addressKey }: Pick<CallerFacts, 'addressKey'>,
): Promise<Extract<Attempt, { readonly ok: true }>> {
  return demandAttempt(tools.limits, [
    { key: keyOf(userId), limit: tools.signInFailures.account },
    { key: `sign_in:${addressKey}`, limit: tools.signInFailures.address },
  ]);
}

/** Forgets the failures of a person that exists to be probed; of nobody else. */
export async function forgiveFactorFailures(tools: Pick<Tools, 'limits' | 'signInFailures'>, userId: string) {
  const limit = tools.signInFailures.account;
  await tools.limits.take([{ key: keyOf(userId), limit, cost: -limit.burst }]);
}

function keyOf(userId: string): string {
  return `factor:${userId}`;
}

/** Takes what was shown, in the transaction that opens what it is for. Of parallel uses one succeeds; the others throw `factor.refused`. */
export async function takeProof(tx: PersonTx, checked: CheckedProof, now: Date): Promise<void> {
  if (!(await take(tx, checked, now))) throw errors['factor.refused']();
}

function take(tx: PersonTx, checked: CheckedProof, now: Date): Promise<boolean> {
  switch (checked.kind) {
    case 'totp':
      return takeStep(tx, checked.factorId, checked.step, now);
    case 'recovery_code':
      return takeRecoveryCode(tx, checked.hash);
    case 'passkey':
      return takeAssertion(tx, checked.assertion, now);
  }
}

/** What a person may be asked for; empty when a password is all there is. */
export async function proofsOf(tools: Pick<Tools, 'lookup'>, userId: string): Promise<readonly Proof[]> {
  const kinds = new Set((await confirmedOf(tools, userId)).map(({ kind }) => kind));
  return kinds.size === 0 ? [] : [...kinds, 'recovery_code'];
}

async function lookAt(tools: Tools, userId: string, sent: FactorProof): Promise<CheckedProof | undefined> {
  if (sent.code !== undefined) return lookAtCode(tools, await confirmedOf(tools, userId), sent.code);
  if (sent.recoveryCode !== undefined) {
    const hash = hashRecoveryCode(tools, sent.recoveryCode);
    return (await holdsRecoveryCode(tools.lookup, userId, hash)) ? { kind: 'recovery_code', hash } : undefined;
  }
  if (sent.passkey === undefined) return undefined;
  const assertion = await checkAssertion(tools, sent.passkey);
  return assertion?.userId === userId ? { kind: 'passkey', assertion } : undefined;
}

function lookAtCode(tools: Tools, factors: readonly KnownFactor[], code: Secret<string>): CheckedProof | undefined {
  for (const factor of factors) {
    const step = factor.kind === 'totp' ? matchTotp(tools, factor, code) : undefined;
    if (step !== undefined) return { kind: 'totp', factorId: factor.id, step };
  }
  return undefined;
}

async function confirmedOf({ lookup }: Pick<Tools, 'lookup'>, userId: string): Promise<readonly KnownFactor[]> {
  return (await findFactors(lookup, userId)).filter((factor) => factor.confirmed_at !== null);
}

function demandOne(sent: FactorProof): void {
  const count = [sent.code, sent.recoveryCode, sent.passkey].filter((one) => one !== undefined).length;
  if (count === 1) return;
  const message = 'send exactly one of code, recoveryCode and passkey';
  throw kernelErrors['request.invalid']({ fields: [{ pointer: '/body', message }] });
}
