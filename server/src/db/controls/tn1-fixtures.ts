// Evidence of walls that stand, and every way in which one is missing.
import type { Fixtures, Mutant } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { alterFacts, fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { KINDS } from './tn1-judge.ts';

export type Facts = Readonly<Record<string, JsonValue>>;
type Part = { readonly kind: string; readonly subject: string; readonly data: Facts };

const PROJECT_RULE =
  '((org_id = ( SELECT current_org() AS current_org)) AND (project_id = ( SELECT current_project() AS current_project)))';
const ORG_RULE = '(org_id = ( SELECT current_org() AS current_org))';
const policy = (name: string, isPermissive: boolean, rule: string, ...roles: readonly string[]): Facts => ({
  name,
  isPermissive,
  command: '*',
  roles,
  using: rule,
  check: rule,
});
const inside = policy('inside_wall', true, 'true', 'holdfast_app');
const lookup = policy('open_to_lookup', true, 'true', 'holdfast_lookup');
const wall = policy('wall', false, ORG_RULE, 'holdfast_app');
const wallOf = (rule: string): Facts => ({ ...wall, using: rule, check: rule });
const secured = { isSecured: true, isForced: true } as const;
const table = (name: string, data: Facts): Part => ({ kind: KINDS.table, subject: `table ${name}`, data });

const SCHEMA_SUBJECT = 'schema holdfast';
const viewOf = (form: string, ...options: readonly string[]): Facts => ({ name: 'people', form, options });

const rowsOf = (name: string, counts: Facts = {}): Facts => ({
  table: name,
  unscoped: 0,
  scoped: 1,
  foreign: 0,
  ...counts,
});

const member = table('member', {
  kind: 'org',
  ...secured,
  primaryKey: ['org_id', 'id'],
  policies: [inside, lookup, wall],
  references: [
    {
      name: 'of_organization',
      columns: ['org_id'],
      kind: 'org',
      target: 'organization',
      targetColumns: ['org_id'],
    },
    { name: 'of_person', columns: ['user_id'], kind: 'person', target: 'person', targetColumns: ['user_id'] },
  ],
});
export const parts: readonly Part[] = [
  member,
  table('person', {
    kind: 'person',
    ...secured,
    primaryKey: ['user_id'],
    policies: [wallOf('(user_id = ( SELECT current_person() AS current_person))')],
    references: [],
  }),
  table('job', {
    kind: 'stream',
    ...secured,
    primaryKey: ['stream_kind', 'stream_id', 'id'],
    policies: [wallOf('in_stream(stream_kind, stream_id)')],
    references: [],
  }),
  table('table_rule', {
    kind: 'system',
    ...secured,
    primaryKey: ['table_name'],
    policies: [
      wallOf('( SELECT in_system_scope() AS in_system_scope)'),
      policy('open_to_migrator', true, 'true', 'holdfast_migrator'),
    ],
    references: [],
  }),
  table('project_member', {
    kind: 'project',
    ...secured,
    primaryKey: ['org_id', 'project_id', 'user_id'],
    policies: [inside, lookup, wallOf(PROJECT_RULE)],
    references: [
      {
        name: 'of_project',
        columns: ['org_id', 'project_id'],
        kind: 'org',
        target: 'project',
        targetColumns: ['org_id', 'id'],
      },
    ],
  }),
  ...['organization', 'provider'].map((name) =>
    table(name, { kind: 'org', ...secured, primaryKey: ['org_id', 'id'], policies: [wall], references: [] }),
  ),
  table('schema_version', {
    kind: null,
    isSecured: false,
    isForced: false,
    primaryKey: ['version'],
    policies: [],
    references: [],
  }),
  {
    kind: KINDS.lender,
    subject: 'function find_password(text)',
    data: {
      owner: 'holdfast_lookup',
      settings: ['enable_seqscan=off', 'search_path=holdfast, pg_temp'],
      callers: ['holdfast_runtime'],
    },
  },
  {
    kind: KINDS.schema,
    subject: SCHEMA_SUBJECT,
    data: { tables: 8, lenders: 1, views: [viewOf('v', 'security_invoker=true')], ruledButMissing: [] },
  },
  {
    kind: KINDS.rows,
    subject: 'rows',
    data: { tables: [rowsOf('table_rule'), rowsOf('member'), rowsOf('current_project()')] },
  },
];

const partition = table('member_2027', {
  kind: null,
  isSecured: false,
  isForced: false,
  primaryKey: ['org_id', 'id'],
  policies: [],
  references: [],
});

const sealPart = ({ kind, subject, data }: Part): Evidence =>
  fixtureEvidence({ kind, subject, at: 'catalog', data, vantage: 'inside', ttlSeconds: 300 });
const good = parts.map(sealPart);
const changed = (subject: string, facts: Facts, from: readonly Evidence[] = good): readonly Evidence[] =>
  alterFacts(from, (each) => each.subject === subject, facts);
const mutant = (name: string, hits: string, subject: string, facts: Facts): Mutant => ({
  name,
  from: 'walls that stand',
  apply: (evidence) => changed(subject, facts, evidence),
  hits,
});
const onMember = (name: string, hits: string, facts: Facts): Mutant => mutant(name, hits, 'table member', facts);
const views = (name: string, ...broken: readonly Facts[]): Mutant =>
  mutant(name, 'security_invoker', SCHEMA_SUBJECT, { views: broken });
const seeing = (...tables: readonly Facts[]): readonly Evidence[] => changed('rows', { tables });
const rows = (name: string, hits: string, ...tables: readonly Facts[]): Mutant =>
  mutant(name, hits, 'rows', { tables });
const withPolicies = (...policies: readonly Facts[]): Facts => ({ policies });
export const FUNCTION = 'function find_password(text)';
export const PROJECTS = 'table project_member';
const onProjects = (name: string, hits: string, facts: Facts): Mutant => mutant(name, hits, PROJECTS, facts);
/** The organization's wall alone, as before there were projects. */
export const withoutProject = withPolicies(inside, lookup, wall);

export const fixtures: Fixtures = {
  good: [{ name: 'walls that stand', evidence: good }],
  mutants: [
    onMember('on, but not for the owner', 'row security', { isForced: false }),
    onMember('off', 'row security', { isSecured: false }),
    onMember('no wall behind using (true)', 'wall', withPolicies(inside, lookup)),
    onMember('a wall that lets everything past', 'wall', withPolicies(inside, lookup, { ...wall, using: 'true' })),
    onMember('a wall that takes every new row', 'wall', withPolicies(inside, lookup, { ...wall, check: null })),
    onMember('a wall that is only one more permission', 'wall', withPolicies(inside, { ...wall, isPermissive: true })),
    onMember('a wall for reading alone', 'wall', withPolicies(inside, { ...wall, command: 'r' })),
    onMember(
      'a wall that no context opens',
      'wall',
      withPolicies(inside, { ...wall, using: '(org_id = COALESCE(current_org(), org_id))' }),
    ),
    onMember('a wall of another kind', 'wall', {
      policies: [wallOf('(user_id = ( SELECT current_person() AS current_person))')],
    }),
    onMember(
      'using (true) for everybody',
      'policy',
      withPolicies(inside, lookup, wall, policy('all', true, 'true', 'public')),
    ),
    onMember(
      'using (true) for the login',
      'policy',
      withPolicies(inside, lookup, wall, policy('all', true, 'true', 'holdfast_runtime')),
    ),
    onMember(
      'using (true) for the owner',
      'policy',
      withPolicies(inside, wall, policy('all', true, 'true', 'holdfast_migrator')),
    ),
    onProjects('no wall around a project', 'wall', withPolicies(inside, lookup)),
    onProjects('a wall around the organization of a project alone', 'wall', withoutProject),
    onProjects('a wall around a project alone', 'wall', {
      policies: [inside, wallOf('(project_id = ( SELECT current_project() AS current_project))')],
    }),
    onProjects('a project that is told as its organization’s', 'wall', { kind: 'org' }),
    onProjects('a key without the project', 'primary key', { primaryKey: ['org_id', 'user_id'] }),
    onProjects('a reference out of a project that leaves its organization', 'foreign key', {
      references: [{ name: 'stray', columns: ['project_id'], kind: 'org', target: 'project', targetColumns: ['id'] }],
    }),
    onMember('a key without the tenant', 'primary key', { primaryKey: ['id'] }),
    onMember('no key', 'primary key', { primaryKey: [] }),
    onMember('a reference that leaves the tenant', 'foreign key', {
      references: [
        { name: 'stray', columns: ['key_id'], kind: 'org', target: 'api_key', targetColumns: ['id'] },
        { name: 'good', columns: ['org_id'], kind: 'org', target: 'organization', targetColumns: ['org_id'] },
      ],
    }),
    onMember('no rule', 'rule', { kind: null }),
    onMember('a rule of no kind', 'rule', { kind: 'everybody' }),
    {
      name: 'a new partition without a wall',
      from: 'walls that stand',
      apply: (evidence) => [...changed(SCHEMA_SUBJECT, { tables: 9 }, evidence), sealPart(partition)],
      hits: 'rule',
    },
    mutant('a rule for a table that is gone', 'rule', SCHEMA_SUBJECT, { ruledButMissing: ['thing'] }),
    views('a view that asks as its owner', viewOf('v')),
    views('a view told to ask as its owner', viewOf('v', 'security_invoker=false')),
    views(
      'one such view beside a good one',
      viewOf('v', 'security_invoker=true'),
      viewOf('v', 'security_barrier=true'),
    ),
    views('a copy of rows', viewOf('m', 'security_invoker=true')),
    views('a table elsewhere', viewOf('f')),
    mutant('lent rights on any path', 'search_path', FUNCTION, { settings: [] }),
    mutant('lent rights on a path that others write', 'search_path', FUNCTION, {
      settings: ['search_path=public, holdfast'],
    }),
    mutant('temporary things found first', 'search_path', FUNCTION, { settings: ['search_path=pg_temp, holdfast'] }),
    mutant('the owner’s rights lent', 'owner', FUNCTION, { owner: 'holdfast_migrator' }),
    mutant('rights lent to everybody', 'execute', FUNCTION, { callers: ['public'] }),
    rows('rows without a scope', 'without a scope', rowsOf('table_rule'), rowsOf('member', { unscoped: 3 })),
    rows('rows without any scope', 'without a scope', rowsOf('table_rule', { unscoped: 1, scoped: 0 })),
    rows('rows of another organization', 'under another scope', rowsOf('table_rule'), rowsOf('member', { foreign: 1 })),
    rows('a project without being in one', 'without a scope', rowsOf('current_project()', { unscoped: 1 })),
    rows('another project than one’s own', 'under another scope', rowsOf('current_project()', { foreign: 1 })),
    rows('a count that is missing', 'without a scope', rowsOf('table_rule', { unscoped: -1 })),
  ],
  notApplicable: [],
  blind: [
    { name: 'nothing seen with the right scope', evidence: seeing(rowsOf('table_rule', { scoped: 0 })) },
    { name: 'no table looked at', evidence: seeing() },
    { name: 'three tables', evidence: good.filter(({ subject }) => !/^table (?:member|job)$/.test(subject)) },
    { name: 'a list that ends early', evidence: good.filter(({ subject }) => subject !== 'table job') },
    { name: 'a catalog nobody looked behind', evidence: good.filter(({ kind }) => kind !== KINDS.rows) },
  ],
  same: [
    {
      name: 'another way to write on, and quotes in the path',
      as: 'walls that stand',
      evidence: changed(
        SCHEMA_SUBJECT,
        { views: [viewOf('v', 'security_barrier=true', 'security_invoker=ON')] },
        changed(FUNCTION, { settings: ['search_path="holdfast", "pg_temp"'] }),
      ),
    },
  ],
};
