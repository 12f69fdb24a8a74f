// Secrets put wherever a program could put them, by right or by mistake, and how they would look in a log.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { encodeBase64, encodeBase64Url, encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { newSecretBytes, randomBytes } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { type Asked, askAs, membersOf } from '#verification/asking.ts';
import type { Tenant, Web } from '#verification/instance.ts';

export type Canary = { readonly name: string; readonly text: string };

/** Where secrets were put, with the status of the reply. */
export type Use = { readonly place: string; readonly status: number };

/** Enough of a secret's end that nothing else ends so; its beginning may be public, such as the id in a key. */
const TAIL = 20;

/** The tenant's own secrets, and one that a provider would have; none of these is recognized by its form but the key. */
export function canariesOf(tenant: Tenant): readonly Canary[] {
  return [
    { name: 'the API key', text: tenant.key },
    { name: 'the password', text: tenant.password },
    { name: 'the session token', text: tenant.cookie.slice(tenant.cookie.indexOf('=') + 1) },
    { name: 'the secret of a provider', text: `canary-${randomText()}` },
  ];
}

function randomText(): string {
  return encodeBase64Url(reveal(newSecretBytes(32), 'probe.canary'));
}

/** Names of the canaries that stand in any of the texts: plain, encoded, or their end alone. */
export function findCanaries(canaries: readonly Canary[], texts: readonly string[]): readonly string[] {
  return canaries
    .filter(({ text }) => formsOf(text).some((form) => texts.some((each) => each.includes(form))))
    .map(({ name }) => name);
}

function formsOf(text: string): readonly string[] {
  const bytes = encodeUtf8(text);
  const tail = text.slice(-TAIL);
  // Base64 of something in front of it begins anew every three bytes; a middle of it is the same for one of three shifts.
  const shifted = ['', 'x', 'xx'].map((front) => encodeBase64(encodeUtf8(`${front}${text}`)).slice(4, -4));
  return [tail, encodeURIComponent(tail), encodeHex(bytes).slice(-2 * TAIL), ...shifted];
}

type Placing = { readonly web: Web; readonly tenant: Tenant; readonly marker: string; readonly tools: ProbeTools };

/** Puts every canary to every place; `marker` is the request id of all. What is made is taken away again. */
export async function useCanaries(placing: Placing, canaries: readonly Canary[]): Promise<readonly Use[]> {
  const { web, tenant, marker, tools } = placing;
  const from = web.freshAddress();
  const [key = '', password = '', token = '', secret = ''] = canaries.map(({ text }) => text);
  const ask = (asked: Asked) => {
    const headers = [['X-Request-ID', marker] as const, ...(asked.headers ?? [])];
    return askAs(web, { ...asked, headers, from }, tools.signal);
  };
  const use = async (place: string, asked: Asked): Promise<Use> => ({ place, status: (await ask(asked)).status });
  const { cookie } = tenant;
  const misplaced = await Promise.all([
    use('a query', { path: `/api/v1/api-keys?limit=${key}&token=${token}`, cookie }),
    use('a parameter', { path: `/api/v1/api-keys/${key}`, cookie }),
    use('a path', { path: `/${password}/${token}/${secret}` }),
    use('headers', {
      path: '/api/v1/session',
      cookie,
      headers: [
        ['User-Agent', `probe ${key} ${secret}`],
        ['Referer', `https://probe.invalid/?token=${token}`],
        ['If-Match', `"${secret}"`],
        ['X-Canary', password],
      ],
    }),
    use('a wrong scheme', {
      path: '/v1/models',
      headers: [['Authorization', `Basic ${encodeBase64(encodeUtf8(`${tenant.email}:${password}`))}`]],
    }),
    use('a foreign credential', { path: '/v1/models', headers: [['Authorization', `Bearer ${secret}`]] }),
    use('members of a body', {
      method: 'POST',
      path: '/api/v1/api-keys',
      cookie,
      body: { name: 'probe AU2', scopes: [secret], [key]: token, password },
    }),
    use('a sign-in', {
      method: 'POST',
      path: '/api/v1/session',
      // Another nobody each time: one whom everybody guesses at would be locked.
      body: { email: `nobody-${randomBytes(8).toString('hex')}@probe.invalid`, password },
    }),
  ]);
  const made = [...(await useInName(tenant, ask, key)), ...(await useAsSecret(placing, ask, secret))];
  return [...misplaced, ...made];
}

type Ask = (asked: Asked) => ReturnType<typeof askAs>;

/** A secret that was pasted where a name belongs: the log keeps names. */
async function useInName({ cookie }: Tenant, ask: Ask, key: string): Promise<readonly Use[]> {
  const body = { name: `AU2 ${key}`, scopes: ['audit:verify'], expiresInDays: 1 };
  const made = await ask({ method: 'POST', path: '/api/v1/api-keys', cookie, body });
  const ended = await ask({ method: 'DELETE', path: `/api/v1/api-keys/${String(membersOf(made)['id'])}`, cookie });
  return [
    { place: 'a name', status: made.status },
    { place: 'a name that is taken away', status: ended.status },
  ];
}

/** A secret where it belongs. Nothing is asked of the provider. */
async function useAsSecret({ tenant, marker }: Placing, ask: Ask, secret: string): Promise<readonly Use[]> {
  const { cookie } = tenant;
  const body = {
    name: `probe ${marker}`,
    kind: 'openai_compatible',
    baseUrl: 'https://provider.probe.invalid/v1',
    apiKey: secret,
  };
  const made = await ask({ method: 'POST', path: '/api/v1/providers', cookie, body });
  const path = `/api/v1/providers/${String(membersOf(made)['id'])}`;
  const changed = await ask({ method: 'PATCH', path, cookie, body: { apiKey: secret } });
  const ended = await ask({ method: 'DELETE', path, cookie });
  return [
    { place: 'the secret of a provider', status: made.status },
    { place: 'a changed secret', status: changed.status },
    { place: 'a secret that is taken away', status: ended.status },
  ];
}
