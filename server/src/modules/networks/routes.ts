// Reading, changing and trying network rules; and taking them away at the host when they shut everybody out.
import { z } from 'zod';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { getOrg } from '#kernel/principal.ts';
import { defineRoute, type Resolvable } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { listOwners } from '#modules/members.ts';
import {
  findOrganization,
  findOrganizationBySlug,
  lockOrganization,
  securityPermissions,
} from '#modules/organizations.ts';
import { Blocks, demandBlocks } from './blocks.ts';
import { CheckAddress, CheckedAddress, ClearedRules, ClearRules, NetworkRules, permissions } from './model.ts';
import { clearRules, findRules } from './queries.ts';
import { changeRules, checkAddress, toRules } from './service.ts';

const RulesChange = z.strictObject({
  console: Blocks,
  api: Blocks,
  models: Blocks,
  confirmLockOut: z.boolean().default(false).describe('Put the rules even if they shut you out yourself'),
});

const PATH = '/api/v1/organization/network-rules';

export const getRulesRoute = defineRoute({
  id: 'network_rules.get',
  method: 'GET',
  path: PATH,
  summary: 'From which networks the organization lets people and keys in, and where this server sees you',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'reads settings, shows no secret' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: NetworkRules,
  status: 200,
  errors: [],
  handle: async (ctx) => toRules(await findRules(ctx.tx), ctx.caller.address),
});

export const putRulesRoute = defineRoute({
  id: 'network_rules.update',
  method: 'PUT',
  path: PATH,
  summary: 'Say from which networks people and keys may come; it holds at once, in open sessions and streams too',
  scope: 'org',
  access: [
    {
      permission: securityPermissions.manage,
      target: async (ctx) => {
        // Changes wait for each other at the organization; what If-Match names is the rules.
        await lockOrganization(ctx.tx);
        return { version: (await findRules(ctx.tx))?.version ?? 0 };
      },
    },
  ],
  stepUp: true,
  rate: 'write',
  audit: { action: 'network_rules.updated' },
  params: Nothing,
  query: Nothing,
  body: RulesChange,
  output: NetworkRules,
  status: 200,
  errors: ['network_rules.not_canonical', 'network_rules.locks_you_out'],
  prepare: async (_tools, { input: { body } }) =>
    demandBlocks({ '/body/console': body.console, '/body/api': body.api, '/body/models': body.models }),
  handle: async (ctx, { body: { confirmLockOut, ...lists } }) => {
    const orgId = getOrg(ctx.principal);
    ctx.subject('organization', orgId);
    return changeRules(ctx, orgId, lists, confirmLockOut);
  },
});

export const checkRulesRoute = defineRoute({
  id: 'network_rules.check',
  method: 'POST',
  path: `${PATH}/check`,
  summary: 'Which of the rules lets an address in',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { action: 'network_rules.checked' },
  params: Nothing,
  query: Nothing,
  body: CheckAddress,
  output: CheckedAddress,
  status: 200,
  errors: [],
  handle: (ctx, { body }) => checkAddress(ctx, body.address),
});

type PreparedClearing = { readonly orgId: string; readonly news: readonly PreparedMail[] };

export const clearRulesRoute = defineRoute({
  id: 'network_rules.clear',
  method: 'POST',
  path: '/api/v1/networks/clear',
  summary:
    'Take all network rules of an organization and its keys away, at the admin socket of the host; its owners are told',
  scope: {
    tables: ['org'],
    // What prepare found: the organization that the operator named.
    resolve: ({ prepared }: Resolvable) => ({ orgId: (prepared as PreparedClearing).orgId }),
  },
  access: [{ permission: permissions.clear, target: (ctx) => lockOrganization(ctx.tx) }],
  rate: 'write',
  audit: { action: 'network_rules.cleared' },
  params: Nothing,
  query: Nothing,
  body: ClearRules,
  output: ClearedRules,
  status: 200,
  errors: [],
  prepare: (tools, { input }) => prepareClearing(tools, input.body.organization),
  handle: async (ctx) => {
    const { orgId, news } = ctx.prepared;
    const removed = await clearRules(ctx.tx, ctx.now);
    for (const mail of news) await queueMail(ctx.tx, { kind: 'org', id: orgId }, mail, ctx.now);
    ctx.subject('organization', orgId);
    ctx.note({ removed });
    return { removed };
  },
});

async function prepareClearing(tools: Tools, slug: string): Promise<PreparedClearing> {
  const orgId = await findOrganizationBySlug(tools.lookup, slug);
  if (orgId === undefined) throw kernelErrors['resource.not_found']();
  const news = (await listOwners(tools.lookup, orgId)).map(({ email }) =>
    prepareMail(tools, { to: email, template: 'networks_cleared', values: { slug }, liveMinutes: NEWS_MINUTES }),
  );
  return { orgId, news };
}
