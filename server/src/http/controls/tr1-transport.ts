// TR1: what other machines can reach speaks TLS 1.2 or newer with a good certificate, and nothing else.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { startHttpTwin } from '@holdfast/controls/twins/http.ts';
import { startTlsTwin } from '@holdfast/controls/twins/tcp.ts';
import { asExposed, twinCertificate } from './exposed-twin.ts';
import { concernsTls, EXPOSURE, type ExposureParts, seeExposure } from './exposure-evidence.ts';
import { transportFixtures } from './tr1-fixtures.ts';
import { CERTIFICATE, ENDPOINT, PLAINTEXT, seeEndpoints, VERSIONS } from './tr1-endpoint.ts';

const DAYS_LEFT_MIN = 14;
/** Ways to refuse plaintext: malformed, misdirected, upgrade required. */
const PLAINTEXT_REFUSALS: readonly number[] = [400, 421, 426];
/** The chain came complete, down to the root of a private authority, which this machine need not know. */
const COMPLETE_PRIVATE_CHAIN = 'SELF_SIGNED_CERT_IN_CHAIN';

export const transportControl = defineControl({
  id: 'TR1',
  title: 'What other machines can reach speaks TLS 1.2 or newer, and nothing else',
  severity: 'high',
  waivable: true,
  applies: concernsTls,
  needs: [{ kind: ENDPOINT, vantage: ['inside', 'outside'] }],
  judge: (evidence) => {
    const hasProxy = evidence.some((each) => each.kind === EXPOSURE && factsOf(each).flag('hasProxy'));
    return evidence.filter(({ kind }) => kind === ENDPOINT).flatMap((each) => judgeEndpoint(each, hasProxy));
  },
  remedy:
    'Set HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE (fullchain.pem, renewed automatically), or put a proxy that ends TLS in front and name it in HOLDFAST_TRUSTED_PROXIES.',
  maps: { asvs: ['12.1.1', '12.2.1', '12.2.2'], cwe: ['319', '326', '295'], nist80053: ['SC-8', 'SC-23'] },
  probe: async (target: ExposureParts, tools) => {
    const exposure = seeExposure(target, tools);
    if (exposure === undefined) return [];
    if (!concernsTls.decide([exposure]).yes) return [exposure];
    return [exposure, ...(await seeEndpoints(target, tools))];
  },
  twins: [
    {
      name: 'an edge that speaks TLS 1.0 and 1.1 too',
      hits: VERSIONS,
      start: async (tools) =>
        asExposed(
          await startTlsTwin({ certificate: twinCertificate(tools), minVersion: 'TLSv1', maxVersion: 'TLSv1.3' }),
        ),
    },
    {
      name: 'an edge that speaks plain HTTP',
      hits: PLAINTEXT,
      start: async () => asExposed(await startHttpTwin({ answers: { '*': { status: 200 } } })),
    },
    {
      name: 'an edge whose certificate ends in ten days',
      hits: CERTIFICATE,
      start: async (tools) => asExposed(await startHttpTwin({ answers: {}, certificate: twinCertificate(tools, 10) })),
    },
  ],
  fixtures: transportFixtures,
});

function judgeEndpoint(each: Evidence, hasProxy: boolean): readonly Finding[] {
  const facts = factsOf(each);
  return [...judgeTls(each, facts, hasProxy), ...judgePlaintext(each, facts)];
}

function judgeTls(each: Evidence, facts: Facts, hasProxy: boolean): readonly Finding[] {
  const protocol = facts.findText('protocol');
  const old = facts.texts('oldVersions');
  const faults = certificateFaults(each, facts);
  if (protocol === undefined) {
    const [expected, observed] = ['TLS 1.2 or newer', 'no TLS'];
    // Where the proxy ends TLS cannot be seen from behind it.
    if (hasProxy) {
      const where = `${observed}; a declared proxy ends it, so look from outside: holdfast verify --url https://…`;
      return [{ ...failureOf(each, { at: VERSIONS, expected, observed: where }), verdict: 'unknown' }];
    }
    return [failureOf(each, { at: VERSIONS, expected, observed })];
  }
  const spoken = [protocol, ...old];
  const isModern = (version: string): boolean => version === 'TLSv1.3' || version === 'TLSv1.2';
  return [
    ...(spoken.every(isModern)
      ? []
      : [failureOf(each, { at: VERSIONS, expected: 'TLS 1.2 or newer alone', observed: spoken.join(', ') })]),
    ...faults.map((observed) =>
      failureOf(each, { at: CERTIFICATE, expected: 'a valid one with its chain, for 14 days or more', observed }),
    ),
  ];
}

function certificateFaults({ vantage }: Evidence, facts: Facts): readonly string[] {
  const certificate = facts.part('certificate');
  const distrust = certificate.findText('distrust');
  const daysLeft = facts.number('daysLeft');
  const isTrusted = distrust === undefined || (distrust === COMPLETE_PRIVATE_CHAIN && vantage !== 'outside');
  return [
    ...(isTrusted ? [] : [distrust]),
    ...(certificate.flag('isForName') ? [] : ['it is for another name']),
    ...(certificate.flag('hasBegun') ? [] : ['it is not valid yet']),
    // Not a number is no time either.
    ...(daysLeft >= DAYS_LEFT_MIN ? [] : [`${daysLeft} days left`]),
  ];
}

function judgePlaintext(each: Evidence, facts: Facts): readonly Finding[] {
  const answered = facts.part('plaintext');
  const status = answered.number('status');
  if (status === 0 || PLAINTEXT_REFUSALS.includes(status)) return [];
  const finding = failureOf(each, { at: PLAINTEXT, expected: 'no answer over plain HTTP', observed: `${status}` });
  // A declared proxy on this machine is served over plain HTTP rightly; nobody else can be tried from here.
  return [answered.flag('isProxy') ? { ...finding, verdict: 'unknown' } : finding];
}
