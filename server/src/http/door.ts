// What the parts of the edge share: who came, and what is there to answer with.
import type { IncomingMessage } from 'node:http';
import type { Secret } from '#crypto/secret.ts';
import type { Credential } from '#kernel/credential.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import type { BodyMemory } from './body-memory.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { Visitor } from './host.ts';
import type { Router } from './router.ts';

/** Who is calling, as far as the edge knows. */
export type Visit = Pick<Visitor, 'address' | 'addressKey'> & {
  /** Read once the path is known; throws AppError for a credential that can't be read, or that speaks for another site. */
  readonly credential: () => Credential | undefined;
  /** The token of a device that signed in before, as the caller says. */
  readonly deviceToken?: () => Secret<string> | undefined;
};

export type Door = {
  readonly kernel: Kernel;
  readonly log: Log;
  readonly traces: Traces;
  readonly router: Router;
  readonly connections: Connections;
  readonly bodyMemory: BodyMemory;
  readonly bytesMax: { readonly route: number; readonly stream: number };
  /** Our public origin, under which the pages of problem types are. */
  readonly origin: () => string;
  /** Who is at the other end, with which credential. Throws AppError for a request that is not for us. */
  readonly receive: (exchange: Exchange) => Visit;
  /** Headers of the reply to a preflight of an allowed origin. */
  readonly preflight: (
    request: IncomingMessage,
    path: string,
    methods: readonly string[],
  ) => Promise<Readonly<Record<string, string>> | undefined>;
  readonly isStopping: () => boolean;
};
