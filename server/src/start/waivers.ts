// The waivers of the installation: read before anything is served, and a file that cannot be read excuses nothing.
import { readFileSync } from 'node:fs';
import { formatInstant } from '@holdfast/controls/dates.ts';
import { parseWaivers, type Waiver } from '@holdfast/controls/waivers.ts';
import type { Config } from '#config.ts';
import { unixMs } from '#telemetry/clock.ts';
import { controls } from '../controls.ts';
import { refuseStart, StartRefused } from './refusal.ts';

const KEY = 'HOLDFAST_WAIVERS_FILE';
const FIX = 'Mend the entry as docs/guides/verify.md says, or remove it.';

/** Throws StartRefused with every fault of the file. */
export function readWaivers({ waiversFile }: Pick<Config, 'waiversFile'>): readonly Waiver[] {
  if (waiversFile === undefined) return [];
  const read = parseWaivers(readText(waiversFile), controls, formatInstant(unixMs()));
  if (read.ok) return read.value;
  throw new StartRefused(read.faults.map((problem) => ({ key: KEY, problem, fix: FIX })));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw refuseStart(KEY, `${path} cannot be read`, 'See that it exists and that this user may read it.', error);
  }
}
