// Evidence of how weaknesses are reported here: as it should be, and with each thing missing, wrong or run out.
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { exchangeFixture } from '#verification/exchange.ts';

export { EXCHANGE } from '#verification/exchange.ts';
export const POLICY_FILE = 'policy.file';
export const SETTINGS = 'config.security';
export const PATHS = { txt: '/.well-known/security.txt', page: '/security' } as const;
/** Five minutes. */
export const TTL_SECONDS = 300;

type Facts = Readonly<Record<string, JsonValue>>;

const origin = 'https://holdfast.example.org';
const contact = 'mailto:security@example.org';
const keyUrl = 'https://example.org/security.asc';
const fieldsOf = (more: Facts = {}): Facts => ({
  contact: [contact],
  expires: ['2026-06-30T00:00:00.000Z'],
  encryption: [keyUrl],
  policy: [`${origin}${PATHS.page}`],
  canonical: [`${origin}${PATHS.txt}`],
  ...more,
});

const settings = (facts: Facts = {}): Evidence =>
  fixtureEvidence({
    kind: SETTINGS,
    subject: 'contact for reports',
    at: 'HOLDFAST_SECURITY_CONTACT',
    data: { exposed: true, contact, keyUrl, origin, ...facts },
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
  });
const txt = (facts: Facts = {}): Evidence =>
  exchangeFixture(`GET ${PATHS.txt}`, 'reply', {
    headers: { 'content-type': ['text/plain; charset=utf-8'] },
    fields: fieldsOf(),
    daysLeft: 179,
    ...facts,
  });
const page = (facts: Facts = {}): Evidence =>
  exchangeFixture(`GET ${PATHS.page}`, 'answer', {
    headers: { 'content-type': ['text/html; charset=utf-8'] },
    answersWithinHours: 72,
    names: [contact, keyUrl],
    saysPrivately: true,
    ...facts,
  });
const policy: Evidence = fixtureEvidence({
  kind: POLICY_FILE,
  subject: 'SECURITY.md',
  at: POLICY_FILE,
  data: { isThere: true, answersWithinHours: 72, names: [], saysPrivately: true },
  vantage: 'build',
  ttlSeconds: TTL_SECONDS,
});

const from = 'an exposed server with a contact and a key';
const good = [settings(), txt(), page(), policy];
const onLoopback = [
  settings({ exposed: false, contact: null, keyUrl: null }),
  txt({ fields: fieldsOf({ contact: [`${origin}${PATHS.page}`], encryption: [] }) }),
  page({ names: [] }),
  policy,
];

const mutantOf =
  (matches: (each: Evidence) => boolean) =>
  (name: string, hits: string, facts: Facts): Mutant => ({
    name,
    from,
    hits,
    apply: (evidence) => alterFacts(evidence, matches, facts),
  });
const ofTxt = mutantOf(({ subject }) => subject === `GET ${PATHS.txt}`);
const ofField = (name: string, hits: string, fields: Facts): Mutant => ofTxt(name, hits, { fields: fieldsOf(fields) });
const ofPage = mutantOf(({ subject }) => subject === `GET ${PATHS.page}`);
const ofPolicy = mutantOf(({ kind }) => kind === POLICY_FILE);
const ofSettings = mutantOf(({ kind }) => kind === SETTINGS);

export const disclosureFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    { name: 'a server on loopback that names its page', evidence: onLoopback },
  ],
  mutants: [
    ofTxt('no security.txt', 'reply', { status: 404 }),
    ofTxt('a security.txt that is a page', 'reply', { headers: { 'content-type': ['text/html'] } }),
    ofField('no contact', 'Contact', { contact: [] }),
    ofField('the contact of somebody else', 'Contact', { contact: ['mailto:security@example.com', contact] }),
    ofTxt('no end', 'Expires', { fields: fieldsOf({ expires: [] }), daysLeft: null }),
    ofField('an end beside the field', 'Expires', { expires: [] }),
    ofTxt('two ends', 'Expires', { daysLeft: null }),
    ofTxt('an end that is past', 'Expires', { daysLeft: -1 }),
    ofTxt('an end within the day', 'Expires', { daysLeft: 0 }),
    ofTxt('an end in a year', 'Expires', { daysLeft: 365 }),
    ofField('the address of another place', 'Canonical', { canonical: [`https://example.org${PATHS.txt}`] }),
    ofField('no address of its own', 'Canonical', { canonical: [] }),
    ofField('the policy of another place', 'Policy', { policy: [`https://example.org${PATHS.page}`] }),
    ofField('no policy', 'Policy', { policy: [] }),
    ofField('no key', 'Encryption', { encryption: [] }),
    ofField('the key of somebody else', 'Encryption', { encryption: ['https://example.com/security.asc'] }),
    ofField('a second key', 'Encryption', { encryption: [keyUrl, 'https://example.com/security.asc'] }),
    ofPage('no page', 'reply', { status: 500 }),
    ofPage('a page without a promise', 'answer', { answersWithinHours: null }),
    ofPage('a page that promises an answer some day', 'answer', { answersWithinHours: 168 }),
    ofPage('a page that promises an answer before it was asked', 'answer', { answersWithinHours: 0 }),
    ofPage('a page for public reports', 'answer', { saysPrivately: false }),
    ofPage('a page without the contact', 'addresses', { names: [keyUrl] }),
    ofPage('a page without the key', 'addresses', { names: [contact] }),
    ofPolicy('no policy of the product', POLICY_FILE, {
      isThere: false,
      answersWithinHours: null,
      saysPrivately: false,
    }),
    ofPolicy('a policy without a promise', POLICY_FILE, { answersWithinHours: null }),
    ofPolicy('a policy that promises 73 hours', POLICY_FILE, { answersWithinHours: 73 }),
    ofPolicy('a policy for public reports', POLICY_FILE, { saysPrivately: false }),
    ofSettings('exposed without a contact', 'HOLDFAST_SECURITY_CONTACT', { contact: null }),
  ],
  notApplicable: [],
  blind: [
    { name: 'no policy of the product was looked for', evidence: good.slice(0, 3) },
    { name: 'the settings alone', evidence: [settings(), policy] },
    {
      name: 'another page in the place of the policy',
      evidence: [settings(), txt(), exchangeFixture('GET /', 'answer', {}), policy],
    },
  ],
  same: [
    {
      name: 'more contacts behind the first, and a type in other case',
      as: from,
      evidence: [
        settings(),
        txt({
          fields: fieldsOf({ contact: [contact, 'tel:+41000000000'] }),
          headers: { 'content-type': ['Text/Plain'] },
        }),
        page(),
        policy,
      ],
    },
  ],
};
