// Brings the controls to a running server: what they may look at, who hears of drift, and the watch that never sleeps.
import type { Drift } from '@holdfast/controls/drift.ts';
import { hashJson } from '@holdfast/controls/evidence.ts';
import type { Report } from '@holdfast/controls/report.ts';
import { signReport } from '@holdfast/controls/sign.ts';
import { verdicts } from '@holdfast/controls/verdict.ts';
import { type BoundSocket, type Config, publicOrigin } from '#config.ts';
import { newUuid } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { readOnly } from '#db/read-only.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { Facts } from '#kernel/context.ts';
import { inScope, type SystemTx } from '#db/scope.ts';
import { insertPendingEvents } from '#kernel/queries.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { prepareTenants } from '#modules/verification.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Log } from '#telemetry/log.ts';
import { openHost } from '#verification/host.ts';
import type { Instance } from '#verification/instance.ts';
import { createRuns } from '#verification/runs.ts';
import type { Verification } from '#verification/verification.ts';
import { createVerifier, type Verifier } from '#verification/verifier.ts';
import { openWeb } from '#verification/web.ts';
import { controls } from '../controls.ts';
import { release } from '../release.ts';
import { operationsOf } from './operations.ts';
import { reportKeyId, showReportKey } from './report-key.ts';
import { controlDrift, verificationFailed } from './events.ts';
import { controlVerdicts, driftEvents } from './verification-metrics.ts';

type Parts = {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly bound: () => readonly BoundSocket[];
  readonly log: Log;
};

export type StartedVerification = { readonly verification: Verification; readonly stop: () => Promise<void> };

/** Long enough for a start to be over, short enough that nobody relies on a server that was never looked at. */
const FIRST_LOOK_MS = 20_000;
const TICK_MS = 30_000;

export function startVerification(parts: Parts): StartedVerification {
  const { kernel, log } = parts;
  const { keyring } = kernel.tools;
  const verifier = createVerifier({
    controls,
    open: () => openInstance(parts),
    target: () => originOf(parts),
    waivers: [],
    fingerprintKey: reveal(keyring.fingerprintKey, 'evidence.fingerprint'),
    unixMs,
    onDrift: async (drift, report) => {
      for (const each of drift) driftEvents.add(1, { kind: each.kind });
      showVerdicts(report);
      if (drift.length > 0) log(controlDrift, { changes: drift.length });
      await record(kernel, drift.map(factsOfDrift));
    },
  });
  const runs = createRuns({
    verifier,
    newId: newUuid,
    seal: (report) => seal(parts, report),
    onFailure: (error) => log(verificationFailed, { error }),
  });
  const reportKey = showReportKey(keyring.reportSigner.publicKey);
  return { verification: { verifier, runs, reportKey }, stop: startWatch(verifier, log) };
}

function showVerdicts({ controls: judged }: Report): void {
  for (const { id, verdict } of judged) {
    for (const each of verdicts) controlVerdicts.set(each === verdict ? 1 : 0, { control: id, verdict: each });
  }
}

/** What is due is looked at, one tick after the other; stopping breaks off the look that is under way. */
function startWatch({ runDue, close }: Verifier, log: Log): () => Promise<void> {
  let underWay: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let isStopped = false;
  const look = (): void => {
    underWay = runDue()
      .catch((error: unknown) => {
        if (!isStopped) log(verificationFailed, { error });
      })
      .finally(() => {
        if (!isStopped) timer = setTimeout(look, TICK_MS).unref();
      });
  };
  timer = setTimeout(look, FIRST_LOOK_MS).unref();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    close();
    await underWay;
  };
}

function originOf({ config, bound }: Parts): string {
  return publicOrigin(config, bound()[0]?.port ?? config.listen.port);
}

/** Everything in reach of this process. Listeners are asked over the sockets that are really bound. */
async function openInstance(parts: Parts): Promise<AsyncDisposable & { readonly instance: Instance }> {
  const { config, kernel, bound } = parts;
  const webOf = (purpose: BoundSocket['purpose'], origin: string) => {
    const socket = bound().find((each) => each.purpose === purpose);
    if (socket === undefined) return undefined;
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
      ...(tenants === undefined ? {} : { tenants }),
      database: { query: (statement, values) => readOnly(kernel.lanes, statement, values) },
      host: openHost(bound),
      config,
      operations: operationsOf(kernel.registry),
      outbound: kernel.tools.outbound,
      home: release.home,
    },
    [Symbol.asyncDispose]: async () => tenants?.[Symbol.asyncDispose](),
  };
}

/** Signs the report and leaves its hash, grade and score in the installation's own stream of the log. */
async function seal({ kernel, config }: Parts, report: Report): Promise<string> {
  const { reportSigner } = kernel.tools.keyring;
  const keyId = reportKeyId(reportSigner.publicKey);
  const facts = { environment: config.environment, release: release.version, exposed: config.exposed };
  const configuration = [{ name: 'holdfast-configuration', digest: { sha256: hashJson(facts) } }];
  const signed = await signReport(report, { keyId, sign: (message) => reportSigner.sign(message) }, configuration);
  const { grade, score, coverage } = report;
  await record(kernel, [{ action: 'controls.verified', facts: { report: hashJson(report), grade, score, coverage } }]);
  return signed;
}

type Recorded = { readonly action: string; readonly facts: Facts };

function factsOfDrift(drift: Drift): Recorded {
  switch (drift.kind) {
    case 'verdict_changed':
      return {
        action: 'controls.verdict_changed',
        facts: { control: drift.control, before: drift.from, after: drift.to },
      };
    case 'waiver_voided':
    case 'waiver_lapsed':
      return { action: `controls.${drift.kind}`, facts: { control: drift.control, subject: drift.subject } };
    case 'coverage_lost':
    case 'evidence_changed':
    case 'subject_new':
      return { action: `controls.${drift.kind}`, facts: { control: drift.control, subjects: drift.subjects } };
  }
}

async function record(kernel: Kernel, events: readonly Recorded[]): Promise<void> {
  if (events.length === 0) return;
  await inScope<SystemTx, void>(kernel.lanes, { system: true }, ({ tx, now }) =>
    insertPendingEvents(
      tx,
      events.map(({ action, facts }) => ({
        stream: SYSTEM_STREAM,
        eventId: newUuid(),
        at: now,
        action,
        outcome: 'allowed' as const,
        actor: { kind: 'job', id: 'controls.watch' },
        target: null,
        requestId: 'controls',
        facts,
      })),
    ),
  );
}
