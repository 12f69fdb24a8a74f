// TN2: which organization a call is for comes from its credential; nothing else in a request chooses or moves it.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { EXCHANGE, lookAt } from '#verification/exchange.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { type Caller, requestOf, TENANTS_TTL_SECONDS, type TenantsTarget } from './asking.ts';
import { fixtures, twins } from './tn2-fixtures.ts';
import { type Attempt, ATTEMPTS, attemptsOf, type Rule } from './tn2-attempts.ts';

export const tenantHintsControl = defineControl({
  id: 'TN2',
  title: 'The credential alone says which organization a call is for',
  severity: 'critical',
  waivable: false,
  needs: [{ kind: EXCHANGE, vantage: ['outside', 'inside'], min: ATTEMPTS }],
  judge: (evidence) => evidence.flatMap(judge),
  remedy:
    'Let nothing in front of the server answer by a tenant of its own, or remove Holdfast-Organization; report the rest as a vulnerability (SECURITY.md).',
  maps: { asvs: ['8.4.1'], cwe: ['639', '807'], nist80053: ['AC-3', 'AC-4'] },
  probe: async ({ web, tenants }: TenantsTarget, tools) => {
    if (web === undefined || tenants === undefined) return [];
    const both = await tenants.open(tools.signal);
    return Promise.all(attemptsOf(both).map((attempt) => observe(web, both, attempt, tools)));
  },
  twins,
  fixtures,
});

type Both = { readonly one: Tenant; readonly other: Tenant };

function observe(web: Web, both: Both, attempt: Attempt, tools: ProbeTools): Promise<Evidence> {
  const caller: Caller = attempt.as === undefined ? undefined : { tenant: both[attempt.as], by: attempt.by };
  return lookAt(
    web,
    {
      request: requestOf(web, caller, attempt),
      headers: [],
      at: attempt.at,
      subject: attempt.subject,
      facts: ({ body }) => ({
        rule: attempt.rule,
        sees: (['one', 'other'] as const).filter((name) => body.includes(both[name].organizationId)),
      }),
      ttlSeconds: TENANTS_TTL_SECONDS,
    },
    tools,
  );
}

type Expectation = {
  readonly expected: string;
  readonly holds: (status: number, sees: string) => boolean;
  /** What is not fulfilled makes the refusals mean nothing; it is no fault of isolation by itself. */
  readonly isPair?: true;
};

const RULES: ReadonlyMap<string, Expectation> = new Map<Rule, Expectation>([
  [
    'one',
    { expected: 'accepted, about one', holds: (status, sees) => isAccepted(status) && sees === 'one', isPair: true },
  ],
  [
    'other',
    {
      expected: 'accepted, about the other',
      holds: (status, sees) => isAccepted(status) && sees === 'other',
      isPair: true,
    },
  ],
  ['accepted', { expected: 'accepted', holds: isAccepted, isPair: true }],
  [
    'unmoved',
    {
      expected: 'the caller’s own organization, or a refusal',
      holds: (status, sees) => (isAccepted(status) ? sees === 'one' : status >= 400 && sees === ''),
    },
  ],
  ['conflict', { expected: '409', holds: (status) => status === 409 }],
  ['unauthenticated', { expected: '401', holds: (status) => status === 401 }],
]);

function judge(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [status, name] = [facts.number('status'), facts.text('rule')];
  const sees = facts.texts('sees').join(' and ');
  const rule = RULES.get(name);
  const found = failureOf(each, {
    expected: rule?.expected ?? 'a known attempt',
    observed: sees === '' ? `${status}` : `${status}, about ${sees}`,
  });
  if (name !== 'other' && sees.includes('other')) return [found];
  if (rule?.holds(status, sees) === true && !isBroken(status)) return [];
  return [rule === undefined || rule.isPair === true || isBroken(status) ? { ...found, verdict: 'unknown' } : found];
}

function isAccepted(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Neither an answer nor a refusal: too many calls, or a server in trouble. */
function isBroken(status: number): boolean {
  return status === 429 || status >= 500;
}
