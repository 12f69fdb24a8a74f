// Credentials: how old what is stored is, and what is to be rotated. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { agesControl } from './controls/en6-ages.ts';
import { permissions } from './model.ts';
import { reportRoute, scheduleRoute } from './routes.ts';

export const credentials = defineModule({
  name: 'credentials',
  permissions,
  routes: [reportRoute, scheduleRoute],
  controls: [agesControl],
});
