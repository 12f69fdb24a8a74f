// Break-glass: a sealed way in for when every other is broken, loud and for an hour. Other modules import nothing deeper.
import { defineCredential } from '#kernel/credential.ts';
import { defineModule } from '#kernel/module.ts';
import { breakGlassControl } from './controls/bg1-break-glass.ts';
import { endJob, remindJob } from './jobs.ts';
import { errors, permissions } from './model.ts';
import { identifyByEmergency } from './reach.ts';
import {
  collectRoute,
  endUseRoute,
  getEmergencyRoute,
  openAtHostRoute,
  openPartRoute,
  reviewRoute,
  sealRoute,
} from './routes.ts';

export const emergency = defineModule({
  name: 'emergency',
  permissions,
  errors,
  routes: [getEmergencyRoute, sealRoute, openPartRoute, collectRoute, openAtHostRoute, endUseRoute, reviewRoute],
  jobs: [endJob, remindJob],
  credentials: [defineCredential({ kind: 'emergency', identify: identifyByEmergency })],
  controls: [breakGlassControl],
});
