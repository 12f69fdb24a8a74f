// The evidence of TR5: how pages of one origin are answered, in ordinary replies, refusals and preflights.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { Web } from '#verification/instance.ts';

export const ORIGIN = 'cors.origin';
export const GRANT = 'header access-control-allow-origin';
const TTL_SECONDS = 3_600;

export type CorsReply = {
  readonly name: 'page' | 'refusal' | 'preflight';
  readonly status: number;
  /** Values of Access-Control-Allow-Origin, a line each; the others likewise. */
  readonly origins: readonly string[];
  readonly credentials: readonly string[];
  readonly headers: readonly string[];
  readonly vary: readonly string[];
};

export type OriginFacts = {
  readonly origin: string;
  /** listed: configured to be answered · own: the instance's · foreign: anybody else's. */
  readonly role: 'listed' | 'own' | 'foreign';
  /** Whether any origin is listed, so that replies differ by origin. */
  readonly hasList: boolean;
  readonly replies: readonly CorsReply[];
};

const ASKED: readonly (readonly [CorsReply['name'], HttpRequest])[] = [
  ['page', { path: '/health/live' }],
  ['refusal', { path: '/v1/models' }],
  [
    'preflight',
    {
      method: 'OPTIONS',
      path: '/api/v1/session',
      headers: [
        ['Access-Control-Request-Method', 'POST'],
        ['Access-Control-Request-Headers', 'content-type,x-request-id'],
      ],
    },
  ],
];

export type Asking = { readonly name: string; readonly origin: string } & Pick<OriginFacts, 'role' | 'hasList'>;

export async function seeOrigin(web: Web, { name, ...asking }: Asking, tools: ProbeTools): Promise<Evidence> {
  const replies = await Promise.all(
    ASKED.map(async ([reply, { headers = [], ...request }]) => {
      const asked = { ...request, headers: [['Origin', asking.origin] as const, ...headers] };
      return readReply(reply, await web.ask(asked, tools.signal));
    }),
  );
  const reproduce = `curl -sk -o /dev/null -D - -H 'Origin: ${asking.origin}' '${web.origin}/health/live'`;
  return tools.evidence({ ...observeOrigin(name, { ...asking, replies }), vantage: web.vantage, reproduce });
}

export function observeOrigin(name: string, facts: OriginFacts): Observation {
  return { kind: ORIGIN, subject: name, at: GRANT, data: facts, vantage: 'inside', ttlSeconds: TTL_SECONDS };
}

function readReply(name: CorsReply['name'], reply: HttpReply): CorsReply {
  const read = (header: string): readonly string[] => reply.valuesOf(`access-control-allow-${header}`);
  return {
    name,
    status: reply.status,
    origins: read('origin'),
    credentials: read('credentials'),
    headers: read('headers'),
    vary: reply.valuesOf('vary'),
  };
}
