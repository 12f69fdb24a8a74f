// Enters an organization that exists to be probed, over HTTP as any owner would: a session, a key, and an end to both.
import type { HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { Tenant, Web } from './instance.ts';

export type Entered = { readonly tenant: Tenant; readonly leave: () => Promise<void> };

type Owner = { readonly email: string; readonly password: string };

const KEY = { name: 'probe', scopes: ['models:use', 'audit:read'], expiresInDays: 1 } as const;
/** The run may be over because its time is; leaving has time of its own. */
const LEAVING_MS = 3_000;

/** Signs in and makes a key. Throws when the instance does not let its own probe in. */
export async function enterTenant(web: Web, { email, password }: Owner, signal: AbortSignal): Promise<Entered> {
  const from = web.freshAddress();
  const request = (method: string, path: string, cookie: string | undefined, body?: object): HttpRequest => ({
    method,
    path,
    headers: [
      ['Origin', web.origin],
      ...(cookie === undefined ? [] : ([['Cookie', cookie]] as const)),
      ...(body === undefined ? [] : ([['Content-Type', 'application/json']] as const)),
    ],
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(from === undefined ? {} : { from }),
  });
  const signedIn = await demand(web, request('POST', '/api/v1/session', undefined, { email, password }), signal);
  const cookie = signedIn.valuesOf('set-cookie')[0]?.split(';')[0] ?? '';
  const session = await demand(web, request('GET', '/api/v1/session', cookie), signal);
  const made = await demand(web, request('POST', '/api/v1/api-keys', cookie, KEY), signal);
  const shown = readObject(made.body);
  const keyId = textAt(shown, 'id');
  return {
    tenant: {
      organizationId: textAt(readPart(readObject(session.body), 'organization'), 'id'),
      email,
      password,
      cookie,
      key: textAt(shown, 'key'),
      keyId,
    },
    leave: async () => {
      // What cannot be ended now ends by itself: the key within a day, the session when it is idle.
      const end = (path: string): Promise<unknown> =>
        web.ask(request('DELETE', path, cookie), AbortSignal.timeout(LEAVING_MS)).catch(() => undefined);
      await end(`/api/v1/api-keys/${keyId}`);
      await end('/api/v1/session');
    },
  };
}

async function demand(web: Web, request: HttpRequest, signal: AbortSignal) {
  const reply = await web.ask(request, signal);
  if (reply.status >= 300) {
    throw new Error(`the probe's own ${request.method ?? 'GET'} ${request.path} was answered with ${reply.status}`);
  }
  return reply;
}

type Json = Readonly<Record<string, unknown>>;

function readObject(text: string): Json {
  return JSON.parse(text) as Json;
}

function readPart(value: Json, name: string): Json {
  return (value[name] ?? {}) as Json;
}

function textAt(value: Json, name: string): string {
  const found = value[name];
  if (typeof found !== 'string') throw new TypeError(`the reply to the probe has no ${name}`);
  return found;
}
