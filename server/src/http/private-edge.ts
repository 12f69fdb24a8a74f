// The private listener: metrics and the full health status, on loopback whatever is configured (TR6, OB2).
import type { Server } from 'node:http';
import type { Config, HostRule } from '#config.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Health } from '#telemetry/health.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import { bindAll, readBound } from './bind.ts';
import type { Edge } from './edge.ts';
import { privateHealthPages } from './health-pages.ts';
import { demandHost } from './host.ts';
import type { Page } from './pages.ts';
import { createHttpServer } from './server.ts';
import { createServing } from './serving.ts';
import { listening } from './telemetry.ts';

export type PrivateEdgeOptions = {
  readonly kernel: Kernel;
  readonly config: Config;
  readonly health: Health;
  readonly log: Log;
  readonly traces: Traces;
  /** Beside health and metrics. */
  readonly pages?: readonly Page[];
};

export type PrivateEdge = Pick<Edge, 'listen' | 'bound' | 'stop'>;

/** Nobody proves who they are here: whoever reaches loopback may see it. So only loopback's own names are served. */
export async function createPrivateEdge({
  kernel,
  config,
  health,
  log,
  traces,
  pages = [],
}: PrivateEdgeOptions): Promise<PrivateEdge> {
  let servers: readonly Server[] = [];
  let rule = ruleFor(config.privateListen.port);
  const serving = await createServing({
    kernel,
    registry: { routes: [], streams: [] },
    pages: [...privateHealthPages(health), ...pages],
    limits: config.limits,
    log,
    traces,
    origin: () => rule.origin,
    preflight: async () => undefined,
    receive: ({ request }) => {
      const { address, addressKey } = demandHost(request, rule, { trustedProxies: [], proxyHeader: 'forwarded' });
      return { address, addressKey, credential: () => undefined };
    },
  });
  return {
    listen: async () => {
      servers = await bindAll(config.privateListen, () => createHttpServer(serving.serverInput));
      serving.add(servers);
      const bound = readBound(servers, 'private');
      rule = ruleFor(bound[0]?.port ?? config.privateListen.port);
      for (const { address, port, purpose } of bound) log(listening, { purpose, address, port });
      return bound;
    },
    bound: () => readBound(servers, 'private'),
    stop: (options) => serving.stop(options),
  };
}

/** A page in a browser that was led here by a name of its own (DNS rebinding) is refused by that name. */
function ruleFor(port: number): HostRule {
  return {
    hosts: new Set(['localhost', '127.0.0.1', '[::1]'].map((host) => `${host}:${port}`)),
    exposed: false,
    trustedProxies: [],
    origin: `http://localhost:${port}`,
  };
}
