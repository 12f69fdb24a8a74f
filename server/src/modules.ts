// The modules, lowest first: a module may use those above it in this list, never those below. The only file that imports them all.
import { kernelModule } from '#kernel/housekeeping.ts';
import type { Module } from '#kernel/module.ts';
import { apiKeys } from '#modules/api-keys.ts';
import { audit } from '#modules/audit.ts';
import { credentials } from '#modules/credentials.ts';
import { emergency } from '#modules/emergency.ts';
import { factors } from '#modules/factors.ts';
import { grants } from '#modules/grants.ts';
import { identity } from '#modules/identity.ts';
import { invitations } from '#modules/invitations.ts';
import { keyring } from '#modules/keyring.ts';
import { mail } from '#modules/mail.ts';
import { members } from '#modules/members.ts';
import { memberships } from '#modules/memberships.ts';
import { models } from '#modules/models.ts';
import { networks } from '#modules/networks.ts';
import { organizations } from '#modules/organizations.ts';
import { projects } from '#modules/projects.ts';
import { providers } from '#modules/providers.ts';
import { reviews } from '#modules/reviews.ts';
import { roles } from '#modules/roles.ts';
import { sessions } from '#modules/sessions.ts';
import { setup } from '#modules/setup.ts';
import { teams } from '#modules/teams.ts';
import { verification } from '#modules/verification.ts';
import { webhooks } from '#modules/webhooks.ts';

export const modules: readonly Module[] = [
  kernelModule,
  keyring,
  organizations,
  mail,
  identity,
  members,
  networks,
  factors,
  sessions,
  apiKeys,
  roles,
  teams,
  projects,
  grants,
  audit,
  setup,
  providers,
  models,
  invitations,
  memberships,
  reviews,
  webhooks,
  credentials,
  emergency,
  verification,
];
