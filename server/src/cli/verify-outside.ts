// Checks from outside whatever answers at a URL: the same controls, with nothing but the network in reach.
import { formatInstant } from '@holdfast/controls/dates.ts';
import { makeReport } from '@holdfast/controls/report.ts';
import { runControls } from '@holdfast/controls/run.ts';
import { reveal } from '#crypto/secret.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Instance } from '#verification/instance.ts';
import { openWeb } from '#verification/web.ts';
import { controls } from '../controls.ts';
import { NotRunning } from './admin-client.ts';
import type { Asked } from './verify-inside.ts';
import { createProgress } from './verify-progress.ts';
import type { Terminal } from './terminal.ts';

type Input = {
  readonly origin: string;
  readonly only: readonly string[] | undefined;
  readonly terminal: Terminal;
  readonly showsProgress: boolean;
};

/** Fingerprints in it can be compared within the report alone: the key is made for it and forgotten. */
export async function verifyFromOutside({ origin, only, terminal, showsProgress }: Input): Promise<Asked> {
  const web = openWeb({ origin }, { vantage: 'outside', isLocal: false });
  await demandAnswer(web.ask({ path: '/health/live' }, AbortSignal.timeout(10_000)), origin);
  const asked = controls.filter(({ id }) => only === undefined || only.includes(id));
  const tell = createProgress(terminal, showsProgress);
  const instance: Instance = { web };
  const outcome = await runControls(asked, instance, {
    unixMs,
    fingerprintKey: reveal(newSecretBytes(32), 'evidence.fingerprint'),
    probeTimeoutMs: 10_000,
    budgetMs: 60_000,
    parallelism: 4,
    onProgress: (event) => {
      if (event.kind === 'finished') tell(event.result, event.total);
    },
  });
  return { report: makeReport({ target: origin, outcome, waivers: [] }), signed: undefined };
}

async function demandAnswer(asking: Promise<unknown>, origin: string): Promise<void> {
  try {
    await asking;
  } catch (cause) {
    throw new NotRunning(`Nothing answers at ${origin}, seen from here at ${formatInstant(unixMs())}.`, { cause });
  }
}
