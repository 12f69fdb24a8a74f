// A start that must not happen: what is wrong and what to do, for one screen; the process then exits with 78 (EX_CONFIG).
import type { Fault } from '#config.ts';

export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map((fault) => `${fault.key}: ${fault.problem}`).join('\n'), options);
    this.faults = faults;
  }
}

export function refuseStart(key: string, problem: string, fix: string, cause?: unknown): StartRefused {
  return new StartRefused([{ key, problem, fix }], { cause });
}
