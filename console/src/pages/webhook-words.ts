// What the server says of deliveries, in words for people.
import type { Reply } from '../api/client.ts';

export type Webhook = Reply<'webhook.list'>['items'][number];
export type Delivery = Reply<'webhook.list_deliveries'>['items'][number];

const FAULTS: Readonly<Record<NonNullable<Delivery['lastError']>, string>> = {
  unavailable:
    'It cannot be reached. A private address, or plain http, must be listed by the operator in HOLDFAST_OUTBOUND_ALLOW.',
  timed_out: 'It did not answer in time.',
  unusable_reply: 'It sent a reply that cannot be used.',
  redirected: 'It points to another address, which is not followed: enter that one.',
  refused: 'It refused the message.',
  gone: 'It said that it is gone.',
  busy: 'This server was too busy.',
  canceled: 'This server was stopped meanwhile.',
  disabled: 'The webhook was disabled.',
  unreadable: 'Its secret cannot be opened: rotate it.',
  lost: 'Nothing tried it any more.',
};

/** What came of the last try. */
export function outcomeOf({ lastError, lastStatus }: Delivery): string {
  const status = lastStatus === null ? '' : `Status ${String(lastStatus)}. `;
  return lastError === null ? status.trim() : `${status}${FAULTS[lastError]}`;
}

export const STATES: Readonly<Record<Delivery['state'], readonly [color: string, label: string]>> = {
  waiting: ['yellow', 'waiting'],
  delivered: ['green', 'delivered'],
  dead: ['red', 'given up'],
};
