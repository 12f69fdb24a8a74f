// Movers and leavers: roles change, memberships end, organizations change hands. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { twoOwnersControl } from './controls/rb2-two-owners.ts';
import { errors, ownershipErrors, ownershipPermissions, permissions } from './model.ts';
import {
  acceptOfferRoute,
  cancelOfferRoute,
  declineOfferRoute,
  getOfferRoute,
  offerRoute,
} from './ownership-routes.ts';
import { changeRoleRoute, leaveRoute, removeRoute, resumeRoute, suspendRoute } from './routes.ts';

export { loadMember, removeAs } from './service.ts';

export const memberships = defineModule({
  name: 'memberships',
  permissions: {
    ...permissions,
    readOffer: ownershipPermissions.read,
    offer: ownershipPermissions.offer,
    answerOffer: ownershipPermissions.answer,
  },
  errors: { ...errors, ...ownershipErrors },
  routes: [
    changeRoleRoute,
    suspendRoute,
    resumeRoute,
    removeRoute,
    leaveRoute,
    offerRoute,
    getOfferRoute,
    cancelOfferRoute,
    acceptOfferRoute,
    declineOfferRoute,
  ],
  controls: [twoOwnersControl],
});
