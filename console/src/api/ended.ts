// What a change of a membership ended, in a sentence for people.
import type { Reply } from './client.ts';

type Ended = Reply<'member.remove'>['ended'];

/** "2 sessions and 1 key ended."; empty when nothing did. */
export function endedText({
  sessions,
  apiKeys,
  organizationKeys,
  projects,
  invitations,
  ownershipOffers,
  grants,
}: Ended): string {
  const parts = [
    counted(sessions, 'session'),
    counted(apiKeys, 'key'),
    counted(organizationKeys, 'key of the organization'),
    counted(projects, 'place in a project'),
    counted(invitations, 'invitation'),
    counted(ownershipOffers, 'offer of ownership'),
    counted(grants, 'grant'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  const last = parts.at(-1) ?? '';
  return `${parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`} ended.`;
}

function counted(count: number, name: string): string {
  if (count === 0) return '';
  return `${String(count)} ${count === 1 ? name : name.replace(/^\w+/, (noun) => `${noun}s`)}`;
}
