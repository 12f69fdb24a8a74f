// Requests of the organizations that exist to be probed, in the two ways an owner asks: with a session, and with a key.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { EXCHANGE } from '#verification/exchange.ts';
import type { Tenant, Tenants, Web } from '#verification/instance.ts';

/** What controls need that act as somebody. */
export type TenantsTarget = { readonly web?: Web; readonly tenants?: Pick<Tenants, 'open'> };

/** Whose a request is: a session's, a key's, or nobody's. */
export type Caller = { readonly tenant: Tenant; readonly by: 'session' | 'key' } | undefined;

export type Asked = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: object;
  readonly from?: string | undefined;
};

/** A request with the credential of its caller; mutations by session say which page they come from. */
export function requestOf(web: Pick<Web, 'origin'>, caller: Caller, asked: Asked): HttpRequest {
  const { method = 'GET', path, headers = [], body, from } = asked;
  return {
    method,
    path,
    headers: [
      ...credentialOf(web, caller),
      ...(body === undefined ? [] : ([['Content-Type', 'application/json']] as const)),
      ...headers,
    ],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(from === undefined ? {} : { from }),
  };
}

function credentialOf(
  { origin }: Pick<Web, 'origin'>,
  caller: Caller,
): readonly (readonly [name: string, value: string])[] {
  if (caller === undefined) return [];
  const { tenant, by } = caller;
  if (by === 'key') return [['Authorization', `Bearer ${tenant.key}`]];
  return [
    ['Cookie', tenant.cookie],
    ['Origin', origin],
  ];
}

/** The members of a JSON reply; none where it is no JSON object, which no judge takes for good. */
export function membersOf({ body }: Pick<HttpReply, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** The items of a page; none where there is no list. */
export function itemsOf(reply: Pick<HttpReply, 'body'>): readonly Readonly<Record<string, unknown>>[] {
  const { items } = membersOf(reply);
  if (!Array.isArray(items)) return [];
  return items.filter((item) => typeof item === 'object' && item !== null);
}

/** What came of a request made as somebody, in words that stay the same from run to run: no ids, no credentials. */
export type Seen = {
  readonly subject: string;
  readonly at: string;
  readonly reply: Pick<HttpReply, 'status'>;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly reproduce: string;
};

/** Asking as somebody costs sign-ins, and leaves entries in the log. */
export const TENANTS_TTL_SECONDS = 3_600;

export function sealSeen(web: Pick<Web, 'vantage'>, tools: Pick<ProbeTools, 'evidence'>, seen: Seen): Evidence {
  const { subject, at, reply, facts, reproduce } = seen;
  return tools.evidence({
    kind: EXCHANGE,
    subject,
    at,
    data: { status: reply.status, ...facts },
    vantage: web.vantage,
    ttlSeconds: TENANTS_TTL_SECONDS,
    reproduce,
  });
}
