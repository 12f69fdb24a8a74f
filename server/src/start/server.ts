// A running server from its configuration, in order: database, master key, kernel, listeners, background; and its end.
import { networkInterfaces } from 'node:os';
import {
  type BoundSocket,
  checkBoundSockets,
  type Config,
  type Environment,
  publicOrigin,
  readReferencedVariable,
} from '#config.ts';
import { openLanes } from '#db/pool.ts';
import { createSessionCookie } from '#http/cookies.ts';
import { BootFault } from '#kernel/boot-fault.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { failClosed } from '#kernel/limits/fail-closed.ts';
import type { LimitStore } from '#kernel/limits/limits.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import { createPostgresStore } from '#kernel/limits/postgres-store.ts';
import type { Tools } from '#kernel/tools.ts';
import { issueSetupLink } from '#modules/setup.ts';
import { monotonicMs, unixMs } from '#telemetry/clock.ts';
import { createHealth } from '#telemetry/health.ts';
import type { Log } from '#telemetry/log.ts';
import { startProcessMetrics } from '#telemetry/metrics.ts';
import { createTraces, type Traces } from '#telemetry/traces.ts';
import { checkName } from '#telemetry/values.ts';
import type { Verification } from '#verification/verification.ts';
import { type Assembled, assemble } from '../assemble.ts';
import { modules } from '../modules.ts';
import { release } from '../release.ts';
import { readWaivers } from './waivers.ts';
import { startVerification } from './verification.ts';
import { announceStart } from './announce.ts';
import { startBackground } from './background.ts';
import { type Edges, openEdges } from './edges.ts';
import * as events from './events.ts';
import { createGuard } from './guard.ts';
import { registerHealthChecks } from './health-checks.ts';
import { limitTableOf, signInFailuresOf } from './limits.ts';
import { openMail } from './mail.ts';
import { openMasterKey } from './master-key.ts';
import { openDatabase, type OpenDatabase } from './open-database.ts';
import { describeOutboundRules, listOwnListeners, openOutbound, readOutboundRules } from './outbound.ts';
import type { OnStep } from './progress.ts';
import { probingAlarms } from './probing-metric.ts';
import { refuseStart, StartRefused } from './refusal.ts';
import { createSecretReferences } from './secret-references.ts';
import { describeKeys, openStartRules } from './start-rules.ts';

export type RunningServer = {
  readonly origin: string;
  readonly bound: readonly BoundSocket[];
  /** While nobody has set the installation up. */
  readonly setupLink: string | undefined;
  readonly verification: Verification;
  /** The running parts, for commands of this process and for tests that break them. */
  readonly kernel: Kernel;
  readonly reloadCertificate: () => boolean;
  readonly stop: () => Promise<'drained' | 'cut'>;
};

export type StartOptions = {
  readonly config: Config;
  readonly env: Environment;
  readonly log: Log;
  readonly onStep: OnStep;
};

/** How many replicas share the limits while their common store is down; a guess that errs to the strict side. */
const REPLICAS_ASSUMED = 4;

