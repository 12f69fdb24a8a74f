// TR3: the policy of every reply, page or not, lets no inline code run and no stranger's code load.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { faultsOfPolicy } from './csp-policy.ts';
import { pagesOfEveryKind } from './pages-of-every-kind.ts';
import { contentPolicyFixtures, GOOD_PAGE_POLICY } from './tr3-fixtures.ts';
import { NONCE, observePolicy, POLICY, POLICY_PLACE, type PolicyFacts } from './tr3-policy-evidence.ts';

/** 128 bits in base64, as CSP Level 3 asks for in section 7.1. */
const NONCE_CHARACTERS_MIN = 22;

export const contentPolicyControl = defineControl({
  id: 'TR3',
  title: 'No inline code runs in any page or reply',
  severity: 'high',
  waivable: true,
  needs: [{ kind: POLICY, vantage: ['outside', 'inside'], min: 3 }],
  judge: (evidence) =>
    evidence.flatMap((each) => {
      const facts = factsOf(each);
      return [...policyFaults(facts), ...nonceFaults(facts)].map(([at, expected, observed]) =>
        failureOf(each, { at, expected, observed }),
      );
    }),
  remedy:
    'Send one Content-Security-Policy without unsafe-inline, unsafe-eval and wildcards; mark what has to be inline with a nonce made for each reply, or with its hash.',
  maps: { asvs: ['3.4.3'], cwe: ['79', '1021'], nist80053: ['SI-10', 'SC-18'] },
  probe: async ({ web }: { readonly web?: Web }, tools) =>
    web === undefined ? [] : Promise.all(pagesOfEveryKind.map((request) => look(web, request, tools))),
  twins: [
    {
      name: 'an edge whose policies only report',
      hits: POLICY_PLACE,
      start: () =>
        startWebTwin({ '*': { status: 200, headers: { 'content-security-policy-report-only': GOOD_PAGE_POLICY } } }),
    },
    {
      name: 'an edge that made its nonce once',
      hits: NONCE,
      start: () =>
        startWebTwin({
          '*': {
            status: 200,
            headers: {
              'content-type': 'text/html; charset=utf-8',
              'content-security-policy': GOOD_PAGE_POLICY.replace('nonce-*', 'nonce-YSBub25jZSBtYWRlIG9uY2Uh'),
            },
          },
        }),
    },
    {
      name: 'an edge that allows inline style in pages',
      hits: POLICY_PLACE,
      start: () =>
        startWebTwin({
          '*': {
            status: 200,
            headers: {
              'content-type': 'text/html',
              'content-security-policy': GOOD_PAGE_POLICY.replace("'nonce-*'", "'unsafe-inline'"),
            },
          },
        }),
    },
  ],
  fixtures: contentPolicyFixtures,
});

type Fault = readonly [at: string, expected: string, observed: string];

function policyFaults(facts: Facts): readonly Fault[] {
  const policies = facts.texts('policies');
  const isReported = facts.flag('isReported');
  const isPage = facts.flag('isPage');
  const [policy = ''] = policies;
  if (policies.length !== 1) {
    const observed = policies.length > 1 ? 'several policies' : isReported ? 'one that only reports' : 'none';
    return [[POLICY_PLACE, 'one policy', observed]];
  }
  const expected = isPage ? 'no inline code but with a nonce or hash, no foreign code' : "default-src 'none'";
  return faultsOfPolicy(policy, isPage).map((observed) => [POLICY_PLACE, expected, observed]);
}

function nonceFaults(facts: Facts): readonly Fault[] {
  const [first, again, shortest] = [facts.texts('nonces'), facts.texts('noncesAgain'), facts.number('nonceCharacters')];
  const hasNonce = facts.texts('policies').some((policy) => policy.includes("'nonce-"));
  if (!hasNonce) return [];
  const isFresh = first.length > 0 && again.length > 0 && first.every((nonce) => !again.includes(nonce));
  return [
    ...(isFresh ? [] : [[NONCE, 'another nonce in every reply', 'the same nonce again'] as const]),
    ...(shortest >= NONCE_CHARACTERS_MIN ? [] : [[NONCE, '128 random bits', `${shortest} characters`] as const]),
  ];
}

const NONCE_SOURCE = /'nonce-([^']*)'/gi;

/** Where there is a nonce the same is asked again, for it to be another one. */
async function look(web: Web, request: HttpRequest, tools: ProbeTools): Promise<Evidence> {
  const reply = await web.ask(request, tools.signal);
  const policies = reply.valuesOf('content-security-policy');
  const nonces = noncesOf(policies);
  const again = nonces.length === 0 ? undefined : await web.ask(request, tools.signal);
  const facts: PolicyFacts = {
    isPage: isPage(reply),
    isReported: reply.valuesOf('content-security-policy-report-only').length > 0,
    policies: policies.map((policy) => policy.replaceAll(NONCE_SOURCE, "'nonce-*'")),
    nonceCharacters: Math.min(NONCE_CHARACTERS_MIN, ...nonces.map((nonce) => nonce.replace(/=+$/, '').length)),
    nonces: nonces.map(tools.fingerprint),
    noncesAgain: noncesOf(again?.valuesOf('content-security-policy') ?? []).map(tools.fingerprint),
  };
  return tools.evidence(observation(web, request, facts));
}

function observation({ vantage, origin }: Web, { method = 'GET', path }: HttpRequest, facts: PolicyFacts): Observation {
  const reproduce = `curl -sk -o /dev/null -D - -X ${method} '${origin}${path}'`;
  return { ...observePolicy(`${method} ${path}`, facts), vantage, reproduce };
}

function noncesOf(policies: readonly string[]): readonly string[] {
  return policies.flatMap((policy) => [...policy.matchAll(NONCE_SOURCE)].map(([, nonce = '']) => nonce));
}

function isPage(reply: HttpReply): boolean {
  return reply
    .valuesOf('content-type')
    .some((type) => /^\s*(?:text\/html|application\/xhtml\+xml|image\/svg)/i.test(type));
}
