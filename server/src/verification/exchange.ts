// Evidence of one request and its reply: what a control asked to see of it, and the command that shows the same.
import type { ProbeTools, StartedTwin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import { startHttpTwin, type TwinAnswers } from '@holdfast/controls/twins/http.ts';
import { twinOf } from '@holdfast/controls/twins/sockets.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Web } from './instance.ts';
import { openWeb } from './web.ts';

/** Header names map to every value that came, a line each. */
export type SeenHeaders = Readonly<Record<string, readonly string[]>>;

export type ExchangeFacts = {
  readonly status: number;
  readonly isSecure: boolean;
  readonly headers: SeenHeaders;
};

export type ExchangeLook = {
  readonly request: HttpRequest;
  /** Names of the reply's headers to keep, lower-case. */
  readonly headers: readonly string[];
  /** What to keep of a header that differs from reply to reply, by its name; the rest would be drift that is none. */
  readonly keep?: Readonly<Record<string, (value: string) => string>>;
  /** Where a finding points unless its judge says otherwise. */
  readonly at: string;
  /** What it is called; `GET /path` unless told. Never the credential. */
  readonly subject?: string;
  /** Further facts out of the reply. */
  readonly facts?: (reply: HttpReply) => Readonly<Record<string, JsonValue>>;
  readonly ttlSeconds?: number;
};

export const EXCHANGE = 'http.exchange';
/** Five minutes. */
const TTL_SECONDS = 300;

/** Asks and seals what came back. Rejects when no whole reply came. */
export async function lookAt(web: Web, look: ExchangeLook, tools: ProbeTools): Promise<Evidence> {
  const { request, headers, at, subject = subjectOf(request), facts, keep = {}, ttlSeconds = TTL_SECONDS } = look;
  const reply = await web.ask(request, tools.signal);
  return tools.evidence({
    kind: EXCHANGE,
    subject,
    at,
    data: { ...dataOf(reply, headers, keep), ...facts?.(reply) },
    vantage: web.vantage,
    ttlSeconds,
    reproduce: `curl -sk -o /dev/null -D - -X ${request.method ?? 'GET'} '${web.origin}${request.path}'`,
  });
}

function dataOf(
  reply: HttpReply,
  names: readonly string[],
  keep: NonNullable<ExchangeLook['keep']>,
): Readonly<Record<string, JsonValue>> {
  const valuesOf = (name: string): readonly string[] => reply.valuesOf(name).map(keep[name] ?? ((value) => value));
  return {
    status: reply.status,
    isSecure: reply.tls !== undefined,
    headers: Object.fromEntries(names.map((name) => [name, valuesOf(name)])),
  };
}

function subjectOf({ method = 'GET', path }: HttpRequest): string {
  return `${method} ${path}`;
}

/** The evidence of an exchange for fixtures, as seen from inside over plain HTTP unless told. */
export function exchangeFixture(
  subject: string,
  at: string,
  facts: Partial<ExchangeFacts> & Readonly<Record<string, JsonValue>>,
): Evidence {
  return fixtureEvidence({
    kind: EXCHANGE,
    subject,
    at,
    data: { status: 200, isSecure: false, headers: {}, ...facts },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  });
}

/** A broken twin that is a listener answering by a table, as a target whose `web` it is. */
export async function startWebTwin(answers: TwinAnswers): Promise<StartedTwin<{ readonly web: Web }>> {
  const server = await startHttpTwin({ answers });
  return twinOf(server, { web: openWeb({ origin: server.url }, { vantage: 'inside', isLocal: true }) });
}
