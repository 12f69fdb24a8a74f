// Projects: parts of an organization with members of their own. Other modules import nothing deeper.
import { defineModule } from '#kernel/module.ts';
import { leaveRoute, listMembersRoute, listOfMemberRoute, placeRoute, takeOutRoute } from './member-routes.ts';
import { errors, permissions } from './model.ts';
import { archiveRoute, createRoute, deleteRoute, getRoute, listRoute, restoreRoute, updateRoute } from './routes.ts';

export { permissions as projectPermissions } from './model.ts';
export { listPlacesOf, type PlaceOf } from './queries.ts';
export { holdProjectPlace } from './review.ts';
export { findSeenProject } from './service.ts';

export const projects = defineModule({
  name: 'projects',
  permissions,
  errors,
  routes: [
    listRoute,
    getRoute,
    createRoute,
    updateRoute,
    archiveRoute,
    restoreRoute,
    deleteRoute,
    listMembersRoute,
    placeRoute,
    takeOutRoute,
    leaveRoute,
    listOfMemberRoute,
  ],
});
