// Network rules in words: three lists of an organization, one of each key, and what can go wrong in changing them.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';
import { NewOrganization } from '#modules/organizations.ts';

export const permissions = definePermissions('network_rules', {
  read: { describe: 'See from which networks the organization lets people and keys in', all: ['owner', 'admin'] },
  clear: {
    describe: 'Take the network rules of an organization away that shut itself out; at the host alone',
    all: ['operator'],
  },
});

export const errors = defineErrors({
  'network_rules.not_canonical': {
    status: 422,
    title: 'A block is not written in its canonical form',
    help: 'See `errors`: each entry says how the block is written. Two readers could disagree on what any other form means.',
  },
  'network_rules.locks_you_out': {
    status: 409,
    title: 'The rules would shut you out',
    help: 'See `detail` for your address. Add a block that covers it, or send `confirmLockOut: true` if that is what you want.',
  },
});

/** As stored: written by `demandBlocks` alone. */
const blocks = z.array(z.string());

export const NetworkRules = z.object({
  console: blocks.describe('From where people may use the organization with their sessions'),
  api: blocks.describe('From where keys may use the API'),
  models: blocks.describe('From where keys may call models and tools (/v1 and /mcp)'),
  version: z.int().describe('0 while there never were rules'),
  updatedAt: timeOut.nullable(),
  yourAddress: z.string().describe('Where this server sees you'),
});

export const CheckAddress = z.strictObject({
  address: z.string().min(2).max(50).describe('An IPv4 or IPv6 address'),
});

const checked = z.object({
  letsIn: z.boolean(),
  by: z
    .string()
    .nullable()
    .describe('The first block that covers the address; null where there is no rule, or none does'),
});

export const CheckedAddress = z.object({
  address: z.string().describe('In canonical form; an IPv4 address in IPv6 is the IPv4 address'),
  console: checked,
  api: checked,
  models: checked,
});

export const ClearRules = z.strictObject({ organization: NewOrganization.shape.slug });
export const ClearedRules = z.object({
  removed: z.int().describe('Blocks that were taken away from the lists of the organization and of its keys'),
});
