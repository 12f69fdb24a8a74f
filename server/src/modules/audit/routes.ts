// Reading and verifying the organization's log.
import { encodeHex } from '@holdfast/protocol/bytes.ts';
import { z } from 'zod';
import { defineRows } from '#kernel/authorize.ts';
import { idIn, Nothing } from '#kernel/fields.ts';
import { mapPage, pageOf } from '#kernel/page.ts';
import { orgOf } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { verifierKeyOf } from './checkpoints.ts';
import { streamPseudonym } from './leaf.ts';
import { Checkpoint, Entry, errors, permissions, Verification } from './model.ts';
import { entryList, findLatestCheckpoint, listEntries } from './queries.ts';
import { verifyChainOf, verifyTree } from './verify.ts';

const instant = z.iso.datetime({ offset: true }).optional();

const AuditQuery = entryList.query.extend({
  verify_chain: z
    .stringbool()
    .default(false)
    .describe('Verify the whole chain and the tree; the answer has `chain_valid`'),
  action: z.string().min(1).max(100).optional().describe('Only this action, for example `api_key.created`'),
  outcome: Entry.shape.outcome.optional().describe('Only what ended so'),
  user: idIn('usr', 'Only what this person did, by session or by key').optional(),
  from: instant.describe('Only entries of this instant (RFC 3339) and later'),
  until: instant.describe('Only entries before this instant (RFC 3339)'),
});

const entryRows = defineRows({ kind: 'audit_entry', permission: permissions.read });

export const listRoute = defineRoute({
  id: 'audit.list',
  method: 'GET',
  path: '/api/v1/audit',
  summary: 'The log of the organization, newest first; with verify_chain=true also whether it is whole',
  scope: 'org',
  access: [
    { permission: permissions.read, orPermission: permissions.verify, target: (ctx) => findOrganization(ctx.tx) },
  ],
  rows: entryRows,
  rate: 'expensive',
  audit: { none: 'reading the log reveals no secret' },
  params: Nothing,
  query: AuditQuery,
  body: Nothing,
  output: pageOf(Entry, Verification.partial().shape),
  status: 200,
  errors: ['audit.damaged'],
  prepare: async (tools, { input }) => ({
    keys: tools.keyring.audit,
    tree: input.query.verify_chain ? await verifyTree(tools) : undefined,
  }),
  handle: async (ctx, { query }) => {
    const page = mapPage(await listEntries(ctx.tx, ctx.rows, query), (row) => ({
      sequence: Number(row.seq),
      index: Number(row.leaf_index),
      eventId: row.event_id,
      at: row.at.toISOString(),
      action: row.action,
      outcome: Entry.shape.outcome.parse(row.outcome),
      actor: row.actor as Record<string, unknown>,
      target: row.target as Record<string, unknown> | null,
      requestId: row.request_id,
      facts: row.facts as Record<string, unknown>,
      salt: encodeHex(row.salt),
      previous_hash: encodeHex(row.previous_hash),
      record_hash: encodeHex(row.record_hash),
    }));
    const orgId = orgOf(ctx.principal);
    if (orgId === undefined) return page;
    const { keys, tree } = ctx.prepared;
    const pseudonym = streamPseudonym(keys.pseudonymKey, { stream_kind: 'org', stream_id: orgId });
    const shown = { ...page, stream_pseudonym: encodeHex(pseudonym) };
    return tree === undefined ? shown : { ...shown, ...(await verifyChainOf(ctx.tx, keys, tree)) };
  },
});

export const checkpointRoute = defineRoute({
  id: 'audit.checkpoint',
  method: 'GET',
  path: '/api/v1/audit/checkpoint',
  summary: 'The newest signed checkpoint of the log and the key that verifies it',
  scope: 'org',
  access: [{ permission: permissions.verify, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'a signed hash, no content' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: Checkpoint,
  status: 200,
  errors: ['audit.no_checkpoint'],
  prepare: async (tools) => {
    const latest = await findLatestCheckpoint(tools.lookup);
    if (latest === undefined) throw errors['audit.no_checkpoint']();
    return { checkpoint: latest.note, verifierKey: verifierKeyOf(tools.keyring.audit, latest.note) };
  },
  handle: async (ctx) => ctx.prepared,
});
