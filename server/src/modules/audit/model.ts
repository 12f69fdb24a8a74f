// The audit log in words: entries, chains, checkpoints, and what verifying them tells.
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { timeOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

const admins = ['owner', 'admin'] as const;

export const permissions = definePermissions('audit', {
  read: { describe: 'Read the audit log of the organization', all: admins, keyScope: true },
  verify: { describe: 'Have the audit log verified, without reading it', all: admins, keyScope: true },
});

export const errors = defineErrors({
  'audit.damaged': {
    status: 503,
    title: 'The audit log is damaged',
    help: 'Nothing is signed on top of it. Tell your operator; `verify_chain` says what is wrong.',
    recorded: 'failed',
  },
  'audit.no_checkpoint': {
    status: 404,
    title: 'There is no checkpoint yet',
    help: 'The sequencer signs one within a second of the first event.',
  },
});

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Party = z.record(z.string(), z.unknown());

export const Entry = z.object({
  sequence: z.int().describe('Place in the chain of the organization, from 1 without gaps'),
  index: z.int().describe('Place of the leaf in the tree of the installation, from 0'),
  eventId: z.uuid(),
  at: timeOut,
  action: z.string(),
  outcome: z.enum(['allowed', 'denied', 'failed']),
  actor: Party,
  target: Party.nullable(),
  requestId: z.string(),
  facts: Party,
  salt: Hash.describe('Hides the entry in `record_hash` from whoever does not have both'),
  previous_hash: Hash,
  record_hash: Hash.describe('SHA-256 of the leaf that the entry, its salt and `stream_pseudonym` make'),
});

export const Verification = z.object({
  chain_valid: z.boolean().describe('Every entry follows from the one before, and the tree has them all'),
  stream_pseudonym: Hash.describe('What stands for the organization in its leaves'),
  verified_through: z.int().describe('Last place of the chain that was checked; 0 for an empty chain'),
  tree_size: z.int().describe('Leaves under the signed checkpoint'),
  checkpoint: z.string().nullable().describe('The signed checkpoint (C2SP tlog-checkpoint)'),
  fault: z
    .object({ at: z.int().describe('The first wrong place'), reason: z.string() })
    .nullable()
    .describe('What is wrong; null when nothing is'),
});

export const Checkpoint = z.object({
  checkpoint: z.string().describe('Signed note: origin, size, root (C2SP tlog-checkpoint)'),
  verifierKey: z.string().describe('Key that verifies it (C2SP signed-note vkey); pin it outside this server'),
});
