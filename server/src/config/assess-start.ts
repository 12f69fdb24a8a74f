// Everything that can be said about a start before it happens, in one answer for the terminal.
import { refuseSecretsInArgv } from './argv.ts';
import { judgeExposure } from './exposure.ts';
import { collectFacts, type StartFacts } from './facts.ts';
import type { Fault, Warning } from './fault.ts';
import type { Note } from './legacy.ts';
import { isAbout, loadConfig, type LoadInput } from './load.ts';
import type { Config } from './shape.ts';

/** `argv` without the program and the script. */
export type StartInput = LoadInput & {
  readonly argv: readonly string[];
  readonly nowMs: number;
  /** Faults of settings that another part of the server parses. */
  readonly inspect?: (config: Config) => readonly Fault[];
};

type Remarks = { readonly warnings: readonly Warning[]; readonly notes: readonly Note[] };
export type StartVerdict = Remarks &
  (
    | { readonly ok: true; readonly config: Config; readonly facts: StartFacts }
    | { readonly ok: false; readonly faults: readonly Fault[] }
  );

/**
 * Loads, looks at the named files and judges exposure. All faults come at once: exposure is judged on the readable part
 * of a faulty configuration too, and what only echoes a reported setting is left out.
 */
export async function assessStart({ argv, nowMs, inspect, ...input }: StartInput): Promise<StartVerdict> {
  const loaded = loadConfig(input);
  const { notes } = loaded;
  const reported = [...refuseSecretsInArgv(argv), ...(loaded.ok ? [] : loaded.faults)];
  const config = loaded.ok ? loaded.config : loaded.provisional;
  if (config === undefined) return { ok: false, faults: reported, warnings: [], notes };
  const { readFile } = input;
  const facts = await collectFacts(config, readFile === undefined ? { nowMs } : { nowMs, readFile });
  const exposure = judgeExposure(config, facts);
  const further = [...(inspect?.(config) ?? []), ...exposure.faults];
  const faults = [...reported, ...further.filter((fault) => !isAbout(fault, reported))];
  const { warnings } = exposure;
  if (loaded.ok && faults.length === 0) return { ok: true, config: loaded.config, facts, warnings, notes };
  return { ok: false, faults, warnings: warnings.filter((warning) => !isAbout(warning, reported)), notes };
}
