// SE5: whoever changes what guards an organization or an account has proven who they are within the last quarter of an hour.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newUuid } from '#crypto/random.ts';
import { type AccountTarget, type Acting, ask, openSession, PROOF, TOTP } from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { type Asked, ATTEMPT, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Operation } from '#verification/instance.ts';
import { encodeId } from '../fields.ts';
import { fixtures } from './se5-fixtures.ts';
import { FAMILIES, judgeStepUp, MINUTES_MAX, PLACES, REGISTRY } from './se5-judge.ts';

type Target = AccountTarget & { readonly operations?: readonly Operation[] };

const ASKING: Pick<Operation, 'id' | 'stepUp'> = { id: 'api_key.create', stepUp: true };

export const stepUpControl = defineControl<Target>({
  id: 'SE5',
  title: 'What guards an organization or an account changes after a fresh proof alone',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: REGISTRY, vantage: ['inside'] },
    { kind: ATTEMPT, vantage: ['inside', 'outside'] },
  ],
  judge: judgeStepUp,
  remedy:
    'Give the route `stepUp: true`, or add it to no-fresh-proof.ts with the reason; run the release as it was published.',
  maps: { asvs: ['7.5.1', '7.5.3'], cwe: ['306', '308'], nist80053: ['IA-11'] },
  probe: async ({ web, accounts, operations }, tools) => {
    if (web === undefined || accounts === undefined || operations === undefined) return [];
    const { signal } = tools;
    const tried = await accounts.borrow((account) => tryProofs({ web, account, signal }, tools), signal);
    return [sealRegistry(operations, tools), tried];
  },
  twins: [
    twin('a server with a route that asks for no proof', PLACES.declared, undefined, [
      { id: 'member.change_role', stepUp: false },
    ]),
    twin('a server that never asks again', PLACES.tried, 'asks_for_no_proof'),
    twin('a server whose refusal says nothing', PLACES.challenge, 'asks_without_a_word'),
  ],
  fixtures,
});

function sealRegistry(operations: readonly Operation[], tools: ProbeTools): Evidence {
  const changing = operations.filter(({ method, publicFor }) => method !== 'GET' && publicFor === undefined);
  const idsOf = (asks: boolean): readonly string[] =>
    changing
      .filter(({ stepUp = false }) => stepUp === asks)
      .map(({ id }) => id)
      .toSorted();
  return tools.evidence({
    kind: REGISTRY,
    subject: 'operations',
    at: PLACES.declared,
    data: { asking: idsOf(true), silent: idsOf(false) },
    vantage: 'inside',
    ttlSeconds: 3_600,
    reproduce: 'docs/reference/routes.md',
  });
}

const FACTOR: Asked = { method: 'POST', path: TOTP, body: { name: 'probe' } };

function changes(): Readonly<Record<string, Asked>> {
  const policy = {
    requireFactor: 'admins',
    allowedFactors: ['totp', 'passkey'],
    graceHours: 0,
    sessionIdleMinutes: null,
    sessionMaxMinutes: null,
    passwordLengthMin: null,
  };
  return {
    'a factor': FACTOR,
    'a key': {
      method: 'POST',
      path: '/api/v1/api-keys',
      body: { name: 'probe SE5', scopes: ['models:use'], expiresInDays: 1 },
    },
    'a revocation': { method: 'DELETE', path: `/api/v1/api-keys/${encodeId('key', newUuid())}` },
    'the organization': { method: 'PATCH', path: '/api/v1/organization', body: { name: 'Holdfast probe one' } },
    'its policy': { method: 'PUT', path: '/api/v1/organization/sign-in-policy', body: policy },
    'recovery codes': { method: 'POST', path: '/api/v1/account/recovery-codes', body: {} },
  };
}

async function tryProofs(acting: Acting, tools: ProbeTools): Promise<Evidence> {
  const { web, account } = acting;
  const { cookie } = await openSession(acting);
  const send = (asked: Asked): Promise<HttpReply> => ask(acting, { ...asked, cookie });
  const statuses: Record<string, number> = { 'a factor, freshly proven': (await send(FACTOR)).status };
  await account.age('proof', MINUTES_MAX + 1);
  const challenges = new Set<string>();
  for (const [name, asked] of Object.entries(changes())) {
    const reply = await send(asked);
    statuses[name] = reply.status;
    if (reply.status === 401) challenges.add(reply.valuesOf('www-authenticate')[0] ?? 'no such header');
  }
  await send({ method: 'POST', path: PROOF, body: { password: account.password } });
  statuses['a factor, proven again'] = (await send(FACTOR)).status;
  const family = FAMILIES[PLACES.tried];
  const facts = {
    tries: family === undefined ? [] : triesOf(family, statuses),
    challenges: [...challenges].toSorted(),
  };
  return sealAttempt(web, { subject: PLACES.tried, at: PLACES.tried, facts }, tools);
}

function twin(
  name: string,
  hits: string,
  fault: AccountFault | undefined,
  more: readonly Pick<Operation, 'id' | 'stepUp'>[] = [],
): Twin<Target> {
  const operations = [ASKING, ...more].map((each): Operation => ({
    method: 'POST',
    path: '/api/v1/twin',
    publicFor: undefined,
    permissions: ['twin:change'],
    rateClass: 'write',
    auditAction: 'twin.changed',
    ...each,
  }));
  return accountTwin(name, hits, fault, { operations });
}
