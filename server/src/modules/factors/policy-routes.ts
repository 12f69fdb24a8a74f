// Settings → Team → Require MFA, and what else an organization asks of whoever signs in.
import { Nothing } from '#kernel/fields.ts';
import { getOrg } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, lockOrganization, securityPermissions } from '#modules/organizations.ts';
import {
  changePolicy,
  demandStrictEnough,
  describePolicy,
  policyPermissions,
  SignInPolicy,
  SignInPolicyChange,
} from './policy.ts';
import { findPolicy } from './policy-queries.ts';

export const getPolicyRoute = defineRoute({
  id: 'sign_in_policy.get',
  method: 'GET',
  path: '/api/v1/organization/sign-in-policy',
  summary: 'What the organization demands of whoever signs in',
  scope: 'org',
  access: [{ permission: policyPermissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'reads settings, shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: SignInPolicy,
  status: 200,
  errors: [],
  prepare: async ({ isExposed }) => ({ isExposed }),
  handle: async (ctx) => describePolicy(await findPolicy(ctx.tx), ctx.prepared),
});

export const putPolicyRoute = defineRoute({
  id: 'sign_in_policy.update',
  method: 'PUT',
  path: '/api/v1/organization/sign-in-policy',
  summary: 'Demand second factors, shorter sessions or longer passwords of the organization’s people; it holds at once',
  scope: 'org',
  access: [
    {
      permission: securityPermissions.manage,
      target: async (ctx) => {
        // Changes of the policy wait for each other at the organization; what If-Match names is the policy.
        await lockOrganization(ctx.tx);
        return { version: (await findPolicy(ctx.tx))?.version ?? 0 };
      },
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'sign_in_policy.updated' },
  params: Nothing,
  query: Nothing,
  body: SignInPolicyChange,
  output: SignInPolicy,
  status: 200,
  errors: ['sign_in_policy.too_weak'],
  prepare: async ({ isExposed, sessionLimits }, { input }) => {
    demandStrictEnough(input.body, { isExposed, sessionLimits });
    return { isExposed, sessionLimits };
  },
  handle: (ctx, { body }) => changePolicy(ctx, getOrg(ctx.principal), body),
});
