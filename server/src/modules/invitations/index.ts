// Invitations: how people come into an organization. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { acceptRoute, enterRoute, lookRoute } from './accept-routes.ts';
import { invitationsControl } from './controls/rb4-invitations.ts';
import { inviteGuestRoute } from './guest-routes.ts';
import { forgetInvitations } from './jobs.ts';
import { errors, permissions } from './model.ts';
import { cancelRoute, inviteRoute, listRoute, renewRoute } from './routes.ts';

export { clearProbeInvitations, putProbeInvitation } from './probe-queries.ts';
export { cancelAs, demandCoverOf, endInvitationsOf, loadInvitation } from './service.ts';

export const invitations = defineModule({
  name: 'invitations',
  permissions,
  errors,
  routes: [inviteRoute, inviteGuestRoute, listRoute, renewRoute, cancelRoute, lookRoute, acceptRoute, enterRoute],
  jobs: [forgetInvitations],
  controls: [invitationsControl],
});
