// Access reviews: who has which access, looked at again and again, and kept or revoked. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './campaign-model.ts';
import {
  cancelReviewRoute,
  closeRoute,
  decideRoute,
  evidenceRoute,
  getReviewRoute,
  listItemsRoute,
  listReviewsRoute,
  startReviewRoute,
} from './campaign-routes.ts';
import { reviewsControl } from './controls/ar1-reviews.ts';
import { closeJob, remindJob, startNextJob } from './jobs.ts';
import { reportPermissions } from './model.ts';
import { accessReportRoute } from './report-routes.ts';
import { getScheduleRoute, putScheduleRoute } from './schedule-routes.ts';

export const reviews = defineModule({
  name: 'reviews',
  permissions: { ...permissions, readReport: reportPermissions.read },
  errors,
  routes: [
    accessReportRoute,
    listReviewsRoute,
    getReviewRoute,
    listItemsRoute,
    startReviewRoute,
    decideRoute,
    closeRoute,
    cancelReviewRoute,
    evidenceRoute,
    getScheduleRoute,
    putScheduleRoute,
  ],
  jobs: [closeJob, remindJob, startNextJob],
  controls: [reviewsControl],
});
