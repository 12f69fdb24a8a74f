// What weakens this very process now: the start has refused it, but libraries may change the environment while it runs.
import { readEnvironment } from './environment.ts';
import type { Fault } from './fault.ts';
import { findDangerousSwitches } from './process-switches.ts';

/** Variables as they stand now, and the flags that Node was called with, which act like those in `NODE_OPTIONS`. */
export function findLiveSwitches(): readonly Fault[] {
  const env = readEnvironment();
  return findDangerousSwitches({ ...env, NODE_OPTIONS: [env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ') });
}
