// What TR1 tells apart: good endpoints, and every way of being one only nearly.
import type { Fixtures } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { exposureFixture } from './exposure-evidence.ts';
import { CERTIFICATE, type EndpointFacts, observeEndpoint, PLAINTEXT, VERSIONS } from './tr1-endpoint.ts';

const goodCertificate: EndpointFacts['certificate'] = {
  distrust: null,
  isForName: true,
  hasBegun: true,
  validTo: '2026-03-02T00:00:00.000Z',
};
const good: EndpointFacts = {
  protocol: 'TLSv1.3',
  oldVersions: [],
  certificate: goodCertificate,
  daysLeft: 60,
  plaintext: { status: 0, isProxy: false },
};
const plain: EndpointFacts = {
  ...good,
  protocol: null,
  certificate: { distrust: 'EPROTO', isForName: false, hasBegun: false, validTo: null },
  daysLeft: 0,
  plaintext: { status: 421, isProxy: false },
};
const endpoint = (facts: Partial<EndpointFacts> = {}, address = '0.0.0.0', vantage: Evidence['vantage'] = 'inside') =>
  fixtureEvidence(observeEndpoint(`socket ${address}`, vantage, { ...good, ...facts }));
const both = (facts: Partial<EndpointFacts> = {}) => [exposureFixture(), endpoint(), endpoint(facts, '::')];
const mutant = (name: string, hits: string, facts: Partial<EndpointFacts>) => ({
  name,
  from: 'both families',
  apply: () => both(facts),
  hits,
});
const badCertificate = (name: string, certificate: Partial<EndpointFacts['certificate']>) =>
  mutant(name, CERTIFICATE, { certificate: { ...goodCertificate, ...certificate } });
const local = exposureFixture({ sockets: ['127.0.0.1', '::1'], exposed: false, scheme: 'http' });

export const transportFixtures: Fixtures = {
  good: [
    { name: 'both families', evidence: both() },
    { name: 'TLS 1.2 and a certificate for fourteen days', evidence: both({ protocol: 'TLSv1.2', daysLeft: 14 }) },
    {
      name: 'a private authority, with its root',
      evidence: both({ certificate: { ...goodCertificate, distrust: 'SELF_SIGNED_CERT_IN_CHAIN' } }),
    },
    { name: 'plain HTTP misdirected', evidence: both({ plaintext: { status: 421, isProxy: false } }) },
  ],
  mutants: [
    mutant('TLS 1.1 at best', VERSIONS, { protocol: 'TLSv1.1' }),
    mutant('TLS 1.0 beside 1.3', VERSIONS, { oldVersions: ['TLSv1'] }),
    mutant('TLS 1.1 beside 1.3', VERSIONS, { oldVersions: ['TLSv1.1'] }),
    mutant('a version of another name', VERSIONS, { protocol: 'SSLv3' }),
    mutant('no TLS', VERSIONS, plain),
    mutant('plain HTTP answered', PLAINTEXT, { plaintext: { status: 200, isProxy: false } }),
    mutant('plain HTTP answered with a page that is missing', PLAINTEXT, {
      plaintext: { status: 404, isProxy: false },
    }),
    mutant('plain HTTP redirected', PLAINTEXT, { plaintext: { status: 301, isProxy: false } }),
    mutant('thirteen days left', CERTIFICATE, { daysLeft: 13 }),
    mutant('an expired certificate', CERTIFICATE, { daysLeft: -1 }),
    badCertificate('a self-signed certificate', { distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    badCertificate('intermediates missing', { distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    badCertificate('another name', { isForName: false }),
    badCertificate('not valid yet', { hasBegun: false }),
    {
      name: 'a private authority, seen from outside',
      from: 'both families',
      apply: () => [
        exposureFixture(),
        endpoint({ certificate: { ...goodCertificate, distrust: 'SELF_SIGNED_CERT_IN_CHAIN' } }, 'x', 'outside'),
      ],
      hits: CERTIFICATE,
    },
    {
      name: 'behind a proxy, plain HTTP for everyone',
      from: 'both families',
      apply: () => [
        exposureFixture({ scheme: 'http', hasProxy: true }),
        endpoint({ ...plain, plaintext: { status: 200, isProxy: false } }),
      ],
      hits: PLAINTEXT,
    },
  ],
  notApplicable: [{ name: 'plain HTTP on loopback', evidence: [local] }],
  blind: [
    { name: 'no endpoint', evidence: [exposureFixture()] },
    { name: 'TLS ends at a proxy', evidence: [exposureFixture({ scheme: 'http', hasProxy: true }), endpoint(plain)] },
    {
      name: 'plain HTTP, asked as a declared proxy',
      evidence: [
        exposureFixture({ scheme: 'http', hasProxy: true }),
        endpoint({ ...plain, plaintext: { status: 200, isProxy: true } }),
      ],
    },
    { name: 'nothing bound', evidence: [exposureFixture({ sockets: [], exposed: false, scheme: 'http' })] },
  ],
  same: [
    {
      name: 'the machine named by its mapped address',
      as: 'plain HTTP on loopback',
      evidence: [exposureFixture({ sockets: ['::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'], exposed: false, scheme: 'http' })],
    },
  ],
};
