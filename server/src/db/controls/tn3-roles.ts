// TN3: the server's login and the roles it takes can't leave the walls, and nobody logs in with a password that is published.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Finding, ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Database } from '#verification/instance.ts';
import { ROLES } from './roles-queries.ts';
import { readRowFacts } from './row-facts.ts';
import { KINDS, type LoginTarget } from './login-target.ts';
import { fixtures, twins } from './tn3-fixtures.ts';

const TTL_SECONDS = 3_600;
const TAKEN = ['holdfast_app', 'holdfast_maintenance', 'holdfast_sequencer'];

export const rolesControl = defineControl({
  id: 'TN3',
  title: 'The server’s database login cannot leave the walls',
  severity: 'critical',
  waivable: false,
  boot: 'refuse',
  needs: [
    { kind: KINDS.role, vantage: ['inside'], min: 1 + TAKEN.length },
    { kind: KINDS.logins, vantage: ['inside'] },
  ],
  judge: (evidence) => [
    ...evidence.filter(({ kind }) => kind === KINDS.role).flatMap(judgeRole),
    ...evidence.filter(({ kind }) => kind === KINDS.logins).flatMap(judgeLogins),
  ],
  remedy:
    'Run `holdfast database prepare`, which makes the roles and new passwords, and serve as holdfast_runtime; take back what was granted by hand: `revoke … from holdfast_runtime`, `alter role … nosuperuser nobypassrls nocreaterole nocreatedb`.',
  maps: { asvs: ['13.2.2', '13.2.3'], cwe: ['250', '269', '1392'], nist80053: ['AC-6', 'IA-5'], cis: ['4.7'] },
  probe: async ({ database }: LoginTarget, tools) => {
    if (database?.logIn === undefined) return [];
    return [...(await readRoles(database, tools)), await tryPublished(database.logIn, tools)];
  },
  twins,
  fixtures,
});

async function readRoles(database: Pick<Database, 'query'>, tools: ProbeTools): Promise<readonly Evidence[]> {
  return readRowFacts(await database.query(ROLES, [], tools.signal)).map(({ name, facts }) =>
    seal(tools, KINDS.role, `role ${name}`, 'pg_roles', facts, String.raw`psql -c '\du+ holdfast_*'`),
  );
}

function seal(
  tools: ProbeTools,
  kind: string,
  subject: string,
  at: string,
  data: JsonValue,
  reproduce: string,
): Evidence {
  return tools.evidence({ kind, subject, at, data, vantage: 'inside', ttlSeconds: TTL_SECONDS, reproduce });
}

/** Those that log in, and the superuser that images and packages make. */
const USERS = ['postgres', 'holdfast_migrator', 'holdfast_runtime'];
/** Few of those that are published: each failure stands in the database's log. A role's own name is tried too. */
const PASSWORDS = ['postgres', 'password', 'holdfast'];

async function tryPublished(logIn: NonNullable<Database['logIn']>, tools: ProbeTools): Promise<Evidence> {
  const own = await logIn();
  const tried: { readonly user: string; readonly outcomes: readonly string[] }[] = [];
  for (const user of USERS) {
    const passwords = [...new Set([user, ...PASSWORDS])];
    const logins = await Promise.all(passwords.map((password) => logIn({ as: { user, password } })));
    tried.push({ user, outcomes: [...new Set(logins.map(({ outcome }) => outcome))].toSorted() });
  }
  const reproduce = 'PGPASSWORD=postgres psql -U postgres -c ""';
  return seal(tools, KINDS.logins, 'logins', 'published passwords', { own: own.outcome, tried }, reproduce);
}

function judgeRole(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const isLogin = facts.flag('isLogin');
  const fail = (at: string, expected: string, odd: readonly string[]): readonly Finding[] =>
    odd.length === 0 ? [] : [failureOf(each, { at, expected, observed: odd.join(', ') })];
  const wrongLogin = facts.flag('mayLogIn') === isLogin ? [] : [isLogin ? 'no login' : 'a login of its own'];
  const isWatched = isLogin || TAKEN.includes(each.subject.replace('role ', ''));
  return [
    ...fail('powers', 'none', facts.texts('powers')),
    ...fail('owner', 'nothing owned', facts.texts('owns')),
    ...fail('create', 'nothing made', facts.texts('makes')),
    ...fail('membership', 'nothing beyond what a transaction takes', oddMemberships(facts, isLogin)),
    ...fail('login', isLogin ? 'a login' : 'no login', wrongLogin),
    ...fail('role', 'the login, or a role it takes', isWatched ? [] : [each.subject]),
    // Who is locked out of everything shows nothing by being locked out of this.
    ...(facts.flag('enters')
      ? []
      : [{ ...failureOf(each, { expected: 'use of the schema', observed: 'none' }), verdict: 'unknown' as const }]),
  ];
}

/** The login takes three roles and uses none unasked; those hold nothing. */
function oddMemberships(facts: Facts, isLogin: boolean): readonly string[] {
  const taken = facts.texts('taken');
  const expected = isLogin ? TAKEN : [];
  return [
    ...facts.texts('held').map((role) => `${role}, used without being taken`),
    ...taken.filter((role) => !expected.includes(role)),
    ...expected.filter((role) => !taken.includes(role)).map((role) => `not ${role}`),
  ];
}

function judgeLogins(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const tried = facts.parts('tried');
  const userOf = (attempt: Facts): string => attempt.text('user');
  const accepted = tried.filter((attempt) => attempt.texts('outcomes').includes('accepted')).map(userOf);
  const unclear = tried
    .filter((attempt) => attempt.texts('outcomes').join() !== 'refused' && !accepted.includes(userOf(attempt)))
    .map(userOf);
  const doubts = [
    ...(facts.text('own') === 'accepted' ? [] : [`its own login is ${facts.text('own')}`]),
    ...unclear.map((user) => `no clear answer for ${user}`),
    ...USERS.filter((user) => !tried.map(userOf).includes(user)).map((user) => `${user} was not tried`),
  ];
  const expected = 'published passwords refused, the server’s own accepted';
  return [
    ...(accepted.length === 0 ? [] : [failureOf(each, { expected, observed: `accepted for ${accepted.join(', ')}` })]),
    ...(doubts.length === 0
      ? []
      : [{ ...failureOf(each, { expected, observed: doubts.join('; ') }), verdict: 'unknown' as const }]),
  ];
}
