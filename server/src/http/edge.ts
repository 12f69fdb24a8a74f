// The public listener: console, API, models and tools on the declared addresses, over native TLS where it is configured.
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { type Config, type HostRule, makeHostRule } from '#config.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Health } from '#telemetry/health.ts';
import type { Log } from '#telemetry/log.ts';
import type { Traces } from '#telemetry/traces.ts';
import { bindAll, type Bound, readBound } from './bind.ts';
import { type CertificateWatch, openCertificate } from './certificate-watch.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { EdgeCookie } from './cookies.ts';
import { createCors } from './cors.ts';
import { publicHealthPages } from './health-pages.ts';
import type { Page } from './pages.ts';
import { createPublishableCors } from './publishable-cors.ts';
import { createReception } from './reception.ts';
import { securityTxtPage } from './security-txt.ts';
import { createHttpServer, createHttpsServer } from './server.ts';
import { createServing, type StopOptions, type StopOutcome } from './serving.ts';
import { listening } from './telemetry.ts';

export type EdgeOptions = {
  readonly kernel: Kernel;
  readonly config: Config;
  readonly health: Health;
  readonly log: Log;
  readonly traces: Traces;
  /** The cookie the kernel's tools were given. */
  readonly cookie: EdgeCookie;
  /** Generated documents and the like, beside the edge's own pages. */
  readonly pages?: readonly Page[];
};

export type Edge = {
  /** Binds every declared address, or rejects with nothing bound. */
  readonly listen: () => Promise<readonly Bound[]>;
  /** The sockets as the operating system knows them now. */
  readonly bound: () => readonly Bound[];
  /** Reads the certificate files again; false when there are none, or when they are not usable and the old ones stay. */
  readonly reloadCertificate: () => boolean;
  /**
   * Takes no more requests, lets running ones end, breaks off what still runs after `drainSeconds`. Resolves when every
   * connection is closed, at most a few seconds later.
   */
  readonly stop: (options: StopOptions) => Promise<StopOutcome>;
  /** Aborts when the time of running requests is over. */
  readonly stopping: AbortSignal;
};

/** Throws when two routes or pages claim one address. */
export async function createEdge(options: EdgeOptions): Promise<Edge> {
  const { kernel, config, health, log, traces, cookie } = options;
  const { limits } = config;
  const cors = createCors(config.corsOrigins);
  const publishable = createPublishableCors(kernel);
  let servers: readonly Server[] = [];
  let certificate: CertificateWatch | undefined;
  let rule: HostRule = makeHostRule(config, config.listen.port);
  const origin = (): string => rule.origin;
  const serving = await createServing({
    kernel,
    registry: kernel.registry,
    pages: [
      ...publicHealthPages(health, config.metricsCredential),
      securityTxtPage(config.security, origin, unixMs),
      ...(options.pages ?? []),
    ],
    limits,
    log,
    traces,
    origin,
    preflight: async (request, path, methods) =>
      cors.preflightFor(request, methods) ?? (await publishable.preflightFor(request, path)),
    receive: createReception({ config, cookie, cors, rule: () => rule }),
  });

  const listen = async (): Promise<readonly Bound[]> => {
    const { publicUrl, tls } = config;
    const host = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
    certificate = tls === undefined ? undefined : await openCertificate({ files: tls, host, log });
    const material = certificate?.material;
    const secured: TlsServer[] = [];
    servers = await bindAll(config.listen, () => {
      if (material === undefined) return createHttpServer(serving.serverInput);
      const server = createHttpsServer(serving.serverInput, material);
      secured.push(server);
      return server;
    });
    certificate?.watch(secured);
    serving.add(servers);
    const bound = readBound(servers, 'public');
    rule = makeHostRule(config, bound[0]?.port ?? config.listen.port);
    for (const { address, port, purpose } of bound) log(listening, { purpose, address, port });
    return bound;
  };

  return {
    listen,
    bound: () => readBound(servers, 'public'),
    reloadCertificate: () => certificate?.reload() ?? false,
    stop: (stopOptions) => {
      health.beginDraining();
      certificate?.close();
      return serving.stop(stopOptions);
    },
    stopping: serving.stopping,
  };
}