/** Throws StartRefused (exit 78) with nothing left running. */
export async function startServer({ config, env, log, onStep }: StartOptions): Promise<RunningServer> {
  const startedMs = monotonicMs();
  const rules = readOutboundRules(config);
  await using opened = new AsyncDisposableStack();
  const database = await openDatabase(config, env['PATH'] ?? '', onStep);
  opened.defer(() => database.close());
  const lanes = openLanes(database.runtime, (error) => log(events.connectionLost, { error }));
  opened.defer(() => lanes.close());
  const provider = await openMasterKey(config, lanes, onStep, unixMs());
  // Known once the doors are open; outbound calls and cookies need them later than they are made.
  const sockets: { bound: () => readonly BoundSocket[] } = { bound: () => [] };
  const outbound = openOutbound(rules, config, () => sockets.bound());
  opened.defer(() => outbound.close());
  const mail = openMail(config, rules, () => listOwnListeners(config, sockets.bound()), log);
  opened.defer(mail.close);
  const controls: { verification: Verification | undefined } = { verification: undefined };
  const cookie = createSessionCookie(() => sockets.bound()[0]?.port ?? config.listen.port);
  const assembled = await assembleOrRefuse({
    ...settingsOf({ config, env, log }),
    lanes,
    provider,
    limits: (lookup) => limitStore(database, lookup, log),
    outbound,
    mailer: mail.mailer,
    publicOrigin: () => publicOrigin(config, sockets.bound()[0]?.port ?? config.listen.port),
    sessionCookie: cookie,
    verification: () => controls.verification,
  });
  const { kernel } = assembled;
  opened.defer(() => assembled.close());
  const health = createHealth({ nowMs: monotonicMs });
  registerHealthChecks(health, { lanes, provider, lookup: kernel.tools.lookup, sendsMail: config.mail !== undefined });
  const traces = await openTraces(config);
  opened.defer(async () => void (await traces.shutdown(2_000)));
  const waivers = readWaivers(config);
  const startRules = openStartRules({ config, env });
  const shown = { config, kernel, keys: describeKeys(config, provider), startRules, waivers, log };
  const guard = createGuard({ ...shown, bound: () => sockets.bound() });
  await guard.beforeListening();
  const edges = await openEdges({ config, kernel, health, log, traces, cookie });
  sockets.bound = edges.bound;
  opened.defer(async () => void (await edges.stop(0)));
  demandDeclaredSockets(edges, config);
  await guard.onceBound();
  const { exposed } = config;
  await announceStart(lanes, { release: release.version, exposed, outbound: describeOutboundRules(rules) });
  opened.defer(startBackground(kernel, log).stop);
  const { verification, stop: stopWatch } = startVerification({ ...shown, bound: edges.bound });
  controls.verification = verification;
  opened.defer(stopWatch);
  startProcessMetrics();
  const origin = publicOrigin(config, edges.bound()[0]?.port ?? config.listen.port);
  const setupLink = await issueSetupLink(lanes, kernel.tools, origin);
  const durationMs = Math.round(monotonicMs() - startedMs);
  log(events.serverReady, { durationMs, database: database.kind, exposed });
  const rest = opened.move();
  return runningServer({ origin, setupLink, edges, verification, kernel, opened: rest, config });
}

type Running = Pick<RunningServer, 'origin' | 'setupLink' | 'verification' | 'kernel'> & {
  readonly edges: Edges;
  readonly opened: AsyncDisposableStack;
  readonly config: Config;
};

function runningServer({ edges, opened, config, ...shown }: Running): RunningServer {
  return {
    ...shown,
    bound: edges.bound(),
    reloadCertificate: () => {
      shown.verification.verifier.expire();
      return edges.reloadCertificate();
    },
    stop: async () => {
      const outcome = await edges.stop(config.limits.drainSeconds);
      await opened.disposeAsync();
      return outcome;
    },
  };
}

type KernelParts = Parameters<typeof assemble>[0];

/** What of the kernel the configuration alone decides. */
function settingsOf({ config, env, log }: Omit<StartOptions, 'onStep'>) {
  return {
    modules,
    limitTable: limitTableOf(config.limits),
    signInFailures: signInFailuresOf(config.limits),
    secretReferences: createSecretReferences(config.secretReferences, (name) => readReferencedVariable(env, name)),
    hasPersonalOrganizations: config.hasPersonalOrganizations,
    isExposed: config.exposed,
    sessionLimits: config.sessions,
    onUnexpected: (error, at) => log(events.unexpectedError, { route: checkName(at.route), error }),
    onTraceLost: (error) => log(events.traceLost, { error }),
    onProbing: ({ route }) => {
      probingAlarms.add(1);
      log(events.probing, { route: checkName(route) });
    },
  } satisfies Partial<KernelParts>;
}

async function assembleOrRefuse(parts: KernelParts): Promise<Assembled> {
  try {
    return await assemble(parts);
  } catch (error) {
    if (error instanceof BootFault) throw refuseStart(error.key, error.message, error.fix, error);
    throw error;
  }
}

/** One process over its own database counts in memory; replicas on a common server count in it. */
function limitStore(database: OpenDatabase, lookup: Tools['lookup'], log: Log): LimitStore {
  if (database.kind === 'embedded') return createMemoryStore();
  return failClosed(createPostgresStore(lookup), REPLICAS_ASSUMED, {
    onChange: (change) => (change.isUp ? log(events.limitsBack, {}) : log(events.limitsDown, { error: change.error })),
  });
}

function openTraces(config: Config): Promise<Traces> {
  return createTraces({
    ...(config.otlpEndpoint === undefined ? {} : { endpoint: config.otlpEndpoint }),
    serviceVersion: release.version,
    instanceId: String(process.pid),
    environment: config.environment,
  });
}

/** What the operating system says is bound must be what was declared, or nothing is served. */
function demandDeclaredSockets(edges: Edges, config: Config): void {
  // Containers often have no IPv6; elsewhere another program could take a ::1 that we left.
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  const faults = checkBoundSockets(edges.bound(), config, { hasIpv6 });
  if (faults.length > 0) throw new StartRefused(faults);
}
