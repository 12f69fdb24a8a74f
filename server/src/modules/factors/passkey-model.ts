// Passkeys in words: what a browser is asked, and what it sends back.
import { z } from 'zod';
import { FactorName } from './model.ts';
import { RegistrationJson } from './passkey-json.ts';

const challenge = z.string().describe('To be answered once, within five minutes');
const timeout = z.int().describe('Milliseconds until the browser gives up');
const descriptor = z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(z.string()) });

/** PublicKeyCredentialCreationOptionsJSON of WebAuthn level 3, section 5.1.9. */
export const CreationOptions = z
  .object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge,
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout,
    excludeCredentials: z.array(descriptor).describe('Passkeys you have: no authenticator gets a second one'),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .describe('For `PublicKeyCredential.parseCreationOptionsFromJSON()`');

/** PublicKeyCredentialRequestOptionsJSON of section 5.1.10; no list of credentials, so it tells nobody's. */
export const RequestOptions = z
  .object({ challenge, rpId: z.string(), timeout, userVerification: z.literal('required') })
  .describe('For `PublicKeyCredential.parseRequestOptionsFromJSON()`');

export const NewPasskey = z.strictObject({ ...FactorName.shape, registration: RegistrationJson });
