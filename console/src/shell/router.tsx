// Which page is where. Pages beyond the door come as files of their own, when somebody goes there.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { SignIn } from '../pages/sign-in.tsx';
import { NotFound, PageFault } from './faults.tsx';
import { WaitingPage, WaitingShell } from './waiting.tsx';
import { WaitingDoor } from '../ui/waiting-door.tsx';

type Context = { readonly client: QueryClient };

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignIn,
  validateSearch: (search: Readonly<Record<string, unknown>>): { readonly next?: string } =>
    typeof search['next'] === 'string' ? { next: search['next'] } : {},
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/setup.tsx'), 'Setup'),
  pendingComponent: () => <WaitingDoor title="Welcome to Holdfast" wide />,
});

const outbox = createRoute({
  getParentRoute: () => root,
  path: '/outbox',
  component: lazyRouteComponent(() => import('../pages/outbox.tsx'), 'Outbox'),
});

const emergency = createRoute({
  getParentRoute: () => root,
  path: '/emergency',
  component: lazyRouteComponent(() => import('../pages/emergency.tsx'), 'EmergencyDoor'),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: '/account/forgotten',
  component: lazyRouteComponent(() => import('../pages/links.tsx'), 'Forgotten'),
  pendingComponent: () => <WaitingDoor title="Set a new password" />,
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/account/reset-password',
  component: lazyRouteComponent(() => import('../pages/links.tsx'), 'ResetPassword'),
  pendingComponent: () => <WaitingDoor title="Set a new password" />,
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/account/verify-email',
  component: lazyRouteComponent(() => import('../pages/links.tsx'), 'VerifyEmail'),
  pendingComponent: () => <WaitingDoor title="Confirm your address" />,
});
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/account/confirm-email',
  component: lazyRouteComponent(() => import('../pages/links.tsx'), 'ConfirmEmail'),
  pendingComponent: () => <WaitingDoor title="Confirm the change of your address" />,
});

const acceptInvitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../pages/invitation.tsx'), 'AcceptInvitation'),
  pendingComponent: () => <WaitingDoor title="You are invited" />,
});

/** What comes within it shows no skeleton, which would only flicker; what takes longer has one well within 100 ms. */
const PENDING_MS = 50;

/** Everything behind the door: whoever is not signed in is sent there, and comes back. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: lazyRouteComponent(() => import('./inside.tsx'), 'Inside'),
  errorComponent: PageFault,
  pendingComponent: WaitingShell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
});

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview.tsx'), 'Overview'),
});
const usage = createRoute({
  getParentRoute: () => inside,
  path: '/usage',
  component: lazyRouteComponent(() => import('../pages/usage.tsx'), 'Usage'),
});
const providers = createRoute({
  getParentRoute: () => inside,
  path: '/providers',
  component: lazyRouteComponent(() => import('../pages/providers.tsx'), 'Providers'),
});
const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  component: lazyRouteComponent(() => import('../pages/keys.tsx'), 'Keys'),
});
const members = createRoute({
  getParentRoute: () => inside,
  path: '/members',
  component: lazyRouteComponent(() => import('../pages/members.tsx'), 'Members'),
});
const invitations = createRoute({
  getParentRoute: () => inside,
  path: '/invitations',
  component: lazyRouteComponent(() => import('../pages/invitations.tsx'), 'Invitations'),
});
/** What a page is about stands in the search, so that the server knows its address as it stands. */
const validateId = (search: Readonly<Record<string, unknown>>): { readonly id?: string } =>
  typeof search['id'] === 'string' ? { ...search, id: search['id'] } : search;
