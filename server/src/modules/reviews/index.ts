// Access reviews: who has which access, looked at again and again, and kept or revoked. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { permissions } from './model.ts';
import { accessReportRoute } from './report-routes.ts';

export const reviews = defineModule({ name: 'reviews', permissions, routes: [accessReportRoute] });
