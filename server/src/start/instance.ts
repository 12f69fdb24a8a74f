// Everything controls may look at from inside this process. Listeners are asked over the sockets that are really bound.
import { type BoundSocket, type Config, findLiveSwitches, publicOrigin } from '#config.ts';
import { readOnly } from '#db/read-only.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { findLastRound } from '#modules/audit.ts';
import { powersOf } from '#modules/factors.ts';
import { openTenantVault, prepareAccounts, prepareTenants } from '#modules/verification.ts';
import { listenToLog, type Log } from '#telemetry/log.ts';
import { openHost } from '#verification/host.ts';
import type { Instance, Keys, LogTap, StartRules } from '#verification/instance.ts';
import { openWeb } from '#verification/web.ts';
import { release } from '../release.ts';
import { operationsOf } from './operations.ts';

export type InstanceParts = {
  readonly config: Config;
  readonly kernel: Kernel;
  /** Empty before anything listens. */
  readonly bound: () => readonly BoundSocket[];
  readonly keys: Keys;
  readonly startRules: StartRules;
  readonly log: Log;
};

export function originOf({ config, bound }: InstanceParts): string {
  return publicOrigin(config, bound()[0]?.port ?? config.listen.port);
}

/** What is there before anything listens: enough to decide whether anything may. */
export function partsAtStart({ config, kernel, bound, keys, startRules }: InstanceParts): Instance {
  return {
    database: {
      query: (statement, values) => readOnly(kernel.lanes, statement, values),
      logIn: kernel.lanes.logIn,
    },
    host: openHost(bound),
    keys,
    startRules,
    switches: findLiveSwitches,
    config,
    operations: operationsOf(kernel.registry),
    outbound: kernel.tools.outbound,
    powers: powersOf(kernel.tools.roles),
    home: release.home,
  };
}

/** Everything; disposing leaves the tenants that were entered. */
export async function openInstance(parts: InstanceParts): Promise<AsyncDisposable & { readonly instance: Instance }> {
  const { kernel, bound } = parts;
  const webOf = (purpose: BoundSocket['purpose'], origin: string) => {
    const socket = bound().find((each) => each.purpose === purpose);
    if (socket === undefined) return undefined;
    // Where a proxy ends TLS, callers come through it, and so do we: by name, and from an address that is not ours to choose.
    if (purpose === 'public' && parts.config.tls === undefined && origin.startsWith('https:'))
      return openWeb({ origin }, { vantage: 'inside', isLocal: false });
    // An unspecified address is no place to connect to; loopback is one of those it stands for.
    const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[socket.address] ?? socket.address;
    return openWeb(
      { origin, connectTo: { host, port: socket.port } },
      { vantage: 'inside', isLocal: !host.includes(':') },
    );
  };
  const privatePort = bound().find(({ purpose }) => purpose === 'private')?.port ?? 0;
  const web = webOf('public', originOf(parts));
  const privateWeb = webOf('private', `http://127.0.0.1:${privatePort}`);
  const tenants = web === undefined ? undefined : prepareTenants({ lanes: kernel.lanes, tools: kernel.tools, web });
  return {
    instance: {
      ...(web === undefined ? {} : { web }),
      ...(privateWeb === undefined ? {} : { privateWeb }),
      ...(tenants === undefined ? {} : { tenants, accounts: prepareAccounts(kernel) }),
      tenantVault: openTenantVault(kernel),
      log: openLogTap(parts.log),
      logWatch: { lastRound: () => findLastRound(kernel.lanes) },
      ...partsAtStart(parts),
    },
    [Symbol.asyncDispose]: async () => tenants?.[Symbol.asyncDispose](),
  };
}

/** More than a run writes on a quiet instance; of a busy one the newest. */
const LINES_KEPT = 5_000;

function openLogTap(log: Log): LogTap {
  return {
    listen: () => {
      const lines: string[] = [];
      const stop = listenToLog(log, (line) => {
        lines.push(line);
        if (lines.length > LINES_KEPT) lines.shift();
      });
      return { lines: () => lines, [Symbol.dispose]: stop };
    },
  };
}