const roles = createRoute({
  getParentRoute: () => inside,
  path: '/roles',
  component: lazyRouteComponent(() => import('../pages/roles.tsx'), 'Roles'),
});
const role = createRoute({
  getParentRoute: () => inside,
  path: '/roles/role',
  component: lazyRouteComponent(() => import('../pages/role.tsx'), 'Role'),
  validateSearch: validateId,
});
const teams = createRoute({
  getParentRoute: () => inside,
  path: '/teams',
  component: lazyRouteComponent(() => import('../pages/teams.tsx'), 'Teams'),
});
const team = createRoute({
  getParentRoute: () => inside,
  path: '/teams/team',
  component: lazyRouteComponent(() => import('../pages/team.tsx'), 'Team'),
  validateSearch: validateId,
});
const projects = createRoute({
  getParentRoute: () => inside,
  path: '/projects',
  component: lazyRouteComponent(() => import('../pages/projects.tsx'), 'Projects'),
});
const project = createRoute({
  getParentRoute: () => inside,
  path: '/projects/project',
  component: lazyRouteComponent(() => import('../pages/project.tsx'), 'Project'),
  validateSearch: validateId,
});
const grants = createRoute({
  getParentRoute: () => inside,
  path: '/grants',
  component: lazyRouteComponent(() => import('../pages/grants.tsx'), 'Grants'),
});
const shared = createRoute({
  getParentRoute: () => inside,
  path: '/shared',
  component: lazyRouteComponent(() => import('../pages/shared.tsx'), 'SharedWithYou'),
});
const security = createRoute({
  getParentRoute: () => inside,
  path: '/sign-in-policy',
  component: lazyRouteComponent(() => import('../pages/security.tsx'), 'Security'),
});
const networks = createRoute({
  getParentRoute: () => inside,
  path: '/networks',
  component: lazyRouteComponent(() => import('../pages/networks.tsx'), 'Networks'),
});
const reviews = createRoute({
  getParentRoute: () => inside,
  path: '/reviews',
  component: lazyRouteComponent(() => import('../pages/reviews.tsx'), 'Reviews'),
});
const review = createRoute({
  getParentRoute: () => inside,
  path: '/reviews/review',
  component: lazyRouteComponent(() => import('../pages/review.tsx'), 'Review'),
  validateSearch: validateId,
});
const accessReport = createRoute({
  getParentRoute: () => inside,
  path: '/reviews/report',
  component: lazyRouteComponent(() => import('../pages/access-report.tsx'), 'AccessReport'),
});
const breakGlass = createRoute({
  getParentRoute: () => inside,
  path: '/break-glass',
  component: lazyRouteComponent(() => import('../pages/break-glass.tsx'), 'BreakGlass'),
});
const webhooks = createRoute({
  getParentRoute: () => inside,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../pages/webhooks.tsx'), 'Webhooks'),
});
const controls = createRoute({
  getParentRoute: () => inside,
  path: '/controls',
  component: lazyRouteComponent(() => import('../pages/controls.tsx'), 'Controls'),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  component: lazyRouteComponent(() => import('../pages/audit.tsx'), 'Audit'),
});
/** Of nobody's work: every piece of the design language on one page, for whoever builds pages. */
const design = createRoute({
  getParentRoute: () => inside,
  path: '/design',
  component: lazyRouteComponent(() => import('../pages/design.tsx'), 'Design'),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('../pages/account.tsx'), 'Account'),
});

const tree = root.addChildren([
  signIn,
  setup,
  outbox,
  emergency,
  forgotten,
  resetPassword,
  verifyEmail,
  confirmEmail,
  acceptInvitation,
  inside.addChildren([
    overview,
    usage,
    providers,
    keys,
    members,
    invitations,
    roles,
    role,
    teams,
    team,
    projects,
    project,
    grants,
    shared,
    security,
    networks,
    reviews,
    review,
    accessReport,
    breakGlass,
    webhooks,
    controls,
    audit,
    account,
    design,
  ]),
]);

export function createConsoleRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: WaitingPage,
    defaultPendingMs: PENDING_MS,
    // What has come is shown at once, however short the wait was.
    defaultPendingMinMs: 0,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: ReturnType<typeof createConsoleRouter>;
  }
}
