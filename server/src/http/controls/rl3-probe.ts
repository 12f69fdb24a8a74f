// Sends too much of everything for RL3, beside small counterparts, and holds a connection with a head that never ends.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpRequest } from '@holdfast/controls/probes/http.ts';
import { holdHead } from '@holdfast/controls/probes/slow.ts';
import { codeOf, sealAttempt } from '#verification/asking.ts';
import type { Host, Web } from '#verification/instance.ts';
import {
  BODY_SIZE,
  DEPTH,
  HEAD_SIZE,
  type Limits,
  type SizeFacts,
  sizeLook,
  slowLook,
  WAITING,
} from './rl3-evidence.ts';

export type SizeTarget = {
  readonly web?: Web;
  readonly host?: Pick<Host, 'bound'>;
  readonly config?: { readonly limits: Limits };
};

type Trial = { readonly name: string; readonly at: string; readonly isLarge: boolean; readonly request: HttpRequest };

/** Everybody may send a body there. */
const PATH = '/api/v1/session';
const JSON_TYPE = ['Content-Type', 'application/json'] as const;
const GIGABYTE = String(2 ** 30);
/** More than anybody may send who has not proved who they are. */
const LARGE_BYTES = 262_144;
/** More than any head may be. */
const HEAD_BYTES = 70_000;
const DEPTH_LEVELS = 10_000;

const send = (body: string, ...headers: readonly (readonly [string, string])[]): HttpRequest => ({
  method: 'POST',
  path: PATH,
  headers: [JSON_TYPE, ...headers],
  body,
});

const TRIALS: readonly Trial[] = [
  { name: 'a small body', at: BODY_SIZE, isLarge: false, request: send('{}') },
  { name: 'a small head', at: HEAD_SIZE, isLarge: false, request: { path: '/health/live' } },
  {
    name: 'a body of a gigabyte, announced',
    at: BODY_SIZE,
    isLarge: true,
    request: send('', ['Content-Length', GIGABYTE]),
  },
  {
    name: 'a large body, unannounced',
    at: BODY_SIZE,
    isLarge: true,
    request: send(`{"email":"${'x'.repeat(LARGE_BYTES)}"}`, ['Transfer-Encoding', 'chunked']),
  },
  {
    name: 'a large head',
    at: HEAD_SIZE,
    isLarge: true,
    request: { path: '/health/live', headers: [['X-Filler', 'x'.repeat(HEAD_BYTES)]] },
  },
  { name: 'deep JSON', at: DEPTH, isLarge: true, request: send('['.repeat(DEPTH_LEVELS) + ']'.repeat(DEPTH_LEVELS)) },
];
export const SIZES_TRIED = TRIALS.length;

/** A refusal comes at once; who waits longer for what was announced means to take it. */
const ANSWER_MS_MAX = 1_500;

export function trySizes(web: Web, tools: ProbeTools): Promise<readonly Evidence[]> {
  return Promise.all(
    TRIALS.map(async ({ name, at, isLarge, request }) => {
      const answered = isLarge ? await tryLarge(web, request, tools.signal) : await ask(web, request, tools.signal);
      return sealAttempt(web, sizeLook(name, at, { isLarge, ...answered }), tools);
    }),
  );
}

type Answered = Pick<SizeFacts, 'status' | 'code'>;

async function ask(web: Web, request: HttpRequest, signal: AbortSignal): Promise<Answered> {
  const reply = await web.ask(request, signal);
  return { status: reply.status, code: codeOf(reply) };
}

async function tryLarge(web: Web, request: HttpRequest, signal: AbortSignal): Promise<Answered> {
  const late = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    return await ask(web, request, AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { status: 0, code: WAITING };
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A server may hang up on what is too much; that is no refusal that anybody could rely on.
    if (code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
    return { status: 0, code: null };
  }
}

/** The server looks every second, so a slow head is cut at most a second after its time. */
const WATCH_FACTOR = 2.5;
/** A longer time than this is not waited for; the configuration speaks for it. */
const WATCHED_MS_MAX = 3_000;
const GLANCE_MS = 100;

export async function holdSlowHead({ web, host, config }: SizeTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const socket = host?.bound().find(({ purpose }) => purpose === 'public');
  if (web === undefined || config === undefined || socket === undefined) return [];
  const neededMs = config.limits.headerTimeoutSeconds * 1_000 * WATCH_FACTOR;
  const isWatched = neededMs <= WATCHED_MS_MAX;
  // An unspecified address is no place to connect to; loopback is one of those it stands for.
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[socket.address] ?? socket.address;
  const { isCut, seen } = await holdHead(
    { origin: web.origin, connectTo: { host: address, port: socket.port } },
    {
      waitMs: isWatched ? neededMs : GLANCE_MS,
      meanwhile: () => web.ask({ path: '/health/live' }, tools.signal),
    },
    tools.signal,
  );
  return [sealAttempt(web, slowLook({ isWatched, isCut, status: seen.status }), tools)];
}
