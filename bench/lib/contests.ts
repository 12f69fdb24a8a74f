// Loads of several gateways in turn, so that what else the machine does hits all alike, and what each did beside another.
import { setTimeout as wait } from 'node:timers/promises';
import type { Contender } from './contenders.ts';
import { type Load, runLoad } from './load.ts';
import { cpuMsOf } from './machine.ts';
import { median } from './numbers.ts';

export type Measured = Load & { /** Processor time of the process, all threads. */ readonly cpuUsPerCall: number };
/** Under the contender's name, pass by pass. */
export type Loads = ReadonlyMap<string, readonly Measured[]>;

export type Contest = {
  readonly contenders: readonly Contender[];
  readonly callers: number;
  readonly passes: number;
  readonly measuredMs: number;
};

/** Pass by pass, there and back: whoever goes first in one pass goes last in the next. */
export async function interleave({ contenders, callers, passes, measuredMs }: Contest): Promise<Loads> {
  const loads = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let pass = 0; pass < passes; pass += 1) {
    for (const contender of pass % 2 === 0 ? contenders : contenders.toReversed()) {
      loads.get(contender.name)?.push(await measure(contender, callers, measuredMs));
      await wait(150);
    }
  }
  return loads;
}

async function measure({ pid, port, whole: request }: Contender, callers: number, ms: number): Promise<Measured> {
  await runLoad({ port, request, callers, measuredMs: 500 });
  const cpuMs = cpuMsOf(pid) ?? Number.NaN;
  const load = await runLoad({ port, request, callers, measuredMs: ms });
  const usedMs = (cpuMsOf(pid) ?? Number.NaN) - cpuMs;
  return { ...load, cpuUsPerCall: (usedMs * 1_000_000) / (load.requestsPerSecond * ms) };
}

/** The median over passes of what we do of another's calls in the same pass: what else the machine does then, it does to both. */
export function shareOf(loads: Loads, name: string): number {
  const others = loads.get(name) ?? [];
  const shares = (loads.get('Holdfast') ?? []).flatMap(({ requestsPerSecond }, pass) => {
    const other = others[pass];
    return other === undefined ? [] : [requestsPerSecond / other.requestsPerSecond];
  });
  return median(shares);
}

export function medianOf(loads: Loads, name: string, pick: (load: Measured) => number): number {
  return median((loads.get(name) ?? []).map(pick));
}

export function sumFailures(loads: Loads, name: string): number {
  return (loads.get(name) ?? []).reduce((sum, { failures }) => sum + failures, 0);
}
