// Asks for what SF1 lists: of the running client, and of one of the same code that may reach a server of the probe's own.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import { startHttpTwin, type TwinAnswers } from '@holdfast/controls/twins/http.ts';
import type { Config } from '#config.ts';
import { parseAllowList, parseDenyList } from '../allow-list.ts';
import { defaultLimits } from '../limits.ts';
import { createOutbound, type Outbound, type OutboundReply } from '../outbound.ts';
import type { OutboundFailure } from '../reasons.ts';
import { type Attempt, badAttempts, goodAttempts, liveAttempts, probeNames } from './sf1-attempts.ts';

export type OutboundTarget = {
  readonly outbound?: Pick<Outbound, 'fetch'>;
  readonly config?: { readonly outbound: Pick<Config['outbound'], 'allow' | 'deny' | 'proxy'> };
  /** How a client of the same code is made; a broken twin makes another. */
  readonly makeClient?: typeof createOutbound;
};

export const CLIENT = 'outbound.client';
export const RULES = 'outbound.rules';
export const TTL_SECONDS = 300;

/** As judges read it: `accepted 200`, the reason of a refusal, or the reason and that something had been sent by then. */
export function describeAnswer(reply: OutboundReply | OutboundFailure): string {
  if (reply.ok) return `accepted ${reply.status}`;
  return reply.sent ? `${reply.reason} after sending` : reply.reason;
}

export async function probeOutbound(target: OutboundTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { outbound, config, makeClient = createOutbound } = target;
  if (outbound === undefined || config === undefined) return [];
  await using stage = await openStage();
  const { ports, reached } = stage;
  await using second = makeClient({
    allow: listOf(`127.0.0.1:${ports.LISTED}`),
    resolver: async ({ name }) => ({
      ok: true,
      answers: (probeNames[name] ?? []).map((address) => ({ address, ttlSeconds: 0 })),
    }),
  });
  const ask = async (client: Pick<Outbound, 'fetch'>, attempts: readonly Attempt[]) => {
    const answers = attempts.map(async ({ name, url, request }) => {
      const reply = await client.fetch({
        ...request,
        tenant: 'probe',
        url: url.replaceAll(/LISTED|INSIDE/g, (server) => String(ports[server as keyof typeof ports])),
        signal: tools.signal,
      });
      return [name, describeAnswer(reply)] as const;
    });
    return Object.fromEntries(await Promise.all(answers));
  };
  const [live, pair] = await Promise.all([ask(outbound, liveAttempts), ask(second, [...goodAttempts, ...badAttempts])]);
  return [
    clientObservation('the running client', live, reached('/live')),
    clientObservation('a client of the same code', pair, reached('/pair')),
    rulesObservation(config.outbound),
  ].map(tools.evidence);
}

/** `reached`: requests that came through to the server nobody listed. */
export function clientObservation(
  subject: string,
  answers: Readonly<Record<string, string>>,
  reached: number,
): Observation {
  return {
    kind: CLIENT,
    subject,
    at: 'outbound policy',
    data: { answers, reached },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    reproduce: 'holdfast verify --only SF1',
  };
}

function rulesObservation({ allow, deny, proxy }: NonNullable<OutboundTarget['config']>['outbound']): Observation {
  const denied = parseDenyList(deny);
  const { bodyBytesMax, totalMs, redirectsMax } = defaultLimits;
  return {
    kind: RULES,
    subject: "the operator's list and the caps",
    at: 'HOLDFAST_OUTBOUND_ALLOW',
    data: {
      allow: listOf(allow).describe(),
      deny: denied.ok ? denied.ranges.map(({ text }) => text) : ['unreadable'],
      proxy: proxy === undefined ? null : new URL(proxy.url).origin,
      bodyBytesMax,
      totalMs,
      redirectsMax,
    },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    reproduce: 'holdfast config check',
  };
}

/** A server that started has parsed its own list; one that cannot be read now is a look that failed. */
function listOf(text: string) {
  const parsed = parseAllowList(text);
  if (!parsed.ok) throw new Error('the list of allowed targets cannot be read');
  return parsed.list;
}

/** Two servers on loopback, of which one may be reached; and how often the other was, by path. */
async function openStage() {
  const hits = new Map<string, number>();
  await using opened = new AsyncDisposableStack();
  const inside = opened.use(
    await startHttpTwin({
      answers: {
        '*': ({ path }) => {
          hits.set(path, (hits.get(path) ?? 0) + 1);
          return { status: 200 };
        },
      },
    }),
  );
  const listed = opened.use(await startHttpTwin({ answers: listedAnswers }));
  const rest = opened.move();
  return {
    ports: { INSIDE: inside.port, LISTED: listed.port },
    reached: (path: string): number => hits.get(path) ?? 0,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

const listedAnswers: TwinAnswers = {
  'GET /ok': { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' },
  'GET /long': { status: 200, body: 'x'.repeat(4096) },
  'GET /hang': 'hang',
  'GET /again': { status: 302, headers: { location: '/again' } },
  'GET /to': ({ path }) => ({
    status: 302,
    headers: { location: new URL(path, 'http://localhost').searchParams.get('where') ?? '' },
  }),
};
