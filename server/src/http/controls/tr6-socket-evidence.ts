// The evidence of TR6: the sockets of this process in the kernel's own table, beside what it believes and what was declared.
import type { Observation } from '@holdfast/controls/evidence.ts';
import type { Listener } from '#verification/instance.ts';

export const SOCKETS = 'socket.table';

type Declared = { readonly addresses: readonly string[]; readonly port: number };

export type SocketFacts = {
  /** Whether the system has a table that can be read. */
  readonly isReadable: boolean;
  /** As the kernel says; those that listen and belong to this process. */
  readonly listeners: readonly Listener[];
  /** As the server believes. */
  readonly bound: readonly (Listener & { readonly purpose: string })[];
  readonly exposed: boolean;
  readonly declared: { readonly public: Declared; readonly private: Declared };
};

/** What else listens on loopback comes and goes, broken twins too, so the whole table is left out of the hash. */
export function observeSockets(facts: SocketFacts): Observation {
  return {
    kind: SOCKETS,
    subject: 'this process',
    at: 'socket table',
    data: facts,
    vantage: 'host',
    ttlSeconds: 300,
    volatile: ['listeners'],
    reproduce: 'ss -H -tlnp',
  };
}
