// Reading what the controls found, and having them checked now.
import type { Report } from '@holdfast/controls/report.ts';
import { openEvidence } from '@holdfast/controls/evaluate.ts';
import { encodeId, Nothing } from '#kernel/fields.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { orgOf, type Principal } from '#kernel/principal.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { isPersonal } from '#modules/organizations.ts';
import type { Verification } from '#verification/verification.ts';
import {
  ControlList,
  ControlParams,
  ControlShown,
  errors,
  permissions,
  ReportKey,
  RunBegun,
  RunParams,
  RunRequest,
  RunShown,
} from './model.ts';

export const listControls = defineRoute({
  id: 'controls.list',
  method: 'GET',
  path: '/api/v1/controls',
  summary: 'Every promise with its verdict, as it stands now',
  scope: 'system',
  access: [{ permission: permissions.read, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'verdicts on the installation, not on anybody' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: ControlList,
  status: 200,
  errors: ['controls.not_ready'],
  prepare: (tools, { principal }) => latestOf(tools, principal),
  handle: async ({ prepared: { target, at, grade, score, coverage, controls } }) => ({
    target,
    at,
    grade,
    score,
    coverage,
    controls: controls.map(shown),
  }),
});

export const getControl = defineRoute({
  id: 'controls.get',
  method: 'GET',
  path: '/api/v1/controls/:controlId',
  summary: 'One promise: its verdict, and the evidence it rests on',
  scope: 'system',
  access: [{ permission: permissions.read, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'a verdict on the installation, not on anybody' },
  params: ControlParams,
  query: Nothing,
  body: Nothing,
  output: ControlShown,
  status: 200,
  errors: ['controls.not_ready'],
  prepare: (tools, { principal }) => latestOf(tools, principal),
  handle: async ({ prepared: report }, { params: { controlId } }) => {
    const control = report.controls.find(({ id }) => id === controlId);
    if (control === undefined) throw kernelErrors['resource.not_found']();
    return { ...shown(control), at: report.at, evidence: evidenceOf(report, controlId) };
  },
});

export const getReportKey = defineRoute({
  id: 'controls.get_key',
  method: 'GET',
  path: '/api/v1/controls/key',
  summary: 'The public key under which this installation signs reports, for `holdfast verify-report`',
  scope: 'system',
  access: [{ permission: permissions.read, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'a public key' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: ReportKey,
  status: 200,
  errors: ['controls.not_ready'],
  prepare: async (tools) => verificationOf(tools).reportKey,
  handle: async ({ prepared: key }) => ({ key }),
});

export const beginRun = defineRoute({
  id: 'controls.run',
  method: 'POST',
  path: '/api/v1/controls/runs',
  summary: 'Have the controls checked now; the reply names the run to follow',
  scope: 'system',
  access: [{ permission: permissions.run, target: async () => ({}) }],
  rate: 'expensive',
  audit: { action: 'controls.run_begun' },
  params: Nothing,
  query: Nothing,
  body: RunRequest,
  output: RunBegun,
  status: 202,
  errors: ['controls.not_ready', 'controls.unknown_id', 'controls.busy'],
  prepare: async (tools, { principal, input }) => {
    const { only } = input.body;
    const { verifier, runs } = await demandVerification(tools, principal);
    const known = new Set(verifier.controls.map(({ id }) => id));
    if (only?.some((id) => !known.has(id)) === true) throw errors['controls.unknown_id']();
    return { begin: () => runs.begin(only) };
  },
  handle: async (ctx, { body }) => {
    const id = ctx.prepared.begin();
    if (id === undefined) throw errors['controls.busy']({ headers: { 'retry-after': '5' } });
    ctx.note({ run: id, only: body.only ?? null });
    return { id: encodeId('run', id) };
  },
});

export const getRun = defineRoute({
  id: 'controls.get_run',
  method: 'GET',
  path: '/api/v1/controls/runs/:runId',
  summary: 'How a run goes on; its signed report when it has ended',
  scope: 'system',
  access: [{ permission: permissions.run, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'verdicts on the installation, not on anybody' },
  params: RunParams,
  query: Nothing,
  body: Nothing,
  output: RunShown,
  status: 200,
  errors: ['controls.not_ready'],
  prepare: async (tools, { principal, input }) =>
    (await demandVerification(tools, principal)).runs.find(input.params.runId),
  handle: async ({ prepared: run }) => {
    if (run === undefined) throw kernelErrors['resource.not_found']();
    const { events, outcome } = run;
    return {
      state: outcome === undefined ? ('running' as const) : outcome.ok ? ('done' as const) : ('failed' as const),
      done: events.filter(({ kind }) => kind === 'finished').length,
      total: events[0]?.total ?? 0,
      events: events.map((event) =>
        event.kind === 'started'
          ? { id: event.id, title: event.title, verdict: null }
          : { id: event.result.id, title: event.result.title, verdict: event.result.verdict },
      ),
      report: outcome?.ok === true ? shownReport(outcome.report) : null,
      signed: outcome?.ok === true ? (outcome.signed ?? null) : null,
    };
  },
});

function verificationOf(tools: Tools): Verification {
  const verification = tools.verification();
  if (verification === undefined) throw errors['controls.not_ready']({ headers: { 'retry-after': '2' } });
  return verification;
}

/** What is found is about the whole installation, which is no business of somebody who has no more than a personal organization in it. */
async function demandVerification(tools: Tools, principal: Principal): Promise<Verification> {
  const orgId = orgOf(principal);
  if (orgId !== undefined && (await isPersonal(tools.lookup, orgId))) throw kernelErrors['auth.forbidden']();
  return verificationOf(tools);
}

async function latestOf(tools: Tools, principal: Principal): Promise<Report> {
  return (await demandVerification(tools, principal)).verifier.latest();
}

/** Lists of the report are frozen; what the schema checks is a copy. */
function shown(control: Report['controls'][number]) {
  return {
    ...control,
    findings: control.findings.map((finding) => ({ ...finding, evidence: [...finding.evidence] })),
    maps: Object.fromEntries(Object.entries(control.maps).map(([name, ids]) => [name, [...ids]])),
  };
}

function shownReport(report: Report) {
  return {
    ...report,
    controls: report.controls.map(shown),
    evidence: report.evidence.map((each) => ({ ...each })),
    waivers: report.waivers.map((each) => ({ ...each })),
  };
}

function evidenceOf(report: Report, id: string) {
  const opened = openEvidence(report.evidence, report.at);
  if (!opened.ok) return [];
  const { runs, byDigest } = opened.pool;
  const own = runs.filter(({ control, twin }) => control === id && twin === null);
  return own
    .flatMap(({ brought }) => brought.flatMap((digest) => byDigest.get(digest) ?? []))
    .map((each) => ({ ...each }));
}
