// The pages in the order of the menu, each with the operation whose permission opens it.
import type { OperationId } from '../api/operations.ts';

export type SectionLink = { readonly to: string; readonly label: string; readonly operation?: OperationId };

export const sections: readonly SectionLink[] = [
  { to: '/', label: 'Overview' },
  { to: '/usage', label: 'Usage', operation: 'usage.sum' },
  { to: '/providers', label: 'Providers', operation: 'provider.list' },
  { to: '/keys', label: 'API keys', operation: 'api_key.list' },
  { to: '/members', label: 'Members', operation: 'member.list' },
  { to: '/roles', label: 'Roles', operation: 'role.list' },
  { to: '/teams', label: 'Teams', operation: 'team.list' },
  { to: '/projects', label: 'Projects', operation: 'project.list' },
  { to: '/grants', label: 'Grants', operation: 'grant.list' },
  { to: '/shared', label: 'Shared with you', operation: 'granted_object.list' },
  { to: '/sign-in-policy', label: 'Sign-in policy', operation: 'sign_in_policy.get' },
  { to: '/networks', label: 'Network rules', operation: 'network_rules.get' },
  { to: '/reviews', label: 'Access reviews', operation: 'access_review.list' },
  { to: '/break-glass', label: 'Break-glass', operation: 'emergency.get' },
  { to: '/webhooks', label: 'Webhooks', operation: 'webhook.list' },
  { to: '/controls', label: 'Controls', operation: 'controls.list' },
  { to: '/audit', label: 'Audit log', operation: 'audit.list' },
  { to: '/account', label: 'Your account' },
];
