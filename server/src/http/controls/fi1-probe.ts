// Sends FI1's wrong input: to one route in every way beside a right request, and to every operation with unknown parts.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import { membersOf, sealAttempt } from '#verification/asking.ts';
import type { Operation, Tenant, Tenants, Web } from '#verification/instance.ts';
import { type InputFacts, inputLook, UNKNOWN } from './fi1-fixtures.ts';

export type InputTarget = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly operations?: readonly Operation[];
};

const KEYS = '/api/v1/api-keys';
const NEW_KEY = { name: 'input probe', scopes: ['models:use'], expiresInDays: 1 } as const;
const TEXT_CHARACTERS_MAX = 4_000;
const MUTATING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

type Trial = {
  readonly name: string;
  readonly path?: string;
  readonly type?: string;
  readonly body: string;
  readonly unknownIn?: readonly string[];
};

const WRONG: readonly Trial[] = [
  { name: 'text that is no JSON', body: '{"name":' },
  { name: 'a wrong type', body: JSON.stringify({ ...NEW_KEY, name: 5 }) },
  { name: 'an unknown field', body: JSON.stringify({ ...NEW_KEY, [UNKNOWN]: true }), unknownIn: ['body'] },
  { name: 'an unknown parameter', path: `${KEYS}?${UNKNOWN}=1`, body: JSON.stringify(NEW_KEY), unknownIn: ['query'] },
  { name: 'a type that is no JSON', type: 'text/plain', body: JSON.stringify(NEW_KEY) },
  { name: 'a list', body: JSON.stringify([NEW_KEY]) },
];
/** The wrong ones and the right one. */
export const TRIED = WRONG.length + 1;

type Sent = { readonly name: string; readonly role: InputFacts['role']; readonly reply: HttpReply } & Pick<
  InputFacts,
  'unknownIn'
>;

export async function seeInputs(
  { web, tenants, operations = [] }: InputTarget,
  tools: ProbeTools,
): Promise<readonly Evidence[]> {
  if (web === undefined || tenants === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const [right, ...wrong] = await Promise.all([
    sendKey(web, one, { name: 'a right request', body: JSON.stringify(NEW_KEY) }, tools),
    ...WRONG.map((trial) => sendKey(web, one, trial, tools)),
  ]);
  const swept = await Promise.all(operations.filter(isSwept).map((operation) => sweep(web, one, operation, tools)));
  const typeStatusOf = openTypes(web, tools);
  return Promise.all(
    [{ ...right, role: 'good' as const }, ...wrong, ...swept].map(async ({ name, role, reply, unknownIn }) => {
      const typeStatus = await typeStatusOf(reply);
      const [contentType = ''] = reply.valuesOf('content-type');
      // What a right request is answered with holds the key it made.
      const text = role === 'good' || reply.status < 300 ? '' : readText(reply);
      const facts = { role, status: reply.status, contentType, text, unknownIn, typeStatus };
      return sealAttempt(web, inputLook(name, facts), tools);
    }),
  );
}

/** A key that was made, rightly or not, is revoked at once. */
async function sendKey(web: Web, tenant: Tenant, trial: Trial, tools: ProbeTools): Promise<Sent> {
  const { name, path = KEYS, type = 'application/json', body, unknownIn = [] } = trial;
  const reply = await send(web, tenant, { method: 'POST', path, headers: [['Content-Type', type]], body }, tools);
  const { id } = membersOf(reply);
  if (reply.status < 300 && typeof id === 'string') {
    await send(web, tenant, { method: 'DELETE', path: `${KEYS}/${id}` }, tools);
  }
  return { name, role: 'bad', reply, unknownIn };
}

/** Protocols of others have schemas of others. A sign-out that is taken would end the session that asks. */
function isSwept({ id, path }: Operation): boolean {
  return path.startsWith('/api/v1/') && id !== 'session.delete';
}

async function sweep(web: Web, tenant: Tenant, { id, method, path }: Operation, tools: ProbeTools): Promise<Sent> {
  const hasBody = MUTATING.has(method);
  const request = { method, path: `${path.replaceAll(/:\w+|\*$/g, UNKNOWN)}?${UNKNOWN}=1` };
  const reply = await send(
    web,
    tenant,
    hasBody
      ? { ...request, headers: [['Content-Type', 'application/json']], body: JSON.stringify({ [UNKNOWN]: true }) }
      : request,
    tools,
  );
  return { name: id, role: 'swept', reply, unknownIn: hasBody ? ['query', 'body'] : ['query'] };
}

function send(web: Web, { cookie }: Tenant, request: HttpRequest, tools: ProbeTools): Promise<HttpReply> {
  const headers = [['Origin', web.origin] as const, ['Cookie', cookie] as const, ...(request.headers ?? [])];
  return web.ask({ ...request, headers }, tools.signal);
}

/** Asks for the page of each type once; one at another origin is none of ours. */
function openTypes(web: Web, tools: ProbeTools): (reply: HttpReply) => Promise<number> {
  const asked = new Map<string, Promise<number>>();
  return async (reply) => {
    const { type } = membersOf(reply);
    const url = typeof type === 'string' ? URL.parse(type) : null;
    if (url === null || url.origin !== web.origin) return 0;
    const found = asked.get(url.href) ?? web.ask({ path: url.pathname }, tools.signal).then(({ status }) => status);
    asked.set(url.href, found);
    return found;
  };
}

/** The id of a request is another one every time. */
function readText({ body }: HttpReply): string {
  return body.slice(0, TEXT_CHARACTERS_MAX).replace(/("requestId":")[^"]+"/, '$1id"');
}
