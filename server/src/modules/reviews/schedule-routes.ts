// How often everything is to be reviewed.
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { findOrganization, lockOrganization } from '#modules/organizations.ts';
import { permissions, Schedule, StoredSchedule } from './campaign-model.ts';
import { reportPermissions } from './model.ts';
import { putSchedule } from './campaign-queries.ts';
import { tellSchedule } from './campaigns.ts';

export const getScheduleRoute = defineRoute({
  id: 'access_review.get_schedule',
  method: 'GET',
  path: '/api/v1/access-review-schedule',
  summary: 'How often everything is to be reviewed, and by when next',
  scope: 'org',
  access: [{ permission: reportPermissions.read, target: (ctx) => findOrganization(ctx.tx) }],
  rate: 'read',
  audit: { none: 'shows a setting' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: StoredSchedule,
  status: 200,
  errors: [],
  handle: (ctx) => tellSchedule(ctx.tx, ctx.now),
});

export const putScheduleRoute = defineRoute({
  id: 'access_review.update_schedule',
  method: 'PUT',
  path: '/api/v1/access-review-schedule',
  summary: 'Say how often everything is to be reviewed; a review of everything that is late is a finding (AR1)',
  scope: 'org',
  access: [{ permission: permissions.manage, target: (ctx) => lockOrganization(ctx.tx) }],
  stepUp: true,
  rate: 'write',
  audit: { action: 'access_review.schedule_updated' },
  params: Nothing,
  query: Nothing,
  body: Schedule,
  output: StoredSchedule,
  status: 200,
  errors: [],
  handle: async (ctx, { body }, [organization]) => {
    const before = await tellSchedule(ctx.tx, ctx.now);
    await putSchedule(ctx.tx, organization.org_id, body.recurrence, ctx.now);
    ctx.note({ recurrence: body.recurrence, before: before.recurrence });
    return tellSchedule(ctx.tx, ctx.now);
  },
});
