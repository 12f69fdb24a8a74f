// The guard at the start: controls that `holdfast verify` reports too, so that what refuses a start and what it says never differ.
import { formatInstant } from '@holdfast/controls/dates.ts';
import { evaluate, type Judgement } from '@holdfast/controls/evaluate.ts';
import { observe } from '@holdfast/controls/run.ts';
import { isWaived, judgeWaivers } from '@holdfast/controls/waiver-states.ts';
import type { Waiver } from '@holdfast/controls/waivers.ts';
import type { Fault } from '#config.ts';
import { reveal } from '#crypto/secret.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Log } from '#telemetry/log.ts';
import { checkName } from '#telemetry/values.ts';
import type { InstanceControl } from '#verification/instance.ts';
import { controls } from '../controls.ts';
import { controlAtStart } from './events.ts';
import { type InstanceParts, partsAtStart } from './instance.ts';
import { StartRefused } from './refusal.ts';

export type Guard = {
  /** Throws StartRefused with every control that fails on what is known before anything listens. */
  readonly beforeListening: () => Promise<void>;
  /** The same for controls that could not be decided without sockets. */
  readonly onceBound: () => Promise<void>;
};

type Parts = InstanceParts & { readonly log: Log; readonly waivers: readonly Waiver[] };
type Judged = { readonly control: InstanceControl; readonly judgement: Judgement };

const PROBE_TIMEOUT_MS = 3_000;

export function createGuard(parts: Parts): Guard {
  let undecided: readonly InstanceControl[] = controls.filter(({ boot }) => boot !== undefined);
  const look = async (): Promise<readonly Judged[]> => Promise.all(undecided.map((control) => judge(control, parts)));
  return {
    beforeListening: async () => {
      const judged = await look();
      undecided = judged.filter(({ judgement }) => judgement.verdict === 'unknown').map(({ control }) => control);
      settle(
        judged.filter(({ control }) => !undecided.includes(control)),
        parts,
      );
    },
    onceBound: async () => settle(await look(), parts),
  };
}

async function judge(control: InstanceControl, parts: Parts): Promise<Judged> {
  const evidence = await observe(control, partsAtStart(parts), {
    unixMs,
    fingerprintKey: reveal(parts.kernel.tools.keyring.fingerprintKey, 'evidence.fingerprint'),
    probeTimeoutMs: PROBE_TIMEOUT_MS,
  });
  return { control, judgement: evaluate(control, evidence, formatInstant(unixMs())) };
}

/** A failure, or a probe that cannot look, refuses the start where the control says so; the rest is said in the log. */
function settle(judged: readonly Judged[], { log, waivers }: Parts): void {
  const open = judged.filter(({ judgement: { verdict } }) => verdict !== 'pass' && verdict !== 'not_applicable');
  const refusing = open.filter(
    (each) => each.control.boot === 'refuse' && each.judgement.verdict !== 'unknown' && !isExcused(each, waivers),
  );
  if (refusing.length > 0) throw new StartRefused(refusing.flatMap(faultsOf));
  for (const { control, judgement } of open)
    log(controlAtStart, { control: checkName(control.id.toLowerCase()), verdict: judgement.verdict });
}

function isExcused({ control, judgement }: Judged, waivers: readonly Waiver[]): boolean {
  const { id, title, severity, remedy, maps } = control;
  const result = { id, title, severity, remedy, maps, twinCaught: true, ...judgement };
  return isWaived(result, judgeWaivers(waivers, [result], formatInstant(unixMs())));
}

function faultsOf({ control, judgement }: Judged): readonly Fault[] {
  return judgement.findings.map(({ subject, at, expected, observed }) => ({
    key: control.id,
    problem: `${control.title}: ${subject}${at === undefined ? '' : `, ${at}`} is ${observed}, not ${expected}`,
    fix: control.remedy,
  }));
}
