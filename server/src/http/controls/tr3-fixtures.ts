// What TR3 tells apart: policies that hold, and those that only look like it.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { NONCE, observePolicy, POLICY_PLACE, type PolicyFacts } from './tr3-policy-evidence.ts';

export const GOOD_PAGE_POLICY =
  "default-src 'none'; script-src 'nonce-*' 'strict-dynamic'; style-src 'self' 'nonce-*'; img-src 'self' data:; connect-src 'self' https://api.example.org; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HASHED =
  "default-src 'none'; style-src 'sha256-YSBoYXNo='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page: PolicyFacts = {
  isPage: true,
  isReported: false,
  policies: [GOOD_PAGE_POLICY],
  nonceCharacters: 22,
  nonces: ['fingerprint:1'],
  noncesAgain: ['fingerprint:2'],
};
const data: PolicyFacts = { ...page, isPage: false, policies: [DATA_POLICY], nonces: [], noncesAgain: [] };
const see = (subject: string, facts: PolicyFacts) => fixtureEvidence(observePolicy(subject, facts));
const seen = (onPage: Partial<PolicyFacts> = {}, onData: Partial<PolicyFacts> = {}) => [
  see('GET /', { ...page, ...onPage }),
  see('GET /nowhere', { ...data, ...onData }),
  see('GET /health/live', data),
];
const from = 'a page and two replies';
const ofPage = (name: string, replaced: string, by: string) => ({
  name,
  from,
  apply: () => seen({ policies: [GOOD_PAGE_POLICY.replace(replaced, by)] }),
  hits: POLICY_PLACE,
});
const ofNonce = (name: string, facts: Partial<PolicyFacts>) => ({ name, from, apply: () => seen(facts), hits: NONCE });
const ofData = (name: string, facts: Partial<PolicyFacts>) => ({
  name,
  from,
  apply: () => seen({}, facts),
  hits: POLICY_PLACE,
});

export const contentPolicyFixtures: Fixtures = {
  good: [
    { name: from, evidence: seen() },
    { name: 'a page with a hash', evidence: seen({ policies: [HASHED], nonces: [], noncesAgain: [] }) },
  ],
  mutants: [
    ofPage('inline scripts', "'strict-dynamic'", "'strict-dynamic' 'unsafe-inline'"),
    ofPage('inline scripts, in another case', "'strict-dynamic'", "'Unsafe-Inline'"),
    ofPage('inline style', "style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    ofPage('inline attributes', "style-src 'self'", "style-src-attr 'unsafe-inline'; style-src 'self'"),
    ofPage('inline handlers', "'strict-dynamic'", "'unsafe-hashes'"),
    ofPage('eval', "'strict-dynamic'", "'unsafe-eval'"),
    ofPage('eval of WebAssembly', "'strict-dynamic'", "'wasm-unsafe-eval'"),
    ofPage('scripts of every https site', "'strict-dynamic'", 'https:'),
    ofPage('scripts of one site', "'strict-dynamic'", 'https://cdn.example.org'),
    ofPage('scripts from everywhere', "'strict-dynamic'", '*'),
    ofPage('scripts in data addresses', "'strict-dynamic'", 'data:'),
    ofPage('scripts in blobs', "'strict-dynamic'", 'blob:'),
    ofPage('calls to every https site', 'https://api.example.org', 'https:'),
    ofPage('calls to every host of a domain', 'https://api.example.org', 'https://*.example.org'),
    ofPage('calls over plain HTTP', 'https://api.example.org', 'http://api.example.org'),
    ofPage('images from everywhere', 'data:', 'https:'),
    ofPage('everything by default', "default-src 'none'", "default-src 'self' https:"),
    ofPage('a default that is missing', "default-src 'none'; ", ''),
    ofPage('a loose default ahead of a strict one', "default-src 'none'", "default-src *; default-src 'none'"),
    ofPage('a base of strangers', "base-uri 'none'; ", ''),
    ofPage('forms to strangers', "form-action 'self'; ", ''),
    ofPage('forms to every https site', "form-action 'self'", 'form-action https:'),
    ofPage('frames of the own origin', "frame-ancestors 'none'", "frame-ancestors 'self'"),
    ofPage('frames left out', "; frame-ancestors 'none'", ''),
    ofPage('two policies in one line', "; base-uri 'none'", ", default-src 'none'; base-uri 'none'"),
    ofNonce('the same nonce again', { noncesAgain: ['fingerprint:1'] }),
    ofNonce('one of two nonces again', { nonces: ['fingerprint:1', 'fingerprint:3'], noncesAgain: ['fingerprint:3'] }),
    ofNonce('no nonce in the second reply', { noncesAgain: [] }),
    ofNonce('a short nonce', { nonceCharacters: 21 }),
    ofData('no policy on a reply that is no page', { policies: [] }),
    ofData('only a report', { policies: [], isReported: true }),
    ofData('two policies', { policies: [DATA_POLICY, DATA_POLICY] }),
    ofData('an empty policy', { policies: [''] }),
    ofData('a reply that may load its own', { policies: [DATA_POLICY.replace("'none'", "'self'")] }),
    ofData('the policy of pages on data', { policies: [GOOD_PAGE_POLICY.replace("'none'", "'self'")] }),
  ],
  notApplicable: [],
  blind: [{ name: 'two replies', evidence: seen().slice(1) }],
  same: [
    {
      name: 'other case and spaces',
      as: from,
      evidence: seen(
        {},
        { policies: [" Default-Src  'NONE' ;base-uri 'none';; form-action 'none';FRAME-ANCESTORS 'none'; "] },
      ),
    },
    { name: 'a report beside the policy', as: from, evidence: seen({ isReported: true }) },
  ],
};
