// The kinds of access there are: where each is found, and how it is called. A capability that gives access adds its kind here.
import type { OrgTx } from '#db/scope.ts';
import { encodeId } from '#kernel/fields.ts';
import { type FoundAccess, listAccess } from './queries.ts';

export const ACCESS_KINDS = [
  'membership',
  'member_role',
  'team_place',
  'team_role',
  'project_place',
  'custom_role',
  'invitation',
  'api_key',
  'object_grant',
] as const;
export type AccessKindName = (typeof ACCESS_KINDS)[number];

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
export type Flag = (typeof FLAGS)[number];

/** Of memberships and keys: as long without a sign of use. */
export const IDLE_DAYS = 30;

export type AccessKind = {
  readonly name: AccessKindName;
  readonly describe: string;
  /** Of the public ids in `first` and `second`. */
  readonly prefixes: readonly [string, string?];
  /** Whether its use is kept, so that none for long says something. */
  readonly isUsed?: true;
  readonly list: (tx: OrgTx) => Promise<readonly FoundAccess[]>;
};

export const accessKinds: readonly AccessKind[] = [
  {
    name: 'membership',
    describe: 'Members and their built-in roles',
    prefixes: ['mem'],
    isUsed: true,
    list: (tx) => listAccess(tx, 'list_access_by_membership'),
  },
  {
    name: 'member_role',
    describe: 'Custom roles of members',
    prefixes: ['mem', 'rol'],
    list: (tx) => listAccess(tx, 'list_access_by_role'),
  },
  {
    name: 'team_place',
    describe: 'Who is in which team, and what it gives them',
    prefixes: ['tem', 'mem'],
    list: (tx) => listAccess(tx, 'list_access_by_team_place'),
  },
  {
    name: 'team_role',
    describe: 'Custom roles of teams',
    prefixes: ['tem', 'rol'],
    list: (tx) => listAccess(tx, 'list_access_by_team_role'),
  },
  {
    name: 'project_place',
    describe: 'Who is in which project, and what is shared with it',
    prefixes: ['prj', 'mem'],
    list: (tx) => listAccess(tx, 'list_access_by_project_place'),
  },
  {
    name: 'custom_role',
    describe: 'What custom roles hold, whoever has them',
    prefixes: ['rol'],
    list: (tx) => listAccess(tx, 'list_access_by_custom_role'),
  },
  {
    name: 'invitation',
    describe: 'Open invitations',
    prefixes: ['inv'],
    list: (tx) => listAccess(tx, 'list_access_by_invitation'),
  },
  {
    name: 'api_key',
    describe: 'API keys of every kind that work',
    prefixes: ['key'],
    isUsed: true,
    list: (tx) => listAccess(tx, 'list_access_by_key'),
  },
  {
    name: 'object_grant',
    describe: 'Grants on single objects',
    prefixes: ['grt'],
    list: (tx) => listAccess(tx, 'list_access_by_grant'),
  },
];

/** Public ids of what the access is, joined by `/`. */
export function nameAccess(
  { prefixes: [one, other] }: AccessKind,
  { first, second }: Pick<FoundAccess, 'first' | 'second'>,
): string {
  const name = encodeId(one, first);
  return other === undefined || second === null ? name : `${name}/${encodeId(other, second)}`;
}

const DAY_MS = 86_400_000;
const SECURITY = 'security_configuration:manage';

/** What about an access deserves a look, in the order of `FLAGS`. */
export function flagsOf({ name, isUsed }: AccessKind, found: FoundAccess, now: Date): Flag[] {
  const { marks, gives, granted_at: granted, last_used_at: used, expires_at: ends } = found;
  const isKey = name === 'api_key';
  const holds: Readonly<Partial<Record<Flag, boolean>>> = {
    idle: isUsed === true && (used ?? granted).getTime() <= now.getTime() - IDLE_DAYS * DAY_MS,
    never_used: isKey && used === null,
    no_expiry: (isKey || name === 'object_grant') && ends === null,
    owner: !isKey && gives.includes('owner'),
    security: gives.includes(SECURITY),
  };
  return FLAGS.filter((flag) => holds[flag] ?? marks.includes(flag));
}
