// Passkeys as a proof.
import type { PersonTx } from '#db/scope.ts';
import type { Tools } from '#kernel/tools.ts';
import type { AssertionJson } from './passkey-json.ts';

export type CheckedAssertion = { readonly userId: string; readonly factorId: string };

export async function checkAssertion(_tools: Tools, _sent: AssertionJson): Promise<CheckedAssertion | undefined> {
  return undefined;
}

export async function takeAssertion(_tx: PersonTx, _checked: CheckedAssertion, _now: Date): Promise<boolean> {
  return false;
}
