// Access in words that people read: kinds, and what about one deserves a look.

export const KINDS = {
  membership: 'Members and their roles',
  member_role: 'Custom roles of members',
  team_place: 'Who is in which team',
  team_role: 'Custom roles of teams',
  project_place: 'Who is in which project',
  custom_role: 'What custom roles hold',
  invitation: 'Open invitations',
  api_key: 'API keys',
  object_grant: 'Grants on single objects',
} as const;

const ONE: Readonly<Record<string, string>> = {
  membership: 'member',
  member_role: 'custom role',
  team_place: 'place in a team',
  team_role: 'role of a team',
  project_place: 'place in a project',
  custom_role: 'definition of a role',
  invitation: 'invitation',
  api_key: 'API key',
  object_grant: 'grant',
};

/** What one of a kind is called; a kind that this console does not know has its own name. */
export function wordOf(kind: string): string {
  return ONE[kind] ?? kind.replaceAll('_', ' ');
}

export const FLAGS = [
  'no_second_factor',
  'idle',
  'never_used',
  'no_expiry',
  'suspended',
  'owner',
  'lead',
  'security',
  'service',
  'publishable',
  'everybody',
] as const;

export function flagWords(flags: readonly string[]): string {
  return flags.map((flag) => flag.replaceAll('_', ' ')).join(', ');
}
