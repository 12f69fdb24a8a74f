// Evidence of roles that can't leave the walls, of roles that can, and databases with such roles.
import type { Fixtures, Mutant, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { LoginAttempt } from '../log-in.ts';
import { KINDS, type LoginTarget } from './login-target.ts';

type Facts = Readonly<Record<string, JsonValue>>;

const weak = { mayLogIn: false, powers: [], taken: [], held: [], owns: [], makes: [], enters: true };
const ROLES: readonly (readonly [name: string, facts: Facts])[] = [
  ['holdfast_app', { isLogin: false, ...weak }],
  ['holdfast_maintenance', { isLogin: false, ...weak }],
  [
    'holdfast_runtime',
    {
      isLogin: true,
      ...weak,
      mayLogIn: true,
      taken: ['holdfast_app', 'holdfast_maintenance', 'holdfast_sequencer'],
    },
  ],
  ['holdfast_sequencer', { isLogin: false, ...weak }],
];
const tried = (outcome: string): readonly Facts[] =>
  ['postgres', 'holdfast_migrator', 'holdfast_runtime'].map((user) => ({ user, outcomes: [outcome] }));
const piece = (kind: string, subject: string, at: string, data: Facts): Evidence =>
  fixtureEvidence({ kind, subject, at, data, vantage: 'inside', ttlSeconds: 300 });
const good = [
  ...ROLES.map(([name, facts]) => piece(KINDS.role, `role ${name}`, 'pg_roles', facts)),
  piece(KINDS.logins, 'logins', 'published passwords', { own: 'accepted', tried: tried('refused') }),
];
const changed = (subject: string, facts: Facts): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'roles behind the walls',
  apply: () => changed(subject, facts),
  hits,
});
const APP = 'role holdfast_app';
const LOGIN = 'role holdfast_runtime';
const taken = ['holdfast_app', 'holdfast_maintenance', 'holdfast_sequencer'];

export const fixtures: Fixtures = {
  good: [{ name: 'roles behind the walls', evidence: good }],
  mutants: [
    mutant('a role that passes the walls', 'powers', APP, { powers: ['bypassrls'] }),
    ...['superuser', 'bypassrls', 'createrole', 'createdb', 'replication', 'inherit'].map((power) =>
      mutant(`a login with ${power}`, 'powers', LOGIN, { powers: [power] }),
    ),
    mutant('a way past the walls by membership', 'membership', LOGIN, { taken: [...taken, 'postgres'] }),
    mutant('a way past by a membership of a role it takes', 'membership', LOGIN, { held: ['holdfast_migrator'] }),
    mutant('a membership that is used unasked', 'membership', LOGIN, { taken: taken.slice(1), held: ['holdfast_app'] }),
    mutant('a role that holds another', 'membership', APP, { taken: ['pg_read_all_data'] }),
    mutant('the owner of a table', 'owner', APP, { owns: ['relation provider'] }),
    mutant('a role that may make tables', 'create', APP, { makes: ['in schema holdfast'] }),
    mutant('a role that may make schemas', 'create', LOGIN, { makes: ['in the database'] }),
    mutant('a role that may log in', 'login', APP, { mayLogIn: true }),
    mutant('a published password that is right', 'published passwords', 'logins', {
      tried: [...tried('refused').slice(1), { user: 'postgres', outcomes: ['accepted', 'refused'] }],
    }),
    mutant('trust instead of passwords', 'published passwords', 'logins', { tried: tried('accepted') }),
  ],
  notApplicable: [],
  blind: [
    { name: 'its own login refused too', evidence: changed('logins', { own: 'refused' }) },
    { name: 'nobody answers', evidence: changed('logins', { tried: tried('unanswered') }) },
    { name: 'nobody was tried', evidence: changed('logins', { tried: [] }) },
    { name: 'a role that enters nothing', evidence: changed(APP, { enters: false }) },
    { name: 'a role was not seen', evidence: good.slice(1) },
  ],
  same: [
    {
      name: 'in another order',
      as: 'roles behind the walls',
      evidence: changed(LOGIN, { taken: taken.toReversed() }),
    },
  ],
};

function brokenDatabase(broken: { readonly role?: string; readonly facts?: Facts; readonly open?: true }): LoginTarget {
  const { role, facts, open } = broken;
  return {
    database: {
      query: async () => ROLES.map(([name, own]) => ({ name, facts: name === role ? { ...own, ...facts } : own })),
      logIn: async ({ as }: LoginAttempt = {}) => ({
        outcome: as === undefined || (open === true && as.password === 'postgres') ? 'accepted' : 'refused',
        isEncrypted: false,
        isVerified: false,
      }),
    },
  };
}

export const twins: readonly [Twin<LoginTarget>, ...Twin<LoginTarget>[]] = [
  {
    name: 'a role that passes the walls',
    hits: 'powers',
    target: brokenDatabase({ role: 'holdfast_app', facts: { powers: ['bypassrls'] } }),
  },
  {
    name: 'a login that holds the owner of everything',
    hits: 'membership',
    target: brokenDatabase({ role: 'holdfast_runtime', facts: { held: ['holdfast_migrator'] } }),
  },
  {
    name: 'a superuser with the password of an image',
    hits: 'published passwords',
    target: brokenDatabase({ open: true }),
  },
];
