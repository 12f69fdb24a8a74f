// Requests that probes try for real, as a program that calls the API makes them, and the evidence of how they were answered.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Web } from './instance.ts';

export type Asked = {
  /** GET unless told. */
  readonly method?: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly cookie?: string;
  /** Sent as a bearer credential. */
  readonly key?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** As from `freshAddress`. */
  readonly from?: string | undefined;
};

/** One request, with the Origin that a page of the instance would send. Rejects when no whole reply came. */
export function askAs(web: Web, asked: Asked, signal: AbortSignal): Promise<HttpReply> {
  const { method, path, body, cookie, key, headers = [], from } = asked;
  const request: HttpRequest = {
    ...(method === undefined ? {} : { method }),
    path,
    headers: [
      ['Origin', web.origin],
      ...(cookie === undefined ? [] : [['Cookie', cookie] as const]),
      ...(key === undefined ? [] : [['Authorization', `Bearer ${key}`] as const]),
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
      ...headers,
    ],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(from === undefined ? {} : { from }),
  };
  return web.ask(request, signal);
}

/** The members of a JSON object in a reply; none where it is something else. */
export function membersOf({ body }: Pick<HttpReply, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The code of a problem, also in the form of OpenAI; null where there is none. */
export function codeOf(reply: Pick<HttpReply, 'body'>): string | null {
  const { code, error } = membersOf(reply);
  const inner = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const found = code ?? inner;
  return typeof found === 'string' ? found : null;
}

/** The cookie of a reply as it is sent back; undefined when none is set, or an empty one. */
export function cookieOf(reply: Pick<HttpReply, 'valuesOf'>): string | undefined {
  const [pair = ''] = (reply.valuesOf('set-cookie')[0] ?? '').split(';');
  return pair.indexOf('=') > 0 && !pair.endsWith('=') ? pair : undefined;
}

/** Something tried over HTTP, once or several times, in facts of the control's own choice. */
export const ATTEMPT = 'http.attempt';
/** An hour: what is tried for real costs the instance something. */
const TTL_SECONDS = 3_600;

export type AttemptLook = {
  /** Never a credential. */
  readonly subject: string;
  readonly at: string;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly volatile?: readonly string[];
  readonly reproduce?: string;
};

export function sealAttempt(web: Pick<Web, 'vantage'>, look: AttemptLook, tools: ProbeTools): Evidence {
  const { subject, at, facts, volatile, reproduce } = look;
  return tools.evidence({
    kind: ATTEMPT,
    subject,
    at,
    data: facts,
    vantage: web.vantage,
    ttlSeconds: TTL_SECONDS,
    ...(volatile === undefined ? {} : { volatile }),
    ...(reproduce === undefined ? {} : { reproduce }),
  });
}

/** The same for fixtures, as seen from inside. */
export function attemptFixture({ subject, at, facts, volatile }: AttemptLook): Evidence {
  return fixtureEvidence({
    kind: ATTEMPT,
    subject,
    at,
    data: facts,
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    ...(volatile === undefined ? {} : { volatile }),
  });
}
