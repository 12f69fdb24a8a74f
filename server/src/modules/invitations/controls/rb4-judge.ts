// RB4, judged: who invites whom, and which invitations are taken.
import type { Families } from '#verification/families.ts';

export const PLACES = { inviting: 'inviting', accepting: 'accepting' } as const;

export const FAMILIES: Families = {
  [PLACES.inviting]: {
    accepted: 201,
    refusals: [403],
    expected: '403',
    good: ['an admin invites a viewer', 'an owner invites an owner'],
    bad: ['an admin invites an owner'],
  },
  [PLACES.accepting]: {
    accepted: 201,
    refusals: [403, 409],
    expected: '403 or 409',
    good: ['an open one for this address'],
    bad: ['an expired one', 'a canceled one', 'one for another address', 'one that was taken'],
  },
};
