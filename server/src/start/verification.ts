// Brings the controls to a running server: what they may look at, who hears of drift, and the watch that never sleeps.
import { hashJson } from '@holdfast/controls/evidence.ts';
import type { Report } from '@holdfast/controls/report.ts';
import { signReport } from '@holdfast/controls/sign.ts';
import type { Waiver } from '@holdfast/controls/waivers.ts';
import { verdicts } from '@holdfast/controls/verdict.ts';
import { newUuid } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Log } from '#telemetry/log.ts';
import { createRuns } from '#verification/runs.ts';
import type { Verification } from '#verification/verification.ts';
import { createVerifier, type Verifier } from '#verification/verifier.ts';
import { controls } from '../controls.ts';
import { release } from '../release.ts';
import { recordDrift, recordReport } from './control-record.ts';
import { type InstanceParts, openInstance, originOf } from './instance.ts';
import { reportKeyId, showReportKey } from './report-key.ts';
import { controlDrift, verificationFailed } from './events.ts';
import { controlVerdicts, driftEvents } from './verification-metrics.ts';

type Parts = InstanceParts & { readonly waivers: readonly Waiver[] };

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
    waivers: parts.waivers,
    fingerprintKey: reveal(keyring.fingerprintKey, 'evidence.fingerprint'),
    unixMs,
    onFailure: (error) => log(verificationFailed, { error }),
    onDrift: async (drift, report) => {
      showVerdicts(report);
      // What the log could not take comes again with the next look, and is counted then.
      await recordDrift(kernel.lanes, drift, report);
      for (const each of drift) driftEvents.add(1, { kind: each.kind });
      if (drift.length > 0) log(controlDrift, { changes: drift.length });
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

/** Signs the report and leaves its hash, grade and score in the installation's own stream of the log. */
async function seal({ kernel, config }: Parts, report: Report): Promise<string> {
  const { reportSigner } = kernel.tools.keyring;
  const keyId = reportKeyId(reportSigner.publicKey);
  const facts = { environment: config.environment, release: release.version, exposed: config.exposed };
  const configuration = [{ name: 'holdfast-configuration', digest: { sha256: hashJson(facts) } }];
  const signed = await signReport(report, { keyId, sign: (message) => reportSigner.sign(message) }, configuration);
  const { grade, score, coverage } = report;
  await recordReport(kernel.lanes, { report: hashJson(report), grade, score, coverage });
  return signed;
}
