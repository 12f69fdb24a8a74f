// AK1: API keys are hashed, shown once, prefixed with a checksum, expiring, bound to their scopes, and gone when revoked.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { formatApiKey, parseApiKey } from '@holdfast/protocol/api-key.ts';
import { encodeBase64, encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { newSecretBytes } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { type Asked, ATTEMPT, askAs, membersOf, sealAttempt } from '#verification/asking.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import type { Try } from '#verification/tries.ts';
import { fixtures } from './ak1-fixtures.ts';
import { judgeKeys, LIFETIMES, LOOKS, PLACES, SCOPES, STORED_KEY, USES } from './ak1-judge.ts';
import { readStoredKey } from './ak1-queries.ts';
import { type Target, twins } from './ak1-twins.ts';

export const apiKeysControl = defineControl<Target>({
  id: 'AK1',
  title: 'API keys are hashed, shown once, prefixed with a checksum, expiring, bound to scopes and revocable',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 5 },
    { kind: STORED_KEY, vantage: ['inside'] },
  ],
  judge: judgeKeys,
  remedy:
    'Run the release as it was published over a schema that only `holdfast migrate` has changed; then make new keys.',
  maps: { cwe: ['256', '522', '613'], nist80053: ['IA-5'] },
  probe: probeKeys,
  twins,
  fixtures,
});

const KEYS = '/api/v1/api-keys';
const MODELS = '/v1/models';
const AUDIT = '/api/v1/audit?limit=1';
const MS_A_DAY = 86_400_000;

type Made = { readonly id: string; readonly key: string; readonly status: number; readonly lifetimeDays: string };

type Looking = { readonly web: Web; readonly one: Tenant; readonly tools: ProbeTools };

/** Makes a key of its own, because it ends revoked. */
async function probeKeys({ web, tenants, tenantVault }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (web === undefined || tenants === undefined || tenantVault === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const looking: Looking = { web, one, tools };
  const made = await makeKey(looking, {});
  const uuid = decodeId('key', made.id);
  const organizationId = decodeId('org', one.organizationId);
  // What was answered is no key: there is nothing to look at.
  if (uuid === undefined || organizationId === undefined) return [sealMade(looking, made)];
  const stored = await readStoredKey(tenantVault, organizationId, uuid);
  const looks = [
    await lookAtShown(looking, made, stored?.hashHex),
    await lookAtLifetimes(looking, made),
    await lookAtScopes(looking, made),
  ];
  const row =
    stored === undefined
      ? []
      : [sealRow({ holdsKey: holdsKey(stored.text, made.key), hashBytes: stored.hashBytes }, tools)];
  // Last, because it ends with the revocation.
  return [sealMade(looking, made), ...looks, ...row, await lookAtUses(looking, made, uuid)];
}

async function makeKey({ web, one, tools }: Looking, more: object): Promise<Made> {
  const body = { name: 'probe AK1', scopes: ['models:use'], ...more };
  const reply = await askAs(web, { method: 'POST', path: KEYS, cookie: one.cookie, body }, tools.signal);
  const { id, key, createdAt, expiresAt } = membersOf(reply);
  return {
    id: typeof id === 'string' ? id : '',
    key: typeof key === 'string' ? key : '',
    status: reply.status,
    lifetimeDays: lifetimeOf(createdAt, expiresAt),
  };
}

function lifetimeOf(createdAt: unknown, expiresAt: unknown): string {
  if (expiresAt === null) return 'never';
  if (typeof createdAt !== 'string' || typeof expiresAt !== 'string') return 'unsaid';
  const ms = Date.parse(expiresAt) - Date.parse(createdAt);
  return Number.isFinite(ms) && ms > 0 ? String(ms / MS_A_DAY) : 'unsaid';
}

function sealMade({ web, tools }: Looking, { key, lifetimeDays }: Made): Evidence {
  const facts = {
    prefix: /^[a-z]{1,8}_[a-z]{1,8}_/.exec(key)?.[0] ?? 'none',
    isWellFormed: parseApiKey(key) !== undefined,
    isChangedOneWellFormed: parseApiKey(changeOne(key)) !== undefined,
    lifetimeDays,
  };
  return sealAttempt(web, { subject: `POST ${KEYS}`, at: PLACES.made, facts }, tools);
}

/** Another character before the checksum. */
function changeOne(key: string): string {
  const at = key.length - 10;
  return key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1);
}

