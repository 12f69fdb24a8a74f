// Passkeys: what the server asks, the browser does, and goes back.
import { call } from './client.ts';
import type { Operations } from './operations.ts';

export type Assertion = Operations['session.create_with_passkey']['body']['passkey'];

export const hasPasskeys = typeof PublicKeyCredential === 'function';

/** Null when the person turned away. `isQuiet` offers passkeys in the browser's autofill alone. */
export async function showPasskey({ isQuiet, signal }: { readonly isQuiet: boolean; readonly signal?: AbortSignal }) {
  const options = await call('factor.ask_for_passkey', {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const found = await ask(() =>
    navigator.credentials.get({
      publicKey,
      ...(isQuiet ? { mediation: 'conditional' as const } : {}),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  // What `get` gives is an assertion; the type of its JSON does not say which of the two it is.
  return found === null ? null : (found.toJSON() as unknown as Assertion);
}

export type Registration = Operations['factor.enroll_passkey']['body']['registration'];

/** Null when the person turned away, or the authenticator has a passkey of this account. */
export async function makePasskey(): Promise<Registration | null> {
  const options = await call('factor.start_passkey', {});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const made = await ask(() => navigator.credentials.create({ publicKey }));
  return made === null ? null : (made.toJSON() as unknown as Registration);
}

async function ask(act: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    const credential = await act();
    return credential instanceof PublicKeyCredential ? credential : null;
  } catch (error) {
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name))
      return null;
    throw error;
  }
}
