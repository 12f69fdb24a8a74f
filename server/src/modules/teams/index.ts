// Teams: members together, and what they hold together. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { errors, permissions } from './model.ts';
import { giveRoleRoute, listMembersRoute, placeRoute, takeOutRoute, takeRoleRoute } from './place-routes.ts';
import { createRoute, deleteRoute, getRoute, listRoute, updateRoute } from './routes.ts';

export { countPlacesOf, findTeam, lockTeam } from './queries.ts';
export { holdPlace, takeTeamRoleAs } from './service.ts';

export const teams = defineModule({
  name: 'teams',
  permissions,
  errors,
  routes: [
    listRoute,
    getRoute,
    createRoute,
    updateRoute,
    deleteRoute,
    listMembersRoute,
    placeRoute,
    takeOutRoute,
    giveRoleRoute,
    takeRoleRoute,
  ],
});
