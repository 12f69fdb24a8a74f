// Controls as the API shows them.
import { severities, verdicts } from '@holdfast/controls/verdict.ts';
import { z } from 'zod';
import { defineErrors } from '#kernel/errors.ts';
import { idIn, idOut } from '#kernel/fields.ts';
import { definePermissions } from '#kernel/permissions.ts';

export const permissions = definePermissions('controls', {
  read: {
    describe: 'See what the controls found, with evidence',
    all: ['owner', 'admin', 'operator'],
    keyScope: true,
  },
  run: { describe: 'Have the controls checked now', all: ['owner', 'operator'], keyScope: true },
});

export const errors = defineErrors({
  'controls.not_ready': {
    status: 503,
    title: 'The server is still starting, and looks at nothing yet',
    help: 'Ask again in a few seconds.',
  },
  'controls.unknown_id': {
    status: 400,
    title: 'There is no control with this id',
    help: 'GET /api/v1/controls lists them.',
  },
  'controls.busy': {
    status: 429,
    title: 'Enough checks are under way',
    help: 'Ask for one of these, or wait until it has ended.',
  },
});

const controlId = z
  .string()
  .regex(/^[A-Z]{2}[1-9][0-9]?$/)
  .describe('Such as TR2');

export const ControlParams = z.strictObject({ controlId });
export const RunParams = z.strictObject({ runId: idIn('run', 'From the reply that began it') });

export const RunRequest = z.strictObject({
  only: z.array(controlId).min(1).max(200).optional().describe('Ids of the controls; all unless given'),
});
export const RunBegun = z.object({ id: idOut('run', 'The run to follow') });

export const ReportKey = z.object({ key: z.string().describe('An Ed25519 public key in base64') });

const Finding = z.object({
  subject: z.string(),
  at: z.string().optional().describe('Where to look'),
  expected: z.string(),
  observed: z.string(),
  evidence: z.array(z.string()).describe('SHA-256 of the evidence it rests on'),
});

export const ControlResult = z.object({
  id: z.string(),
  title: z.string(),
  severity: z.enum(severities),
  verdict: z.enum(verdicts),
  twinCaught: z.boolean().describe('Every planted fault was seen in the same run; without it no verdict counts'),
  findings: z.array(Finding),
  remedy: z.string(),
  maps: z.record(z.string(), z.array(z.string())).describe('Ids of requirements in other frameworks'),
});

const Evidence = z.looseObject({
  kind: z.string(),
  subject: z.string(),
  at: z.string().describe('Where in the subject to look'),
  data: z.unknown().describe('The facts; what is secret is a fingerprint'),
  collectedAt: z.iso.datetime(),
  ttlSeconds: z.int().describe('How long it may be relied on'),
  reproduce: z.string().optional().describe('A command with which a person sees the same'),
  sha256: z.string(),
});

const summary = {
  target: z.string(),
  at: z.iso.datetime(),
  grade: z.enum(['A', 'B', 'C', 'D', 'E', 'F']),
  score: z.number().describe('Percent of the applicable weight that passed'),
  coverage: z.number().describe('Percent of the applicable weight that was decided'),
};

export const ControlList = z.object({ ...summary, controls: z.array(ControlResult) });
export const ControlShown = ControlResult.extend({
  at: summary.at,
  evidence: z.array(Evidence).describe('What the verdict rests on; each says how to see the same'),
});

export const RunShown = z.object({
  state: z.enum(['running', 'done', 'failed']),
  done: z.number().int(),
  total: z.number().int(),
  events: z.array(z.object({ id: z.string(), title: z.string(), verdict: z.enum(verdicts).nullable() })),
  report: z
    .object({
      ...summary,
      controls: z.array(ControlResult),
      evidence: z.array(Evidence),
      waivers: z.array(z.looseObject({})),
    })
    .nullable(),
  signed: z.string().nullable().describe('The report signed: two DSSE envelopes, a line each'),
});
