// Sabotages of projects: each lets somebody look into one that is not theirs, or decide who is in it.
import type { Mutation } from '../mutation.ts';

const PROJECTS = 'server/src/modules/projects';
const WALL = 'server/src/db/migrations/0040_kernel_project_wall.sql';
const TABLES = 'server/src/db/migrations/0041_projects.sql';
const OF_PROJECTS = `${PROJECTS}/projects.test.ts`;
const OF_WALL = `${PROJECTS}/wall.test.ts`;
const PROJECT_RULE = 'org_id = (select holdfast.current_org()) and project_id = (select holdfast.current_project())';

export const projectMutations: readonly Mutation[] = [
  {
    name: 'a-project-is-open-to-its-organization',
    file: WALL,
    find: PROJECT_RULE,
    replace: 'org_id = (select holdfast.current_org())',
    mustTurnRed: `${OF_WALL} :: shows its rows in its own context`,
  },
  {
    name: 'a-project-is-entered-from-any-organization',
    file: WALL,
    find: PROJECT_RULE,
    replace: 'project_id = (select holdfast.current_project())',
    mustTurnRed: 'server/test/walls.test.ts :: project_member: no scope sees',
  },
  {
    name: 'no-context-is-any-project',
    file: WALL,
    find: PROJECT_RULE,
    replace: PROJECT_RULE.replace(
      '(select holdfast.current_project())',
      'coalesce((select holdfast.current_project()), project_id)',
    ),
    mustTurnRed: 'server/test/walls.test.ts :: project_member: no scope sees',
  },
  {
    name: 'a-scope-of-a-project-without-its-organization',
    file: 'server/src/db/scope.ts',
    find: 'if (scope.projectId !== undefined && scope.orgId === undefined)',
    replace: 'if (scope.projectId === undefined && scope.orgId === null)',
    mustTurnRed: `${OF_WALL} :: shows its rows in its own context`,
  },
  {
    name: 'a-route-of-a-project-that-names-none',
    file: 'server/src/kernel/registry.ts',
    find: "route.scope === 'project' && !inPath.includes('projectId')",
    replace: "route.scope === 'project' && inPath.includes('nowhere')",
    mustTurnRed: 'server/test/kernel/registry.test.ts :: a project that its path does not name',
  },
  {
    name: 'projects-are-everybodys-own',
    file: `${PROJECTS}/service.ts`,
    find: 'return ownedWhere(row, principal, row?.leads !== null);',
    replace: 'return ownedWhere(row, principal, true);',
    mustTurnRed: `${OF_PROJECTS} :: are seen by who is in them`,
  },
  {
    name: 'whoever-is-in-a-project-leads-it',
    file: `${PROJECTS}/service.ts`,
    find: 'return ownedWhere(row, principal, row?.leads === true);',
    replace: 'return ownedWhere(row, principal, row?.leads !== null);',
    mustTurnRed: `${OF_PROJECTS} :: are filled by their leads`,
  },
  {
    name: 'leads-of-projects-make-leads',
    file: `${PROJECTS}/service.ts`,
    find: '  if (isLead !== (before?.is_lead ?? false)) demandManagingAll(principal, project);\n',
    replace: '',
    mustTurnRed: `${OF_PROJECTS} :: are filled by their leads`,
  },
  {
    name: 'a-project-is-filled-by-whoever-may-no-more',
    file: `${PROJECTS}/service.ts`,
    find: '  const principal = await demandActingNow(ctx, permissions.manage_members, project);\n  demandActive(project);',
    replace: '  const { principal } = ctx;\n  demandActive(project);',
    mustTurnRed: `${OF_PROJECTS} :: are filled by nobody who lost the right`,
  },
  {
    name: 'a-project-is-filled-without-holding-what-it-shares',
    file: `${PROJECTS}/service.ts`,
    find: '  if (before === undefined) await demandShared(ctx, principal, project);\n',
    replace: '',
    mustTurnRed: `${OF_PROJECTS} :: that hold more than whoever fills them`,
  },
  {
    name: 'an-archived-project-goes-on',
    file: `${PROJECTS}/service.ts`,
    find: "if (archivedAt !== null) throw errors['project.archived']();",
    replace: "if (archivedAt === undefined) throw errors['project.archived']();",
    mustTurnRed: `${OF_PROJECTS} :: that are archived stand still`,
  },
  {
    name: 'names-of-projects-mind-capital-letters',
    file: TABLES,
    find: 'create unique index project_name on project (org_id, lower(name))',
    replace: 'create unique index project_name on project (org_id, name)',
    mustTurnRed: `${OF_PROJECTS} :: of one name are made once`,
  },
  {
    name: 'open-streams-outlast-a-place-in-a-project',
    file: TABLES,
    find: 'after insert or delete on project_member',
    replace: 'after insert on project_member',
    mustTurnRed: `${OF_PROJECTS} :: move the epoch of the organization`,
  },
  {
    name: 'places-in-projects-end-in-silence',
    file: 'server/src/modules/memberships/ended.ts',
    find: 'const projects = (await listPlacesOf(ctx.tx, member.user_id)).length;',
    replace: 'const projects = 0;',
    mustTurnRed: `${OF_PROJECTS} :: are left by whoever leaves the organization`,
  },
];
