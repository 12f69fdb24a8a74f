// TR2: every reply over HTTPS tells browsers never to come over plain HTTP again, however the reply came about.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { alterFacts } from '@holdfast/controls/fixtures.ts';
import { EXCHANGE, exchangeFixture, lookAt } from '#verification/exchange.ts';
import { startExposedTwin } from './exposed-twin.ts';
import { concernsTls, exposureFixture, type ExposureParts, seeExposure } from './exposure-evidence.ts';
import { pagesOfEveryKind } from './pages-of-every-kind.ts';

const NAME = 'strict-transport-security';
const PLACE = `header ${NAME}`;
/** Two years. */
const MAX_AGE_SECONDS_MIN = 63_072_000;
const EXPECTED = `max-age=${MAX_AGE_SECONDS_MIN}; includeSubDomains, once, over HTTPS`;
const GOOD = `max-age=${MAX_AGE_SECONDS_MIN}; includeSubDomains`;

const fixture = (status: number, subject: string, values: readonly string[] = [GOOD]): Evidence =>
  exchangeFixture(subject, PLACE, { status, isSecure: true, headers: { [NAME]: values } });
const goodEvidence = [
  exposureFixture(),
  fixture(200, 'GET /'),
  fixture(404, 'GET /nowhere'),
  fixture(401, 'GET /api/v1/session'),
];
const isNowhere = ({ subject }: Evidence): boolean => subject === 'GET /nowhere';
const onRefusal = (...values: readonly string[]) =>
  alterFacts(goodEvidence, isNowhere, { headers: { [NAME]: values } });
const mutant = (name: string, ...values: readonly string[]) => ({
  name,
  from: 'three kinds of reply',
  apply: () => onRefusal(...values),
  hits: PLACE,
});

export const hstsControl = defineControl({
  id: 'TR2',
  title: 'HSTS stands on every reply over HTTPS',
  severity: 'high',
  waivable: true,
  applies: concernsTls,
  needs: [{ kind: EXCHANGE, vantage: ['outside', 'inside'], min: 3 }],
  judge: (evidence) =>
    evidence
      .filter(({ kind }) => kind === EXCHANGE)
      .flatMap((each) => {
        const facts = factsOf(each);
        const values = facts.part('headers').texts(NAME);
        if (!facts.flag('isSecure')) {
          // RFC 6797 section 8.1: over plain HTTP browsers ignore it.
          return [failureOf(each, { expected: EXPECTED, observed: 'a reply over plain HTTP' })];
        }
        const [value = ''] = values;
        if (values.length === 1 && isStrong(value)) return [];
        const observed = values.length === 0 ? 'no such header' : values.join(' and ');
        return [failureOf(each, { expected: EXPECTED, observed })];
      }),
  remedy:
    'Let the server set the header alone; a proxy that ends TLS sends it on every reply, errors and redirects too.',
  maps: { asvs: ['3.4.1'], cwe: ['319', '523'], nist80053: ['SC-8'] },
  probe: async (target: ExposureParts, tools) => {
    const exposure = seeExposure(target, tools);
    if (exposure === undefined) return [];
    const { web } = target;
    if (web === undefined || !concernsTls.decide([exposure]).yes) return [exposure];
    const look = (request: (typeof pagesOfEveryKind)[number]) =>
      lookAt(web, { request, headers: [NAME], at: PLACE }, tools);
    return [exposure, ...(await Promise.all(pagesOfEveryKind.map(look)))];
  },
  twins: [
    {
      name: 'an edge that forgets it where there is no page',
      hits: PLACE,
      start: (tools) => startExposedTwin(tools, { 'GET /': { status: 200, headers: { [NAME]: GOOD } } }),
    },
    {
      name: 'an edge that takes it back',
      hits: PLACE,
      start: (tools) =>
        startExposedTwin(tools, { '*': { status: 200, headers: { [NAME]: 'max-age=0; includeSubDomains' } } }),
    },
  ],
  fixtures: {
    good: [
      { name: 'three kinds of reply', evidence: goodEvidence },
      { name: 'a longer time, and preloading', evidence: onRefusal('max-age=99999999; includeSubDomains; preload') },
    ],
    mutants: [
      mutant('no header on the 404'),
      mutant('max-age=0', 'max-age=0; includeSubDomains'),
      mutant('one second too short', 'max-age=63071999; includeSubDomains'),
      mutant('a quoted age', 'max-age="63072000"; includeSubDomains'),
      mutant('the header twice', GOOD, GOOD),
      mutant('two ages', `${GOOD}; max-age=0`),
      mutant('two values in one line', `${GOOD}, max-age=0`),
      mutant('subdomains left out', 'max-age=63072000'),
      mutant('subdomains in another word', 'max-age=63072000; includeSubDomainsNot'),
      mutant('an empty header', ''),
      {
        name: 'sent over plain HTTP',
        from: 'three kinds of reply',
        apply: (evidence) => alterFacts(evidence, isNowhere, { isSecure: false }),
        hits: PLACE,
      },
    ],
    notApplicable: [
      {
        name: 'plain HTTP on loopback',
        evidence: [exposureFixture({ sockets: ['127.0.0.1', '::1'], exposed: false, scheme: 'http' })],
      },
    ],
    blind: [
      { name: 'two replies', evidence: [exposureFixture(), fixture(200, 'GET /'), fixture(404, 'GET /nowhere')] },
      { name: 'nothing bound', evidence: [exposureFixture({ sockets: [], exposed: false, scheme: 'http' })] },
      { name: 'a wildcard address', evidence: [exposureFixture({ sockets: ['*'], exposed: false, scheme: 'http' })] },
      {
        name: 'a private network',
        evidence: [exposureFixture({ sockets: ['127.0.0.1', '10.0.0.5'], exposed: false, scheme: 'http' })],
      },
    ],
    same: [
      {
        name: 'other case, order and spaces',
        as: 'three kinds of reply',
        evidence: onRefusal(' INCLUDESUBDOMAINS ;  Max-Age=63072000 ; '),
      },
      {
        name: 'loopback in its mapped form',
        as: 'plain HTTP on loopback',
        evidence: [exposureFixture({ sockets: ['::ffff:127.0.0.1'], exposed: false, scheme: 'http' })],
      },
    ],
  },
});

/** RFC 6797 section 6.1: directives once each; one that is written in any other way counts for nothing. */
function isStrong(value: string): boolean {
  const directives = value
    .split(';')
    .map((directive) => directive.trim().toLowerCase())
    .filter((directive) => directive !== '');
  const names = directives.map((directive) => directive.split('=')[0]);
  const ages = directives.flatMap((directive) => /^max-age=(\d{1,12})$/.exec(directive)?.[1] ?? []);
  return (
    new Set(names).size === names.length &&
    ages.length === 1 &&
    Number(ages[0]) >= MAX_AGE_SECONDS_MIN &&
    directives.includes('includesubdomains')
  );
}
