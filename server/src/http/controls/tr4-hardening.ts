// TR4: the hardening headers stand on every reply, on refusals and on paths that do not exist too.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import { EXCHANGE, exchangeFixture, lookAt, startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { pagesOfEveryKind } from './pages-of-every-kind.ts';

/** What each header must say. One value, on one line: two lines are two opinions, and browsers differ on which holds. */
const RULES: Readonly<Record<string, { readonly expected: string; readonly holds: (value: string) => boolean }>> = {
  'x-content-type-options': { expected: 'nosniff', holds: (value) => value === 'nosniff' },
  'x-frame-options': { expected: 'DENY', holds: (value) => value === 'deny' },
  'referrer-policy': {
    expected: 'no-referrer or same-origin',
    holds: (value) => value === 'no-referrer' || value === 'same-origin',
  },
  'cross-origin-opener-policy': { expected: 'same-origin', holds: (value) => value === 'same-origin' },
  'cross-origin-resource-policy': { expected: 'same-origin', holds: (value) => value === 'same-origin' },
  'permissions-policy': {
    expected: 'camera=(), geolocation=() and microphone=() among others',
    holds: (value) => ['camera', 'geolocation', 'microphone'].every((name) => splitList(value).includes(`${name}=()`)),
  },
  'x-xss-protection': { expected: '0', holds: (value) => value === '0' },
  'content-security-policy': {
    expected: "frame-ancestors 'none'",
    // Browsers take the first of two.
    holds: (value) => value.split(';')[0]?.trim() === "frame-ancestors 'none'",
  },
};
const NAMES = Object.keys(RULES);
/** The rest of the policy has a nonce for each reply, and is the subject of TR3. */
const KEEP = {
  'content-security-policy': (value: string): string =>
    value
      .split(';')
      .filter((directive) => /^\s*frame-ancestors(?:\s|$)/i.test(directive))
      .join(';'),
};

const good: Readonly<Record<string, readonly string[]>> = {
  'x-content-type-options': ['nosniff'],
  'x-frame-options': ['DENY'],
  'referrer-policy': ['no-referrer'],
  'cross-origin-opener-policy': ['same-origin'],
  'cross-origin-resource-policy': ['same-origin'],
  'permissions-policy': ['camera=(), geolocation=(), microphone=(), usb=()'],
  'x-xss-protection': ['0'],
  'content-security-policy': ["frame-ancestors 'none'"],
};
const place = (name: string): string => `header ${name}`;
const fixture = (status: number, subject: string, headers = good): Evidence =>
  exchangeFixture(subject, 'headers', { status, headers });
const goodEvidence = [fixture(200, 'GET /'), fixture(404, 'GET /nowhere'), fixture(401, 'GET /api/v1/session')];
const onRefusal =
  (changed: Readonly<Record<string, readonly string[]>>) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, ({ subject }) => subject === 'GET /nowhere', { headers: { ...good, ...changed } });
const mutant = (name: string, header: string, ...values: readonly string[]) => ({
  name,
  from: 'three kinds of reply',
  apply: onRefusal({ [header]: values }),
  hits: place(header),
});

export const hardeningControl = defineControl({
  id: 'TR4',
  title: 'Hardening headers stand on every reply',
  severity: 'high',
  waivable: true,
  needs: [{ kind: EXCHANGE, vantage: ['outside', 'inside'], min: 3 }],
  judge: (evidence) =>
    evidence.flatMap((each) => {
      const headers = factsOf(each).part('headers');
      return NAMES.flatMap((name) => {
        const values = headers.texts(name);
        const [value = ''] = values;
        const rule = RULES[name];
        if (rule !== undefined && values.length === 1 && rule.holds(value.trim().toLowerCase())) return [];
        const observed = values.length === 0 ? 'no such header' : values.join(' and ');
        return [failureOf(each, { at: place(name), expected: rule?.expected ?? 'a rule', observed })];
      });
    }),
  remedy: 'Let the server set these headers alone; see that no proxy in front of it removes, repeats or replaces them.',
  maps: { asvs: ['3.4.4', '3.4.5', '3.4.6', '3.4.8'], cwe: ['693', '1021'] },
  probe: async ({ web }: { readonly web?: Web }, tools) =>
    web === undefined
      ? []
      : Promise.all(
          pagesOfEveryKind.map((request) => lookAt(web, { request, headers: NAMES, keep: KEEP, at: 'headers' }, tools)),
        ),
  twins: [
    {
      name: 'a server that forgets them where there is no page',
      hits: place('x-content-type-options'),
      start: () => startWebTwin({ 'GET /': { status: 200, headers: good } }),
    },
  ],
  fixtures: {
    good: [{ name: 'three kinds of reply', evidence: goodEvidence }],
    mutants: [
      mutant('no sniffing rule', 'x-content-type-options'),
      mutant('frames from the same origin', 'x-frame-options', 'SAMEORIGIN'),
      mutant('the header twice', 'x-frame-options', 'DENY', 'SAMEORIGIN'),
      mutant('the whole address in the referrer', 'referrer-policy', 'unsafe-url'),
      mutant('windows of other origins', 'cross-origin-opener-policy', 'unsafe-none'),
      mutant('resources for other origins', 'cross-origin-resource-policy', 'cross-origin'),
      mutant('a camera', 'permissions-policy', 'geolocation=(), microphone=()'),
      mutant('the old filter on', 'x-xss-protection', '1'),
      mutant('frames allowed by the policy', 'content-security-policy', ''),
      mutant('a second opinion on frames', 'content-security-policy', "frame-ancestors *; frame-ancestors 'none'"),
    ],
    notApplicable: [],
    blind: [{ name: 'two replies', evidence: goodEvidence.slice(1) }],
    same: [
      {
        name: 'other case and spaces',
        as: 'three kinds of reply',
        evidence: onRefusal({ 'x-frame-options': [' Deny '], 'x-content-type-options': ['NoSniff'] })(goodEvidence),
      },
    ],
  },
});

function splitList(value: string): readonly string[] {
  return value.split(/\s*,\s*/);
}
