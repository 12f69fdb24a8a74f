// Evidence of doors that ask, of doors that do not, and servers that have such.
import type { Fixtures, Mutant, StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { TwinAnswers } from '@holdfast/controls/twins/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Operation } from '#verification/instance.ts';
import type { TenantsTarget } from './asking.ts';
import { KINDS, undeclaredPaths } from './rb7-judge.ts';
import { callerOf, tenantTarget } from './tenant-twins.ts';

export type AccessTarget = TenantsTarget & { readonly operations?: readonly Operation[] };

type Facts = Readonly<Record<string, JsonValue>>;
type Part = { readonly kind: string; readonly subject: string; readonly data: Facts };

const parts: readonly Part[] = [
  { kind: KINDS.registry, subject: 'operations', data: { operations: 4 } },
  {
    kind: KINDS.operation,
    subject: 'GET /api/v1/members',
    data: { id: 'member.list', publicFor: null, permissions: ['member:read'], bare: 401, owned: '200' },
  },
  {
    kind: KINDS.operation,
    subject: 'GET /api/v1/audit/checkpoint',
    data: { id: 'audit.checkpoint', publicFor: null, permissions: ['audit:verify'], bare: 401, owned: '404' },
  },
  {
    kind: KINDS.operation,
    subject: 'POST /api/v1/api-keys',
    data: { id: 'api_key.create', publicFor: null, permissions: ['api_key:create'], bare: 401, owned: null },
  },
  {
    kind: KINDS.operation,
    subject: 'GET /api/v1/setup',
    data: { id: 'setup.state', publicFor: 'the first page needs it', permissions: [], bare: 200, owned: null },
  },
  ...undeclaredPaths('chance').map(({ subject }) => ({ kind: KINDS.undeclared, subject, data: { status: 404 } })),
];
const sealPart = ({ kind, subject, data }: Part): Evidence =>
  fixtureEvidence({
    kind,
    subject,
    at: kind === KINDS.undeclared ? 'undeclared path' : 'without a credential',
    data,
    vantage: 'inside',
    ttlSeconds: 300,
  });
const good = parts.map(sealPart);
const changed = (subject: string, facts: Facts): readonly Evidence[] =>
  alterFacts(good, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'doors that ask',
  apply: () => changed(subject, facts),
  hits,
});
const BARE = 'without a credential';
const MEMBERS = 'GET /api/v1/members';
const MAKE_KEY = 'POST /api/v1/api-keys';

export const fixtures: Fixtures = {
  good: [{ name: 'doors that ask', evidence: good }],
  mutants: [
    mutant('shown to anybody', BARE, MEMBERS, { bare: 200 }),
    mutant('empty for anybody', BARE, MEMBERS, { bare: 204 }),
    mutant('read before it is asked who reads', BARE, MAKE_KEY, { bare: 400 }),
    mutant('looked for before it is asked who looks', BARE, MAKE_KEY, { bare: 404 }),
    mutant('a page to sign in instead of a refusal', BARE, MEMBERS, { bare: 302 }),
    mutant('no permission', 'access', MEMBERS, { permissions: [] }),
    mutant('public by its own word', 'access', MEMBERS, { publicFor: 'everybody may know who is here', bare: 200 }),
    mutant('public for no reason', 'access', 'GET /api/v1/setup', { publicFor: 'why not' }),
    mutant('a path nobody declared', 'undeclared path', 'GET /internal', { status: 200 }),
    mutant('a page for every path', 'undeclared path', 'GET /api/v1/<chance>', { status: 200 }),
    mutant('a door nobody declared', 'undeclared path', 'GET /debug', { status: 403 }),
  ],
  notApplicable: [],
  blind: [
    { name: 'too many calls', evidence: changed(MEMBERS, { bare: 429 }) },
    { name: 'a server in trouble', evidence: changed('GET /graphql', { status: 503 }) },
    { name: 'the owner is not let in', evidence: changed(MEMBERS, { owned: '401' }) },
    { name: 'nobody is let in anywhere', evidence: changed(MEMBERS, { owned: '404' }) },
    { name: 'an operation was not asked', evidence: good.filter(({ subject }) => subject !== MAKE_KEY) },
    { name: 'a path was not asked', evidence: good.filter(({ subject }) => subject !== 'GET /admin') },
  ],
  same: [
    {
      name: 'an owner who may not',
      as: 'doors that ask',
      evidence: changed('GET /api/v1/audit/checkpoint', { owned: '403' }),
    },
  ],
};

const operation = (id: string, method: string, path: string, publicFor?: string): Operation => ({
  id,
  method,
  path,
  publicFor,
  permissions: publicFor === undefined ? ['member:read'] : [],
  rateClass: 'read',
  auditAction: undefined,
});
const OPERATIONS: readonly Operation[] = [
  operation('member.list', 'GET', '/api/v1/members'),
  operation('member.get', 'GET', '/api/v1/members/:memberId'),
  operation('setup.state', 'GET', '/api/v1/setup', 'the first page needs it'),
];

/** Asks who is calling everywhere, but where `open` says otherwise. */
async function startServer(open: TwinAnswers, operations = OPERATIONS): Promise<StartedTwin<AccessTarget>> {
  const started = await tenantTarget(
    startWebTwin({
      'GET /api/v1/setup': { status: 200 },
      'GET /api/v1/members': (request) => ({ status: callerOf(request) === undefined ? 401 : 200 }),
      'GET /api/v1/members/probe': { status: 401 },
      ...open,
    }),
  );
  return { ...started, target: { ...started.target, operations } };
}

export const twins: readonly [Twin<AccessTarget>, ...Twin<AccessTarget>[]] = [
  {
    name: 'a server that shows one of its lists to anybody',
    hits: BARE,
    start: () => startServer({ 'GET /api/v1/members': { status: 200 } }),
  },
  {
    name: 'a server with a door nobody declared',
    hits: 'undeclared path',
    start: () => startServer({ 'GET /internal': { status: 200 } }),
  },
  {
    name: 'a server with an operation that calls itself public',
    hits: 'access',
    start: () =>
      startServer({}, [...OPERATIONS, operation('member.export', 'GET', '/api/v1/setup', 'it is only names')]),
  },
];
