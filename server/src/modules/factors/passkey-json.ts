// The JSON that browsers make of a passkey's answers (WebAuthn level 3, section 5.1.8), read strictly and bounded.
import { z } from 'zod';

const bytes = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .regex(/^[A-Za-z0-9_-]*$/, 'is base64url without padding');

const id = bytes(1_400).min(1);
/** What browsers add and nobody here reads. */
const extensions = z.record(z.string().max(100), z.unknown()).optional();
const attachment = z.string().max(40).nullish();

export const AssertionJson = z
  .strictObject({
    id,
    rawId: id,
    type: z.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensions,
    response: z.strictObject({
      clientDataJSON: bytes(4_000).min(1),
      authenticatorData: bytes(4_000).min(1),
      signature: bytes(4_000).min(1),
      userHandle: bytes(100).nullish(),
    }),
  })
  .describe('What `navigator.credentials.get()` gave, as JSON');
export type AssertionJson = z.output<typeof AssertionJson>;

export const RegistrationJson = z
  .strictObject({
    id,
    rawId: id,
    type: z.literal('public-key'),
    authenticatorAttachment: attachment,
    clientExtensionResults: extensions,
    response: z.strictObject({
      clientDataJSON: bytes(4_000).min(1),
      attestationObject: bytes(40_000).min(1),
      authenticatorData: bytes(4_000).optional(),
      publicKey: bytes(4_000).nullish(),
      publicKeyAlgorithm: z.number().optional(),
      transports: z.array(z.string().max(40)).max(10).optional(),
    }),
  })
  .describe('What `navigator.credentials.create()` gave, as JSON');
export type RegistrationJson = z.output<typeof RegistrationJson>;
