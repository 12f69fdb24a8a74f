// SC2: whoever finds a weakness learns where to report it and when somebody answers, from machines and from people alike.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import type { Config } from '#config.ts';
import { lookAt } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { readPolicy, readSecurityTxt } from './sc2-facts.ts';
import { disclosureFixtures, EXCHANGE, PATHS, POLICY_FILE, SETTINGS, TTL_SECONDS } from './sc2-fixtures.ts';
import { startDisclosureTwin } from './sc2-twins.ts';

type Target = {
  readonly web?: Web;
  readonly config?: Pick<Config, 'exposed' | 'security'>;
  readonly home?: string;
};

const HOURS_MAX = 72;
/** RFC 9116 section 2.5.5: less than a year. */
const DAYS_MAX = 364;

export const disclosureControl = defineControl<Target>({
  id: 'SC2',
  title: 'Whoever finds a weakness learns where to report it, and is answered within 72 hours',
  severity: 'medium',
  waivable: true,
  needs: [
    { kind: EXCHANGE, vantage: ['outside', 'inside'], min: 2 },
    { kind: POLICY_FILE, vantage: ['build'] },
    { kind: SETTINGS, vantage: ['inside'] },
  ],
  judge: (evidence) => {
    const of = (subject: string): readonly Evidence[] => evidence.filter((each) => each.subject === subject);
    const settings = evidence.filter(({ kind }) => kind === SETTINGS);
    return settings.flatMap((setting) => {
      const wanted = factsOf(setting);
      return [
        ...judgeContactSetting(setting, wanted),
        ...of(`GET ${PATHS.txt}`).flatMap((each) => judgeSecurityTxt(each, wanted)),
        ...of(`GET ${PATHS.page}`).flatMap((each) => judgePage(each, wanted)),
        ...evidence.filter(({ kind }) => kind === POLICY_FILE).flatMap(judgePolicyFile),
        ...unseen(evidence, wanted),
      ];
    });
  },
  remedy:
    'Set HOLDFAST_SECURITY_CONTACT to an address that somebody reads, HOLDFAST_SECURITY_KEY_URL to its OpenPGP key, and let no proxy answer /.well-known/security.txt or /security itself.',
  maps: { nist80053: ['SI-5', 'IR-6'], iso27001: ['A.5.24', 'A.6.8'] },
  probe: probeDisclosure,
  twins: [
    {
      name: 'a security.txt that ran out',
      hits: 'Expires',
      start: (tools) => startDisclosureTwin(tools, { expiresInDays: -1 }),
    },
    {
      name: 'a page that promises no answer',
      hits: 'answer',
      start: (tools) => startDisclosureTwin(tools, { page: 'Write to us.' }),
    },
    {
      name: 'a policy that promises no answer',
      hits: POLICY_FILE,
      start: (tools) => startDisclosureTwin(tools, { policy: 'Write to us.' }),
    },
  ],
  fixtures: disclosureFixtures,
});

function judgeContactSetting(each: Evidence, wanted: Facts): readonly Finding[] {
  if (!wanted.flag('exposed') || wanted.findText('contact') !== undefined) return [];
  const expected = 'an address for reports, because others can reach this server';
  return [failureOf(each, { at: 'HOLDFAST_SECURITY_CONTACT', expected, observed: 'not set' })];
}

function judgeSecurityTxt(each: Evidence, wanted: Facts): readonly Finding[] {
  const facts = factsOf(each);
  const fields = facts.part('fields');
  const days = facts.findNumber('daysLeft');
  const [origin, keyUrl] = [wanted.text('origin'), wanted.findText('keyUrl')];
  const rules: readonly (readonly [at: string, expected: string, observed: readonly string[], holds: boolean])[] = [
    ['Contact', contactWords(wanted), fields.texts('contact'), holdsContact(fields.texts('contact'), wanted)],
    [
      'Expires',
      'one instant, a day to a year ahead',
      fields.texts('expires'),
      fields.texts('expires').length === 1 && days !== undefined && days >= 1 && days <= DAYS_MAX,
    ],
    [
      'Canonical',
      `${origin}${PATHS.txt}`,
      fields.texts('canonical'),
      fields.texts('canonical').includes(`${origin}${PATHS.txt}`),
    ],
    [
      'Policy',
      `${origin}${PATHS.page}`,
      fields.texts('policy'),
      fields.texts('policy').includes(`${origin}${PATHS.page}`),
    ],
    [
      'Encryption',
      keyUrl ?? 'none, for none is configured',
      fields.texts('encryption'),
      fields.texts('encryption').join(' ') === (keyUrl ?? ''),
    ],
  ];
  return [
    ...judgeServed(each, facts, 'text/plain'),
    ...rules
      .filter(([, , , holds]) => !holds)
      .map(([at, expected, observed]) =>
        failureOf(each, { at, expected, observed: observed.length === 0 ? 'no such field' : observed.join(' and ') }),
      ),
  ];
}

