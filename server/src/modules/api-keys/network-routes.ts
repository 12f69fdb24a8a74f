// From which networks one key may be used: beside the rules of its organization, so that it can only be narrower.
import { z } from 'zod';
import { Nothing } from '#kernel/fields.ts';
import { getOrg } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { Blocks, demandBlocks, findKeyBlocks, putKeyBlocks } from '#modules/networks.ts';
import { ApiKeyRef, permissions } from './model.ts';
import { findApiKey } from './queries.ts';
import { demandRestricting, lockRestrictable } from './service.ts';

const KeyNetworks = z.object({
  networks: z.array(z.string()).describe('Blocks from which the key may be used; none is no rule'),
});
const PATH = '/api/v1/api-keys/:apiKeyId/networks';

export const getNetworksRoute = defineRoute({
  id: 'api_key.get_networks',
  method: 'GET',
  path: PATH,
  summary: 'From which networks the key may be used, beside what its organization says',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx, { params }) => findApiKey(ctx.tx, params.apiKeyId) }],
  rate: 'read',
  audit: { none: 'shows no secret' },
  params: ApiKeyRef,
  query: Nothing,
  body: Nothing,
  output: KeyNetworks,
  status: 200,
  errors: [],
  handle: async (ctx, _input, [key]) => ({ networks: [...(await findKeyBlocks(ctx.tx, key.id))] }),
});

export const putNetworksRoute = defineRoute({
  id: 'api_key.update_networks',
  method: 'PUT',
  path: PATH,
  summary: 'Say from which networks the key may be used; it holds at once, in open streams too',
  scope: 'org',
  access: [{ permission: permissions.restrict, target: (ctx, { params }) => lockRestrictable(ctx, params.apiKeyId) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'api_key.networks_updated' },
  params: ApiKeyRef,
  query: Nothing,
  body: z.strictObject({ networks: Blocks }),
  output: KeyNetworks,
  status: 200,
  errors: ['network_rules.not_canonical', 'member.beyond_yours'],
  prepare: async ({ roles }, { input }) => {
    demandBlocks({ '/body/networks': input.body.networks });
    return { roles };
  },
  handle: async (ctx, { body }, [key]) => {
    await demandRestricting(ctx, key);
    const networks = [...new Set(body.networks)];
    await putKeyBlocks(ctx.tx, getOrg(ctx.principal), key.id, networks);
    ctx.note({ name: key.name, networks });
    return { networks };
  },
});
