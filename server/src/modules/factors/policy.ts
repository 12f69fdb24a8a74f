// What an organization demands of whoever signs in: read with what the installation adds, and changed only to what is stricter.
import { z } from 'zod';
import type { OrgTx } from '#db/scope.ts';
import type { Context } from '#kernel/context.ts';
import { defineErrors } from '#kernel/errors.ts';
import { timeOut } from '#kernel/fields.ts';
import { definePermissions, INSIDE_ROLES } from '#kernel/permissions.ts';
import { FACTOR_KINDS } from '#kernel/principal.ts';
import type { Tools } from '#kernel/tools.ts';
import { type Demand, REQUIRED, requiredOf } from './demand.ts';
import { findPolicy, type PolicyRow, putPolicy } from './policy-queries.ts';

export const policyPermissions = definePermissions('sign_in_policy', {
  read: { describe: 'See what the organization demands of whoever signs in', all: INSIDE_ROLES },
});

export const policyErrors = defineErrors({
  'sign_in_policy.too_weak': {
    status: 409,
    title: 'The installation demands more than this',
    help: 'See `detail`. An organization can be stricter than the installation it is on, never laxer.',
  },
});

/** The shortest password anybody may have. */
export const PASSWORD_LENGTH_MIN = 12;
const GRACE_HOURS_MAX = 30 * 24;

const fields = {
  requireFactor: z.enum(REQUIRED).describe('Who must have a second factor'),
  allowedFactors: z
    .array(z.enum(FACTOR_KINDS))
    .min(1)
    .max(FACTOR_KINDS.length)
    .describe('Kinds of second factors that count; a passkey alone resists phishing'),
  graceHours: z
    .int()
    .min(0)
    .max(GRACE_HOURS_MAX)
    .describe('How long members may enroll; owners and admins of an exposed installation have no grace'),
  sessionIdleMinutes: z
    .int()
    .min(5)
    .nullable()
    .describe('A session unused for so long ends; null is what the installation says'),
  sessionMaxMinutes: z
    .int()
    .min(15)
    .nullable()
    .describe('A session ends after so long whatever happens; null as above'),
  passwordLengthMin: z
    .int()
    .min(PASSWORD_LENGTH_MIN)
    .max(128)
    .nullable()
    .describe('Of passwords that are set from now on; null is 12'),
};

export const SignInPolicyChange = z.strictObject(fields);
export type SignInPolicyChange = z.output<typeof SignInPolicyChange>;

export const SignInPolicy = z.object({
  ...fields,
  requiredSince: timeOut.nullable().describe('When the demand was made or became stricter: grace counts from then'),
  version: z.int(),
});

type Limits = Pick<Tools, 'isExposed' | 'sessionLimits'>;

/** Of an organization that has said nothing. */
const UNSAID = {
  required: null,
  allowed_kinds: [...FACTOR_KINDS],
  grace_hours: 0,
  required_since: null,
  idle_minutes: null,
  absolute_minutes: null,
  password_length_min: null,
  version: 0,
};

/** What holds now. */
export function describePolicy(
  row: PolicyRow | undefined,
  { isExposed }: Pick<Tools, 'isExposed'>,
): z.input<typeof SignInPolicy> {
  const said = row ?? UNSAID;
  return {
    // The table knows these words alone.
    requireFactor: requiredOf(said.required as Demand['required'], isExposed),
    allowedFactors: said.allowed_kinds as (typeof FACTOR_KINDS)[number][],
    graceHours: said.grace_hours,
    sessionIdleMinutes: said.idle_minutes,
    sessionMaxMinutes: said.absolute_minutes,
    passwordLengthMin: said.password_length_min,
    requiredSince: said.required_since?.toISOString() ?? null,
    version: said.version,
  };
}

/** Throws `sign_in_policy.too_weak`, naming what. */
export function demandStrictEnough(wanted: SignInPolicyChange, { isExposed, sessionLimits }: Limits): void {
  const weak = [
    isExposed && wanted.requireFactor === 'none'
      ? 'Other machines reach this installation, so owners and admins need a second factor.'
      : undefined,
    (wanted.sessionIdleMinutes ?? 0) > sessionLimits.idleMinutes
      ? `Sessions are idle for at most ${String(sessionLimits.idleMinutes)} minutes here.`
      : undefined,
    (wanted.sessionMaxMinutes ?? 0) > sessionLimits.absoluteMinutes
      ? `Sessions last at most ${String(sessionLimits.absoluteMinutes)} minutes here.`
      : undefined,
  ].filter((fault) => fault !== undefined);
  if (weak.length > 0) throw policyErrors['sign_in_policy.too_weak']({ detail: weak.join(' ') });
}

/** Puts it, and begins the grace anew for whoever is asked for more than before. */
export async function changePolicy(
  ctx: Context<OrgTx, Limits>,
  orgId: string,
  wanted: SignInPolicyChange,
): Promise<z.input<typeof SignInPolicy>> {
  const before = await findPolicy(ctx.tx);
  const isStricter = before === undefined || asksMore(wanted, describePolicy(before, ctx.prepared));
  const row = await putPolicy(ctx.tx, {
    org_id: orgId,
    required: wanted.requireFactor,
    allowed_kinds: [...new Set(wanted.allowedFactors)],
    grace_hours: wanted.graceHours,
    required_since: isStricter ? ctx.now : before.required_since,
    idle_minutes: wanted.sessionIdleMinutes,
    absolute_minutes: wanted.sessionMaxMinutes,
    password_length_min: wanted.passwordLengthMin,
  });
  ctx.note({
    requireFactor: wanted.requireFactor,
    allowedFactors: wanted.allowedFactors,
    graceHours: wanted.graceHours,
    sessionIdleMinutes: wanted.sessionIdleMinutes,
    sessionMaxMinutes: wanted.sessionMaxMinutes,
    passwordLengthMin: wanted.passwordLengthMin,
  });
  return describePolicy(row, ctx.prepared);
}

function asksMore(wanted: SignInPolicyChange, before: z.input<typeof SignInPolicy>): boolean {
  const order = (required: SignInPolicyChange['requireFactor']): number => REQUIRED.indexOf(required);
  if (order(wanted.requireFactor) > order(before.requireFactor)) return true;
  return before.allowedFactors.some((kind) => !wanted.allowedFactors.includes(kind));
}