async function lookAtLifetimes(looking: Looking, made: Made): Promise<Evidence> {
  const { web, one, tools } = looking;
  const tries: Try[] = LIFETIMES.good.map((name) => ({ name, isGood: true, status: made.status }));
  for (const name of LIFETIMES.bad) {
    const { id, status } = await makeKey(looking, { expiresInDays: Number.parseInt(name, 10) });
    tries.push({ name, isGood: false, status });
    // One that should not be must not stay.
    if (id !== '') await askAs(web, { method: 'DELETE', path: `${KEYS}/${id}`, cookie: one.cookie }, tools.signal);
  }
  return sealAttempt(web, { subject: `POST ${KEYS} with a lifetime`, at: PLACES.lifetime, facts: { tries } }, tools);
}

async function lookAtShown(
  { web, one, tools }: Looking,
  { id, key }: Made,
  hashHex: string | undefined,
): Promise<Evidence> {
  const paths = [`${KEYS}?limit=20`, `${KEYS}/${id}`];
  const looks = await Promise.all(
    LOOKS.map(async (name, index) => {
      const { status, body } = await askAs(web, { path: paths[index] ?? '', cookie: one.cookie }, tools.signal);
      const showsHash = hashHex !== undefined && body.toLowerCase().includes(hashHex);
      const showsSecret = holdsKey(body, key) || showsHash || /"(?:key|secret|hash|secret_?hash)"\s*:/i.test(body);
      return { name, status, seesKey: status === 200 && body.includes(`"${id}"`), showsSecret };
    }),
  );
  return sealAttempt(web, { subject: `GET ${KEYS}`, at: PLACES.shown, facts: { looks } }, tools);
}

/** The key, its secret part or its bytes, in the notations that a store or a page might use. */
function holdsKey(text: string, key: string): boolean {
  const secret = parseApiKey(key)?.secret ?? new Uint8Array();
  const bytes = encodeUtf8(key);
  const forms = [key, key.slice(-49), encodeHex(bytes), encodeBase64(bytes), encodeHex(secret), encodeBase64(secret)];
  return forms.some((form) => form !== '' && text.toLowerCase().includes(form.toLowerCase()));
}

async function lookAtScopes({ web, one, tools }: Looking, { key }: Made): Promise<Evidence> {
  const [wide, narrow] = await Promise.all(
    [one.key, key].map((each) => askAs(web, { path: AUDIT, key: each }, tools.signal)),
  );
  const tries = [...triesOf(SCOPES.good, true, [wide]), ...triesOf(SCOPES.bad, false, [narrow])];
  return sealAttempt(web, { subject: 'GET /api/v1/audit', at: PLACES.scope, facts: { tries } }, tools);
}

async function lookAtUses({ web, one, tools }: Looking, { id, key }: Made, uuid: string): Promise<Evidence> {
  // Each from an address of its own: refusals use up the limit of one.
  const use = (text: string): Promise<HttpReply> =>
    askAs(web, { path: MODELS, key: text, from: web.freshAddress() }, tools.signal);
  const other = formatApiKey({ uuid, secretBytes: reveal(newSecretBytes(32), 'probe.guess') });
  const accepted = await use(key);
  const [changed, forged] = await Promise.all([use(changeOne(key)), use(other)]);
  const revoking: Asked = { method: 'DELETE', path: `${KEYS}/${id}`, cookie: one.cookie };
  const { status } = await askAs(web, revoking, tools.signal);
  const revoked = status === 204 ? [await use(key)] : [];
  const tries = [...triesOf(USES.good, true, [accepted]), ...triesOf(USES.bad, false, [changed, forged, ...revoked])];
  const reproduce = `curl -sk -o /dev/null -D - -H 'Authorization: Bearer <key>' '${web.origin}${MODELS}'`;
  return sealAttempt(web, { subject: `GET ${MODELS}`, at: PLACES.use, facts: { tries }, reproduce }, tools);
}

function triesOf(
  names: readonly string[],
  isGood: boolean,
  replies: readonly (HttpReply | undefined)[],
): readonly Try[] {
  return names.flatMap((name, index) => {
    const reply = replies[index];
    return reply === undefined ? [] : [{ name, isGood, status: reply.status }];
  });
}

function sealRow(data: { readonly holdsKey: boolean; readonly hashBytes: number }, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: STORED_KEY,
    subject: 'a key of the probe',
    at: PLACES.stored,
    data,
    vantage: 'inside',
    ttlSeconds: 3_600,
  });
}
