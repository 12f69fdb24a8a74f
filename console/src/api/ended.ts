// What a change of a membership ended, in a sentence for people.
import type { Reply } from './client.ts';

type Ended = Reply<'member.remove'>['ended'];

/** In the order in which they are told; one of them, and several. */
const NAMES: readonly (readonly [name: keyof Ended, one: string, several: string])[] = [
  ['sessions', 'session', 'sessions'],
  ['apiKeys', 'key', 'keys'],
  ['organizationKeys', 'key of the organization', 'keys of the organization'],
  ['teams', 'place in a team', 'places in teams'],
  ['projects', 'place in a project', 'places in projects'],
  ['roles', 'custom role', 'custom roles'],
  ['invitations', 'invitation', 'invitations'],
  ['ownershipOffers', 'offer of ownership', 'offers of ownership'],
  ['grants', 'grant', 'grants'],
];

/** "2 sessions and 1 key ended."; empty when nothing did. */
export function endedText(ended: Ended): string {
  const parts = NAMES.map(([name, one, several]) => counted(ended[name], one, several)).filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const list = parts.length <= 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
  const handed = counted(ended.keysHandedOver, 'key of the organization', 'keys of the organization');
  return [...(list === '' ? [] : [`${list} ended.`]), ...(handed === '' ? [] : [`${handed} handed over.`])].join(' ');
}

/** The same from a reply, or of several together; empty for replies that tell of nothing. */
export function endedIn(replies: readonly unknown[]): string {
  const all = replies.flatMap((reply) => {
    const { ended } = (reply ?? {}) as { readonly ended?: Ended };
    return ended === undefined ? [] : [ended];
  });
  const [first, ...others] = all;
  return first === undefined ? '' : endedText(others.reduce(add, first));
}

function add(one: Ended, other: Ended): Ended {
  const sum = { ...one };
  for (const [name] of NAMES) sum[name] += other[name];
  sum.keysHandedOver += other.keysHandedOver;
  return sum;
}

function counted(count: number, one: string, several: string): string {
  return count === 0 ? '' : `${String(count)} ${count === 1 ? one : several}`;
}
