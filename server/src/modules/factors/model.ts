// Second factors in words: what a person enrolls, what is shown as a proof, and what can go wrong.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut, nameIn, secretIn, timeOut } from '#kernel/fields.ts';
import { BUILT_IN_ROLES, definePermissions } from '#kernel/permissions.ts';
import { FACTOR_KINDS } from '#kernel/principal.ts';
import { AssertionJson } from './passkey-json.ts';

export const permissions = definePermissions('factor', {
  read: { describe: 'See your own second factors', own: [...BUILT_IN_ROLES, 'unproven'] },
  manage: { describe: 'Enroll, rename and remove your own second factors', own: [...BUILT_IN_ROLES, 'unproven'] },
  reset_members: { describe: 'Take the second factors of a member away', all: ['owner', 'admin'] },
  reset: { describe: 'Take the second factors of a person away, at the admin socket of the host', all: ['operator'] },
});

export const errors = defineErrors({
  'factor.refused': {
    status: 401,
    title: 'The proof was not accepted',
    help: 'A code works once and for about a minute; check the clock of the device that made it. A recovery code works once ever.',
    recorded: 'denied',
  },
  'factor.challenge_refused': {
    status: 401,
    title: 'The challenge is unknown, used or too old',
    help: 'Start again: a challenge works once, for five minutes.',
    recorded: 'denied',
  },
  'factor.demanded': {
    status: 409,
    title: 'An organization of yours demands this factor',
    help: 'Enroll another one first; it must be of a kind that the organization allows.',
  },
  'factor.none': {
    status: 409,
    title: 'You have no second factor',
    help: 'Enroll an authenticator app or a passkey first.',
  },
  'factor.too_many': {
    status: 409,
    title: 'You have as many second factors as one person can have',
    help: 'Remove one you do not use.',
  },
  'factor.registered': {
    status: 409,
    title: 'This passkey is enrolled already',
    help: 'Use another authenticator, or remove the passkey from the account that has it.',
  },
  'factor.member_elsewhere': {
    status: 409,
    title: 'The person is in other organizations too',
    help: 'Their factors guard those as well. The operator of the host can reset them: `holdfast people reset-factors EMAIL`.',
  },
});

export const FACTORS_MAX = 10;
export const RECOVERY_CODES = 10;

const code = secretIn('Six digits that an authenticator app shows', 6, 6);
const recoveryCode = secretIn('One of the recovery codes, with or without its hyphens', 8, 40);

/** Exactly one of the three. */
export const FactorProof = z.strictObject({
  code: code.optional(),
  recoveryCode: recoveryCode.optional(),
  passkey: AssertionJson.optional(),
});
export type FactorProof = z.output<typeof FactorProof>;

export const Factor = z.object({
  id: idOut('fac', 'Second factor'),
  kind: z.enum(FACTOR_KINDS),
  name: z.string(),
  createdAt: timeOut,
  lastUsedAt: timeOut.nullable(),
});

export const Factors = z.object({
  items: z.array(Factor),
  recoveryCodesLeft: z.int().describe('Unused recovery codes; make new ones before there are none'),
});

export const FactorName = z.strictObject({ name: nameIn('What you call the device') });
export const FactorRef = z.strictObject({ factorId: idIn('fac', 'Id of the second factor') });
export const MemberRef = z.strictObject({ memberId: idIn('mem', 'Id of the membership') });

export const NewTotp = z.object({
  id: idOut('fac', 'Proves nothing until it is confirmed with a code'),
  secret: z.string().describe('In base32, to be typed into the app; shown once'),
  uri: z.string().describe('The same for a QR code (otpauth://)'),
});

export const ConfirmTotp = z.strictObject({ code });

export const Enrolled = z.object({
  factor: Factor,
  recoveryCodes: z
    .array(z.string())
    .nullable()
    .describe(
      'With the first factor: each works once in its place. Shown this one time; keep them apart from the device',
    ),
});

export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

export const ResetDone = z.object({ removed: z.int().describe('Factors that were taken away') });
