// What every listener has in common: a door over its connections, and an orderly, bounded end.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Limits } from '#config.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Registry } from '#kernel/registry.ts';
import { settlesWithin } from '#telemetry/deadline.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import { createBodyMemory } from './body-memory.ts';
import { createConnections } from './connections.ts';
import type { Door } from './door.ts';
import type { OwnPage } from './pages.ts';
import { createRouter } from './router.ts';
import { serve } from './serve.ts';
import type { ServerInput } from './server.ts';
import { stopped } from './telemetry.ts';

/** drained: every request that was running ended by itself · cut: the time was over, and some were broken off. */
export type StopOutcome = 'drained' | 'cut';

export type StopOptions = { readonly drainSeconds: number };

export type ServingInput = Pick<Door, 'receive' | 'preflight' | 'origin'> & {
  readonly kernel: Kernel;
  readonly registry: Pick<Registry, 'routes' | 'streams'>;
  readonly pages: readonly OwnPage[];
  readonly limits: Limits;
  readonly log: Log;
  readonly traces: Traces;
};

export type Serving = {
  /** What servers are made with. */
  readonly serverInput: ServerInput;
  /** Takes servers that listen into the end that `stop` makes. */
  readonly add: (servers: readonly Server[]) => void;
  readonly stop: (options: StopOptions) => Promise<StopOutcome>;
  readonly stopping: AbortSignal;
};

/** Bodies held in memory together, at the least; four of the largest otherwise. */
const BODY_MEMORY_BYTES = 256 * 1024 * 1024;
/** After running requests were told to end, so long may they take to settle what they used. */
const SETTLE_MS = 5_000;

export async function createServing(input: ServingInput): Promise<Serving> {
  const { limits } = input;
  const connections = createConnections(limits.connectionsMax);
  const over = new AbortController();
  const servers: Server[] = [];
  let stopOutcome: Promise<StopOutcome> | undefined;
  const door: Door = {
    kernel: input.kernel,
    log: input.log,
    traces: input.traces,
    origin: input.origin,
    receive: input.receive,
    preflight: input.preflight,
    router: await createRouter(input.registry, input.pages),
    connections,
    bodyMemory: createBodyMemory(Math.max(BODY_MEMORY_BYTES, 4 * limits.streamBodyBytesMax)),
    bytesMax: { route: limits.bodyBytesMax, stream: limits.streamBodyBytesMax },
    isStopping: () => stopOutcome !== undefined,
  };

  const end = async ({ drainSeconds }: StopOptions): Promise<StopOutcome> => {
    connections.closeAfterLast();
    // Idle connections are closed by this too.
    const closed = servers.map((server) => new Promise((resolve) => void server.close(resolve)));
    const isDrained = await settlesWithin(connections.allDone(), drainSeconds * 1_000);
    over.abort();
    connections.stopRequests();
    if (!isDrained) await settlesWithin(connections.allDone(), SETTLE_MS);
    connections.destroyAll();
    await Promise.all(closed);
    const outcome = isDrained ? 'drained' : 'cut';
    input.log(stopped, { outcome });
    return outcome;
  };

  return {
    serverInput: {
      limits,
      connections,
      handle: (request: IncomingMessage, response: ServerResponse) => void serve(door, request, response),
      raw: { origin: input.origin, connections },
    },
    add: (listening) => void servers.push(...listening),
    stop: (options) => (stopOutcome ??= end(options)),
    stopping: over.signal,
  };
}
