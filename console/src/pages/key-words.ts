// What keys, their kinds, scopes and flags are called in the console.
import type { Reply } from '../api/client.ts';

export type Key = Reply<'api_key.list'>['items'][number];
export type Kind = Key['kind'];
export type Flag = Key['flags'][number];

export const KINDS: readonly { readonly value: Kind; readonly label: string; readonly about: string }[] = [
  {
    value: 'personal',
    label: 'Personal',
    about: 'Acts as you, never with more than you may do, and ends with your membership.',
  },
  {
    value: 'service',
    label: 'Service',
    about: 'Belongs to the organization. It acts for members you name, one in each call, or for nobody.',
  },
  {
    value: 'publishable',
    label: 'Publishable',
    about:
      'May stand in a page for everybody to read. It works from that page alone, and only shows what everybody may see.',
  },
];

const ALL_SCOPES = [
  'models:use',
  'models:read',
  'audit:read',
  'audit:verify',
  'controls:read',
  'usage:read',
  'session:read',
];

/** Scopes that a key of this kind has a use for; the server decides. */
export function scopesFor(kind: Kind, actsForPeople: boolean): string[] {
  if (kind === 'publishable') return ['models:read'];
  if (kind === 'service' && !actsForPeople) return ALL_SCOPES.filter((scope) => scope !== 'session:read');
  return ALL_SCOPES;
}

export const FLAGS: Readonly<Record<Flag, string>> = {
  idle: 'Idle for 30 days',
  never_used: 'Never used',
  several_clients: 'Several programs',
  no_expiry: 'Never ends',
  expires_soon: 'Ends within 14 days',
};

export function stateOf({ revokedAt, expiresAt }: Key, now = new Date()): 'works' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && new Date(expiresAt) <= now ? 'expired' : 'works';
}
