// What the command palette offers: the pages a person may see, and the main things to do there.
import type { OperationId } from '../api/operations.ts';
import { may, type Session } from '../api/session.ts';
import { sections } from './sections.ts';

export type Command = {
  readonly label: string;
  readonly kind: 'Page' | 'Action';
  readonly to: string;
  /** Behind `#`: the dialog that the page opens with. */
  readonly hash?: string;
  readonly operation?: OperationId;
};

const ACTIONS: readonly Command[] = [
  { label: 'Go to another organization', kind: 'Action', to: '.', hash: 'organizations', operation: 'session.enter' },
  { label: 'Make an API key', kind: 'Action', to: '/keys', hash: 'new', operation: 'api_key.create' },
  { label: 'Connect a provider', kind: 'Action', to: '/providers', hash: 'new', operation: 'provider.create' },
  { label: 'Make a role', kind: 'Action', to: '/roles/role', operation: 'role.create' },
  { label: 'Start a review of access', kind: 'Action', to: '/reviews', hash: 'new', operation: 'access_review.start' },
  { label: 'Report of access', kind: 'Page', to: '/reviews/report', operation: 'access_report.get' },
  { label: 'Make a team', kind: 'Action', to: '/teams', hash: 'new', operation: 'team.create' },
  { label: 'Make a project', kind: 'Action', to: '/projects', hash: 'new', operation: 'project.create' },
];

export function commandsFor(session: Session): readonly Command[] {
  const pages = sections.map(({ to, label, operation }): Command => ({
    label,
    kind: 'Page',
    to,
    ...(operation === undefined ? {} : { operation }),
  }));
  return [...pages, ...ACTIONS].filter(({ operation }) => operation === undefined || may(session, operation));
}

/** Those with every word of what was typed, wherever it stands in them. */
export function findCommands(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ label, kind }) => words.every((word) => `${label} ${kind}`.toLowerCase().includes(word)));
}
