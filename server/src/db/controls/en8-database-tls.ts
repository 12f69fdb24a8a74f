// EN8: a database on another machine is reached over TLS that checks who answers, and over nothing else.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { makeSelfSigned } from '@holdfast/controls/twins/certificate.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Config } from '#config.ts';
import { type AddressTarget, fixtures, twins } from './en8-fixtures.ts';
import { KINDS } from './login-target.ts';
import { LINK } from './roles-queries.ts';
import { readRowFacts } from './row-facts.ts';

const TTL_SECONDS = 3_600;
const HOUR_MS = 3_600_000;

export const databaseTlsControl = defineControl({
  id: 'EN8',
  title: 'A database elsewhere is reached over TLS that checks who answers',
  severity: 'high',
  waivable: true,
  boot: 'refuse',
  needs: [
    { kind: KINDS.address, vantage: ['inside'] },
    { kind: KINDS.link, vantage: ['inside'] },
  ],
  applies: {
    needs: [
      { kind: KINDS.address, vantage: ['inside'] },
      { kind: KINDS.link, vantage: ['inside'] },
    ],
    decide: (evidence) => ({
      yes: !isOnThisMachine(evidence),
      because: 'the database is on this machine: behind a socket, or on loopback',
      evidence: evidence.map(({ sha256 }) => sha256),
    }),
  },
  judge: (evidence) => [
    ...evidence.filter(({ kind }) => kind === KINDS.address).flatMap(judgeAddress),
    ...evidence.filter(({ kind }) => kind === KINDS.link).flatMap(judgeLink),
  ],
  remedy:
    'Write sslmode=verify-full in DATABASE_URL, name a private CA in HOLDFAST_DATABASE_CA_FILE, and let pg_hba.conf have hostssl lines alone for other machines.',
  maps: { asvs: ['12.3.1', '12.3.2'], cwe: ['295', '319'], nist80053: ['SC-8', 'SC-23'], pci: ['4.2.1'] },
  probe: async ({ config, database }: AddressTarget, tools) => {
    if (config === undefined || database?.logIn === undefined) return [];
    const address = addressOf(config.database);
    const [seen] = readRowFacts(await database.query(LINK, [], tools.signal));
    const isLocal = address.locality !== 'remote';
    const authority = makeSelfSigned({
      host: 'stranger.invalid',
      notBeforeMs: tools.unixMs() - HOUR_MS,
      notAfterMs: tools.unixMs() + HOUR_MS,
    }).certificatePem;
    const own = await database.logIn();
    // On this machine nothing is at stake, and the attempts would stand in the database's log for nothing.
    const stranger = isLocal ? undefined : await database.logIn({ authority });
    const plain = isLocal ? undefined : await database.logIn({ withoutTls: true });
    return [
      seal(tools, KINDS.address, 'configured address', address),
      seal(tools, KINDS.link, 'own session', {
        atDatabase: seen?.facts ?? null,
        own: { ...own },
        stranger: stranger?.outcome ?? 'not tried',
        plain: plain?.outcome ?? 'not tried',
      }),
    ];
  },
  twins,
  fixtures,
});

function seal(tools: ProbeTools, kind: string, subject: string, data: JsonValue): Evidence {
  const reproduce = `psql "$DATABASE_URL" -c 'select * from pg_stat_ssl where pid = pg_backend_pid()'`;
  return tools.evidence({ kind, subject, at: kind, data, vantage: 'inside', ttlSeconds: TTL_SECONDS, reproduce });
}

/** Without the login and its password. Our own database is behind a socket, and has no address. */
function addressOf(database: Config['database']): {
  readonly locality: string;
  readonly tls: string;
  readonly migratorTls: string;
} {
  if (database.kind === 'embedded') return { locality: 'socket', tls: 'off', migratorTls: 'none' };
  const { target, migrator } = database;
  const isElsewhere = target.locality === 'remote' || migrator?.locality === 'remote';
  const migratorTls = migrator === undefined || migrator.locality !== 'remote' ? 'none' : migrator.tls;
  return { locality: isElsewhere ? 'remote' : target.locality, tls: target.tls, migratorTls };
}

/**
 * What the configuration says has to be what the database sees: behind a socket nobody has an address. On loopback it may
 * see any: a container on this machine has its own.
 */
function isOnThisMachine(evidence: readonly Evidence[]): boolean {
  const factsOfKind = (kind: string): readonly Facts[] => evidence.filter((each) => each.kind === kind).map(factsOf);
  const localities = factsOfKind(KINDS.address).map((facts) => facts.text('locality'));
  const clients = factsOfKind(KINDS.link).map((facts) => facts.part('atDatabase').text('client'));
  if (localities.every((locality) => locality === 'loopback')) return true;
  return localities.every((locality) => locality === 'socket') && clients.every((client) => client === 'socket');
}

function judgeAddress(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const wanted = 'verify-full';
  const [tls, migratorTls] = [facts.text('tls'), facts.text('migratorTls')];
  return [
    ...(tls === wanted ? [] : [failureOf(each, { at: 'sslmode', expected: wanted, observed: tls })]),
    ...(migratorTls === wanted || migratorTls === 'none'
      ? []
      : [failureOf(each, { at: 'sslmode of the migrator', expected: wanted, observed: migratorTls })]),
  ];
}

function judgeLink(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const [own, atDatabase] = [facts.part('own'), facts.part('atDatabase')];
  const [stranger, plain] = [facts.text('stranger'), facts.text('plain')];
  const fail = (at: string, expected: string, observed: string): Finding => failureOf(each, { at, expected, observed });
  const doubt = (at: string, expected: string, observed: string): Finding => ({
    ...fail(at, expected, observed),
    verdict: 'unknown',
  });
  const isAccepted = own.text('outcome') === 'accepted';
  const isSafe = own.flag('isEncrypted') && own.flag('isVerified');
  return [
    ...(isAccepted ? [] : [doubt('own session', 'accepted', own.text('outcome'))]),
    ...(isAccepted && !isSafe ? [fail('own session', 'TLS, and a certificate that was checked', 'not both')] : []),
    ...(atDatabase.flag('isEncrypted')
      ? []
      : [
          isSafe
            ? doubt('pg_stat_ssl', 'TLS up to the database', 'it ends before')
            : fail('pg_stat_ssl', 'TLS', 'none'),
        ]),
    ...judgeOutcome(each, { at: 'certificate', expected: 'distrusted', outcome: stranger }),
    ...judgeOutcome(each, { at: 'plain text', expected: 'refused', outcome: plain }),
  ];
}

type Attempt = { readonly at: string; readonly expected: string; readonly outcome: string };

/** Accepted, or a question for the password in plain text, is a failure; what is no answer proves nothing. */
function judgeOutcome(each: Evidence, { at, expected, outcome }: Attempt): readonly Finding[] {
  if (outcome === expected) return [];
  const found = failureOf(each, { at, expected, observed: outcome });
  return [outcome === 'accepted' || outcome === 'asked' ? found : { ...found, verdict: 'unknown' }];
}
