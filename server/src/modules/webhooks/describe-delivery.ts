// A delivery in the words of a reply.
import { z } from 'zod';
import { encodeId } from '#kernel/fields.ts';
import { type Delivery, FAULTS } from './model.ts';
import type { DeliveryRow } from './queries.ts';

const State = z.enum(['waiting', 'delivered', 'dead']);
const Faults = z.enum(FAULTS);

export function describeDelivery(row: DeliveryRow): z.input<typeof Delivery> {
  const state = State.parse(row.state);
  return {
    id: encodeId('whd', row.id),
    type: row.type,
    state,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    nextAt: state === 'waiting' ? row.next_at.toISOString() : null,
    triedAt: row.tried_at?.toISOString() ?? null,
    lastStatus: row.last_status,
    lastError: row.last_error === null ? null : Faults.parse(row.last_error),
  };
}
