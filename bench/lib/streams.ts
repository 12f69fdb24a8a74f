// Event streams under load: how many at once arrive clean, by one definition for every contender.
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { openConnection } from './http-client.ts';
import { percentile } from './numbers.ts';
import { EVENTS, FRAMES, PACE_MS } from './workload.ts';

/** Clean: every event arrives and no two pieces are further apart than this. */
export const STALL_MS = 10 * PACE_MS;
/** Of the streams of a level, so many may be unclean. */
export const UNCLEAN_SHARE_MAX = 0.001;
const ROUNDS = 2;

export type StreamLevel = {
  readonly streams: number;
  readonly clean: number;
  readonly total: number;
  readonly firstEventP99Ms: number;
  readonly gapP99Ms: number;
};

type Watched = {
  readonly events: number;
  readonly firstMs: number;
  readonly gapsMs: readonly number[];
  readonly status: number;
};

/**
 * Holds `streams` open for the length of one: they begin evenly spread over it, and each is followed by another, so that
 * openings go on while the others flow.
 */
export async function runStreams(port: number, request: Buffer, streams: number): Promise<StreamLevel> {
  const lengthMs = FRAMES * PACE_MS;
  const slot = async (_: unknown, at: number): Promise<readonly Watched[]> => {
    await wait((at * lengthMs) / streams);
    const seen: Watched[] = [];
    for (let round = 0; round < ROUNDS; round += 1) seen.push(await watchStream(port, request));
    return seen;
  };
  const watched = (await Promise.all(Array.from({ length: streams }, slot))).flat();
  return {
    streams,
    clean: watched.filter(isClean).length,
    total: watched.length,
    firstEventP99Ms: percentile(
      watched.map(({ firstMs }) => firstMs),
      0.99,
    ),
    gapP99Ms: percentile(
      watched.flatMap(({ gapsMs }) => gapsMs),
      0.99,
    ),
  };
}

export function isLevelClean({ clean, total }: StreamLevel): boolean {
  return total - clean <= total * UNCLEAN_SHARE_MAX;
}

function isClean({ events, gapsMs, status }: Watched): boolean {
  return status === 200 && events === EVENTS && gapsMs.every((gapMs) => gapMs <= STALL_MS);
}

async function watchStream(port: number, request: Buffer): Promise<Watched> {
  using connection = openConnection(port);
  const gapsMs: number[] = [];
  const sentMs = performance.now();
  let events = 0;
  let lastMs = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let endsInBreak = false;
  const onBody = (piece: Buffer): void => {
    const now = performance.now();
    if (lastMs === 0) firstMs = now - sentMs;
    else gapsMs.push(now - lastMs);
    lastMs = now;
    // An event ends with an empty line, which two pieces may share.
    for (const byte of piece) {
      const isBreak = byte === 0x0a;
      if (isBreak && endsInBreak) events += 1;
      endsInBreak = isBreak && !endsInBreak;
    }
  };
  const status = await connection.ask(request, onBody).then(
    (reply) => reply.status,
    () => 0,
  );
  return { events, firstMs, gapsMs, status };
}
