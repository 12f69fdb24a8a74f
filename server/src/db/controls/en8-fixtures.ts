// Evidence of a link that is safe, of links that are not, of a database on this machine, and doors without locks.
import type { Fixtures, Mutant, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Config } from '#config.ts';
import type { Login, LoginAttempt } from '../log-in.ts';
import { KINDS, type LoginTarget } from './login-target.ts';

export type AddressTarget = LoginTarget & { readonly config?: Pick<Config, 'database'> };

type Facts = Readonly<Record<string, JsonValue>>;

const ADDRESS = 'configured address';
const LINK = 'own session';
const piece = (kind: string, subject: string, data: Facts): Evidence =>
  fixtureEvidence({ kind, subject, at: kind, data, vantage: 'inside', ttlSeconds: 300 });
const own = { outcome: 'accepted', isEncrypted: true, isVerified: true };
const atDatabase = { client: 'network', isEncrypted: true, version: 'TLSv1.3' };
const remote = { locality: 'remote', tls: 'verify-full', migratorTls: 'none' };
const safe = { atDatabase, own, stranger: 'distrusted', plain: 'refused' };
const good = [piece(KINDS.address, ADDRESS, remote), piece(KINDS.link, LINK, safe)];
const changed = (subject: string, facts: Facts, from: readonly Evidence[] = good): readonly Evidence[] =>
  alterFacts(from, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'TLS that checks who answers',
  apply: () => changed(subject, facts),
  hits,
});
const bare = { outcome: 'accepted', isEncrypted: false, isVerified: false };
const onThisMachine = (locality: string): readonly Evidence[] => [
  piece(KINDS.address, ADDRESS, { locality, tls: 'off', migratorTls: 'none' }),
  piece(KINDS.link, LINK, {
    atDatabase: { client: locality, isEncrypted: false, version: null },
    own: bare,
    stranger: 'not tried',
    plain: 'not tried',
  }),
];

export const fixtures: Fixtures = {
  good: [{ name: 'TLS that checks who answers', evidence: good }],
  mutants: [
    mutant('no TLS', 'sslmode', ADDRESS, { tls: 'off' }),
    ...['prefer', 'require', 'verify-ca', 'require&sslmode=disable'].map((tls) =>
      mutant(`sslmode=${tls}`, 'sslmode', ADDRESS, { tls }),
    ),
    mutant('a migrator without TLS', 'sslmode of the migrator', ADDRESS, { migratorTls: 'off' }),
    mutant('a session in plain text', 'own session', LINK, { own: bare }),
    mutant('a certificate that nobody checked', 'own session', LINK, { own: { ...own, isVerified: false } }),
    mutant('a session that the database sees in plain text', 'pg_stat_ssl', LINK, {
      own: bare,
      atDatabase: { ...atDatabase, isEncrypted: false },
    }),
    {
      name: 'a socket behind which the database sees a network',
      from: 'TLS that checks who answers',
      apply: () => changed(LINK, { atDatabase: { ...atDatabase, isEncrypted: false } }, onThisMachine('socket')),
      hits: 'sslmode',
    },
    mutant('a stranger’s certificate', 'certificate', LINK, { stranger: 'accepted' }),
    mutant('hostnossl above hostssl', 'plain text', LINK, { plain: 'asked' }),
    mutant('trust for a network', 'plain text', LINK, { plain: 'accepted' }),
  ],
  notApplicable: [
    { name: 'behind a socket', evidence: onThisMachine('socket') },
    { name: 'on loopback', evidence: onThisMachine('loopback') },
  ],
  blind: [
    {
      name: 'no session',
      evidence: changed(LINK, { own: { ...bare, outcome: 'unanswered' }, stranger: 'unanswered' }),
    },
    { name: 'no word about the certificate', evidence: changed(LINK, { stranger: 'unanswered' }) },
    { name: 'no word about plain text', evidence: changed(LINK, { plain: 'unanswered' }) },
    { name: 'not tried', evidence: changed(LINK, { plain: 'not tried', stranger: 'not tried' }) },
    {
      name: 'TLS that ends before the database',
      evidence: changed(LINK, { atDatabase: { ...atDatabase, isEncrypted: false } }),
    },
    { name: 'an address nobody looked at', evidence: good.slice(1) },
  ],
  same: [
    {
      name: 'the migrator elsewhere too',
      as: 'TLS that checks who answers',
      evidence: changed(ADDRESS, { migratorTls: 'verify-full' }),
    },
  ],
};

const SAFE: Login = { outcome: 'accepted', isEncrypted: true, isVerified: true };
const none = (outcome: Login['outcome']): Login => ({ outcome, isEncrypted: false, isVerified: false });

/** A database elsewhere, as it should be but for what `answers` says. */
function elsewhere(answers: (attempt: LoginAttempt) => Login | undefined): AddressTarget {
  const target = {
    host: 'database.invalid',
    port: 5432,
    user: 'holdfast_runtime',
    password: undefined,
    database: 'holdfast',
    tls: 'verify-full',
    locality: 'remote',
  } as const;
  const right = ({ authority, withoutTls }: LoginAttempt): Login =>
    authority !== undefined ? none('distrusted') : withoutTls === true ? none('refused') : SAFE;
  return {
    config: { database: { kind: 'external', target, migrator: undefined, caFile: undefined } },
    database: {
      query: async () => [{ name: 'link', facts: atDatabase }],
      logIn: async (attempt = {}) => answers(attempt) ?? right(attempt),
    },
  };
}

export const twins: readonly [Twin<AddressTarget>, ...Twin<AddressTarget>[]] = [
  {
    name: 'a client that takes any certificate',
    hits: 'certificate',
    target: elsewhere(({ authority }) => (authority === undefined ? undefined : SAFE)),
  },
  {
    name: 'a database that takes plain text',
    hits: 'plain text',
    target: elsewhere(({ withoutTls }) => (withoutTls === true ? none('asked') : undefined)),
  },
];
