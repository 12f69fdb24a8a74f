// The evidence of RL3: the limits that are configured, what too much of something is answered with, and a head that never ends.
import type { Observation } from '@holdfast/controls/evidence.ts';
import type { Config } from '#config.ts';
import type { AttemptLook } from '#verification/asking.ts';

export const LIMITS = 'edge.limits';
export const BODY_SIZE = 'body size';
export const HEAD_SIZE = 'head size';
export const DEPTH = 'JSON depth';
export const SLOW = 'slow head';
/** Stands for a code where nothing was answered, and the connection kept, because more was to come. */
export const WAITING = 'waiting';

export const LIMIT_NAMES = [
  'bodyBytesMax',
  'streamBodyBytesMax',
  'headerBytesMax',
  'headerTimeoutSeconds',
  'requestTimeoutSeconds',
  'keepAliveSeconds',
  'connectionsMax',
] as const;
export type Limits = Pick<Config['limits'], (typeof LIMIT_NAMES)[number]>;

export type SizeFacts = {
  /** Whether it was too much of something, or its small counterpart. */
  readonly isLarge: boolean;
  /** 0 where the connection broke off without an answer. */
  readonly status: number;
  readonly code: string | null;
};

export type SlowFacts = {
  /** Whether there was time enough to see the end of the connection. */
  readonly isWatched: boolean;
  readonly isCut: boolean;
  /** How somebody else was answered meanwhile. */
  readonly status: number;
};

export function observeLimits(limits: Limits): Observation {
  const data = Object.fromEntries(LIMIT_NAMES.map((name) => [name, limits[name]]));
  return {
    kind: LIMITS,
    subject: 'the limits of the edge',
    at: 'configuration',
    data,
    vantage: 'host',
    ttlSeconds: 3_600,
  };
}

export function sizeLook(subject: string, at: string, facts: SizeFacts): AttemptLook {
  return { subject, at, facts: { role: 'size', ...facts } };
}

export function slowLook(facts: SlowFacts): AttemptLook {
  return { subject: 'a head that never ends', at: SLOW, facts: { role: 'slow', ...facts } };
}
