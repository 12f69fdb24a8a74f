// The report of access over HTTP.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization } from '#modules/organizations.ts';
import { AccessReport, reportPermissions, ReportQuery } from './model.ts';
import { makeReport } from './report.ts';

export const accessReportRoute = defineRoute({
  id: 'access_report.get',
  method: 'GET',
  path: '/api/v1/access-report',
  summary:
    'Who has which access to the organization, and when it was last used: members, roles, teams, projects, invitations, keys, grants',
  scope: 'org',
  access: [{ permission: reportPermissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'expensive',
  audit: { action: 'access_report.made' },
  params: Nothing,
  query: ReportQuery,
  body: Nothing,
  output: AccessReport,
  status: 200,
  errors: [],
  handle: async (ctx, { query }) => {
    const report = await makeReport(ctx.tx, ctx.now, query);
    ctx.note({ items: report.items.length, kinds: report.kinds.map(({ kind }) => kind) });
    return report;
  },
});
