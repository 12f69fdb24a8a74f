// The report of ages, and the schedule it is held against.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, lockOrganization, securityPermissions } from '#modules/organizations.ts';
import { permissions, Report, ReportQuery, Schedule, StoredSchedule } from './model.ts';
import { putSchedule } from './queries.ts';
import { getSchedule, makeReport } from './report.ts';

export const reportRoute = defineRoute({
  id: 'credential.report',
  method: 'GET',
  path: '/api/v1/credentials',
  summary: 'How old every stored key and secret is, and which are to be rotated',
  scope: 'org',
  access: [{ permission: permissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'names and ages, no secret' },
  params: Nothing,
  query: ReportQuery,
  body: Nothing,
  output: Report,
  status: 200,
  errors: [],
  handle: (ctx, { query }) => makeReport(ctx.tx, ctx.now, query.dueWithinDays),
});

export const scheduleRoute = defineRoute({
  id: 'credential.update_schedule',
  method: 'PUT',
  path: '/api/v1/credentials/schedule',
  summary: 'Say after how many days keys and secrets are to be rotated',
  scope: 'org',
  access: [{ permission: securityPermissions.manage, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'credential.schedule_updated' },
  params: Nothing,
  query: Nothing,
  body: Schedule,
  output: StoredSchedule,
  status: 200,
  errors: [],
  handle: async (ctx, { body }, [organization]) => {
    const before = await getSchedule(ctx.tx);
    await putSchedule(ctx.tx, organization.org_id, body, ctx.now);
    ctx.note({ ...body, apiKeyDaysBefore: before.apiKeyDays, providerSecretDaysBefore: before.providerSecretDays });
    return getSchedule(ctx.tx);
  },
});