/** The configured one; without one the page of the policy, which says whom to ask. */
function holdsContact(contacts: readonly string[], wanted: Facts): boolean {
  return contacts[0] === contactOf(wanted);
}

function contactOf(wanted: Facts): string {
  return wanted.findText('contact') ?? `${wanted.text('origin')}${PATHS.page}`;
}

function contactWords(wanted: Facts): string {
  return `${contactOf(wanted)} first`;
}

function judgePage(each: Evidence, wanted: Facts): readonly Finding[] {
  const facts = factsOf(each);
  const named = facts.texts('names');
  const missing = ['contact', 'keyUrl']
    .flatMap((name) => wanted.findText(name) ?? [])
    .filter((one) => !named.includes(one));
  return [
    ...judgeServed(each, facts, 'text/html'),
    ...judgePromise(each, facts, 'answer'),
    ...missing.map((address) =>
      failureOf(each, { at: 'addresses', expected: `a link to ${address}`, observed: 'no such link' }),
    ),
  ];
}

function judgePolicyFile(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  if (facts.flag('isThere')) return judgePromise(each, facts, POLICY_FILE);
  return [failureOf(each, { at: POLICY_FILE, expected: 'the policy of the product', observed: 'no such file' })];
}

function judgePromise(each: Evidence, facts: Facts, at: string): readonly Finding[] {
  const hours = facts.findNumber('answersWithinHours');
  const isPromised = hours !== undefined && hours > 0 && hours <= HOURS_MAX;
  const observed = hours === undefined ? 'no promise' : `within ${hours} hours`;
  return [
    ...(isPromised ? [] : [failureOf(each, { at, expected: `an answer within ${HOURS_MAX} hours`, observed })]),
    ...(facts.flag('saysPrivately')
      ? []
      : [failureOf(each, { at, expected: 'a private way to report', observed: 'none is named' })]),
  ];
}

function judgeServed(each: Evidence, facts: Facts, type: string): readonly Finding[] {
  const types = facts.part('headers').texts('content-type');
  const isServed = facts.number('status') === 200 && types.length === 1 && types[0]?.toLowerCase().startsWith(type);
  if (isServed === true) return [];
  return [
    failureOf(each, {
      at: 'reply',
      expected: `200 ${type}`,
      observed: `${facts.number('status')} ${types.join(' and ')}`,
    }),
  ];
}

function unseen(evidence: readonly Evidence[], wanted: Facts): readonly Finding[] {
  const missing = Object.values(PATHS).filter((path) => !evidence.some(({ subject }) => subject === `GET ${path}`));
  const hashes = evidence.map(({ sha256 }) => sha256);
  return missing.map((path) => ({
    verdict: 'unknown',
    subject: `GET ${path}`,
    expected: `a reply of ${wanted.text('origin')}`,
    observed: 'none',
    evidence: hashes,
  }));
}

async function probeDisclosure({ web, config, home }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (web === undefined || config === undefined) return [];
  const { contact, keyUrl } = config.security;
  const addresses = [contact, keyUrl].filter((each) => each !== undefined);
  const shared = { headers: ['content-type'], ttlSeconds: TTL_SECONDS };
  const [txt, page] = await Promise.all([
    lookAt(
      web,
      {
        ...shared,
        request: { path: PATHS.txt },
        at: 'reply',
        facts: ({ body }) => readSecurityTxt(body, tools.unixMs()),
      },
      tools,
    ),
    lookAt(
      web,
      { ...shared, request: { path: PATHS.page }, at: 'answer', facts: ({ body }) => readPolicy(body, addresses) },
      tools,
    ),
  ]);
  const settings = tools.evidence({
    kind: SETTINGS,
    subject: 'contact for reports',
    at: 'HOLDFAST_SECURITY_CONTACT',
    data: { exposed: config.exposed, contact: contact ?? null, keyUrl: keyUrl ?? null, origin: web.origin },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  });
  return [txt, page, settings, ...(home === undefined ? [] : [await lookAtPolicy(home, tools)])];
}

async function lookAtPolicy(home: string, tools: ProbeTools): Promise<Evidence> {
  const text = await readFile(join(home, POLICY_NAME), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return tools.evidence({
    kind: POLICY_FILE,
    subject: POLICY_NAME,
    at: POLICY_FILE,
    data: { isThere: text !== undefined, ...readPolicy(text ?? '', []) },
    vantage: 'build',
    ttlSeconds: TTL_SECONDS,
  });
}

const POLICY_NAME = 'SECURITY.md';
