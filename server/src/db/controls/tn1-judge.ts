// Judges what the catalog says of the walls, and what was seen with and without a scope. Pure.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf, type Facts } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';

export const KINDS = {
  table: 'pg.table',
  lender: 'pg.lender',
  schema: 'pg.schema',
  rows: 'pg.rows',
} as const;

type Wall = { readonly rule: string; readonly key: readonly string[] };

/** Each kind of table: the one rule that its wall has, and the columns its primary key begins with. */
const WALLS: ReadonlyMap<string, Wall> = new Map([
  ['org', { rule: '(org_id = ( SELECT current_org() AS current_org))', key: ['org_id'] }],
  [
    'project',
    {
      rule: '((org_id = ( SELECT current_org() AS current_org)) AND (project_id = ( SELECT current_project() AS current_project)))',
      key: ['org_id', 'project_id'],
    },
  ],
  ['person', { rule: '(user_id = ( SELECT current_person() AS current_person))', key: ['user_id'] }],
  ['stream', { rule: 'in_stream(stream_kind, stream_id)', key: ['stream_kind', 'stream_id'] }],
  ['system', { rule: '( SELECT in_system_scope() AS in_system_scope)', key: [] }],
]);

/** Tables that belong to nobody, each with why everybody may read it. */
const OPEN_TABLES: ReadonlyMap<string, string> = new Map([
  ['table schema_version', 'which migrations were applied: numbers and names of the product’s own'],
]);

const APP = 'holdfast_app';
/** Roles a policy may let past without a wall: two take whole queues, one owns the look-ups, one writes rules of tables. */
const OPENED: ReadonlySet<string> = new Set(['holdfast_lookup', 'holdfast_maintenance', 'holdfast_sequencer']);
const RULE_WRITER = { subject: 'table table_rule', role: 'holdfast_migrator' };
const LENDER = 'holdfast_lookup';
const CALLERS: ReadonlySet<string> = new Set([...OPENED, APP, 'holdfast_runtime']);
const SEARCH_PATH = /^search_path=\s*"?holdfast"?\s*,\s*"?pg_temp"?\s*$/;
const INVOKES = /^security_invoker=(?:true|on|yes|1)$/i;

/** One finding for each place that does not hold. */
export function judgeWalls(evidence: readonly Evidence[]): readonly Finding[] {
  const isAlso = new Map<string, (each: Evidence) => readonly Finding[]>([
    [KINDS.table, judgeTable],
    [KINDS.lender, judgeLender],
    [KINDS.schema, (each) => judgeSchema(each, evidence)],
    [KINDS.rows, judgeRows],
  ]);
  return evidence.flatMap((each) => isAlso.get(each.kind)?.(each) ?? []);
}

function judgeTable(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const kind = facts.findText('kind');
  if (OPEN_TABLES.has(each.subject) && kind === undefined) return [];
  const wall = kind === undefined ? undefined : WALLS.get(kind);
  if (wall === undefined) {
    const observed = kind === undefined ? 'no rule: row security was not set up for it' : kind;
    return [failureOf(each, { at: 'rule', expected: 'org, project, person, stream or system', observed })];
  }
  return [
    ...judgeSecurity(each, facts),
    ...judgePolicies(each, facts.parts('policies'), wall),
    ...judgeKeys(each, facts, wall),
  ];
}

function judgeSecurity(each: Evidence, facts: Facts): readonly Finding[] {
  const [isSecured, isForced] = [facts.flag('isSecured'), facts.flag('isForced')];
  if (isSecured && isForced) return [];
  const observed = isSecured ? 'on, but not for the owner' : 'off';
  return [failureOf(each, { at: 'row security', expected: 'on and forced', observed })];
}

function judgePolicies(each: Evidence, policies: readonly Facts[], { rule }: Wall): readonly Finding[] {
  const stands = policies.some(
    (policy) =>
      !policy.flag('isPermissive') &&
      policy.text('command') === '*' &&
      isOnly(policy.texts('roles'), APP) &&
      policy.findText('using') === rule &&
      policy.findText('check') === rule,
  );
  const walls = policies.filter((policy) => !policy.flag('isPermissive'));
  const observed = walls.map((policy) => `${policy.text('command')} ${policy.findText('using') ?? ''}`).join(' and ');
  return [
    ...(stands
      ? []
      : [failureOf(each, { at: 'wall', expected: rule, observed: observed === '' ? 'no wall' : observed })]),
    ...policies.flatMap((policy) => judgeOpening(each, policy)),
  ];
}

/** Who is let past: the application behind its wall, and roles of one purpose; never everybody, the login or an owner. */
function judgeOpening(each: Evidence, policy: Facts): readonly Finding[] {
  const name = policy.text('name');
  const odd = policy
    .texts('roles')
    .filter((role) => role !== APP && !OPENED.has(role))
    .filter((role) => each.subject !== RULE_WRITER.subject || role !== RULE_WRITER.role);
  return odd.map((role) =>
    failureOf(each, {
      at: 'policy',
      expected: 'policies for the application and the three roles of one purpose',
      observed: `${name} for ${role} using ${policy.findText('using') ?? 'nothing'}`,
    }),
  );
}

function judgeKeys(each: Evidence, facts: Facts, { key }: Wall): readonly Finding[] {
  const primary = facts.texts('primaryKey');
  const isPlaced = primary.length > 0 && begins(primary, key);
  const expected = key.length === 0 ? 'a primary key' : `it begins with ${key.join(', ')}`;
  const strays = facts.parts('references').filter((reference) => {
    const columns = [reference.texts('columns'), reference.texts('targetColumns')];
    const carried = carriedBetween(facts.findText('kind'), reference.findText('kind'), key);
    return !columns.every((names) => begins(names, carried));
  });
  return [
    ...(isPlaced ? [] : [failureOf(each, { at: 'primary key', expected, observed: primary.join(', ') })]),
    ...strays.map((reference) =>
      failureOf(each, {
        at: 'foreign key',
        expected: `${key.join(', ')} on both sides`,
        observed: `${reference.text('name')} on ${reference.texts('columns').join(', ')}`,
      }),
    ),
  ];
}

/** From one kind to another there is no common tenant to carry (a member is a person), but a project has its organization. */
function carriedBetween(
  kind: string | undefined,
  target: string | undefined,
  key: readonly string[],
): readonly string[] {
  if (kind === target) return key;
  const kinds = new Set([kind, target]);
  return kinds.has('project') && kinds.has('org') ? ['org_id'] : [];
}

function judgeLender(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const paths = facts.texts('settings').filter((setting) => setting.startsWith('search_path='));
  const owner = facts.text('owner');
  const odd = facts.texts('callers').filter((role) => !CALLERS.has(role));
  const isPinned = paths.length === 1 && SEARCH_PATH.test(paths[0] ?? '');
  return [
    ...(owner === LENDER ? [] : [failureOf(each, { at: 'owner', expected: LENDER, observed: owner })]),
    ...(isPinned
      ? []
      : [
          failureOf(each, {
            at: 'search_path',
            expected: 'holdfast, pg_temp',
            observed: paths.length === 0 ? 'the caller’s own' : paths.join(' and '),
          }),
        ]),
    ...odd.map((role) => failureOf(each, { at: 'execute', expected: 'roles of the server alone', observed: role })),
  ];
}

function judgeView(each: Evidence, view: Facts): readonly Finding[] {
  const options = view.texts('options');
  const form = view.text('form');
  if (form === 'v' && options.some((option) => INVOKES.test(option))) return [];
  const observed = form === 'v' ? 'asks as its owner' : `is of form ${form}`;
  return [
    failureOf(each, {
      at: 'security_invoker',
      expected: 'views that ask as their reader',
      observed: `${view.text('name')} ${observed}`,
    }),
  ];
}

/** The pieces are counted apart, so that a list that ends early shows. */
function judgeSchema(each: Evidence, all: readonly Evidence[]): readonly Finding[] {
  const facts = factsOf(each);
  const counts = [
    ['tables', KINDS.table],
    ['lenders', KINDS.lender],
  ] as const;
  const missing = facts.texts('ruledButMissing');
  return [
    ...counts.flatMap(([name, kind]): readonly Finding[] => {
      const seen = all.filter((other) => other.kind === kind).length;
      if (seen === facts.number(name)) return [];
      const found = failureOf(each, { expected: `${facts.number(name)} ${name}`, observed: `${seen} were seen` });
      return [{ ...found, verdict: 'unknown' }];
    }),
    ...facts.parts('views').flatMap((view) => judgeView(each, view)),
    ...missing.map((table) => failureOf(each, { at: 'rule', expected: 'a table for each rule', observed: table })),
  ];
}

/** That nothing is seen without a scope means something only where something is seen with it. */
function judgeRows(each: Evidence): readonly Finding[] {
  const tables = factsOf(each).parts('tables');
  const doubts = tables.filter((seen) => seen.number('scoped') <= 0).map((seen) => seen.text('table'));
  const doubt = failureOf(each, {
    expected: 'rows under the right scope',
    observed: tables.length === 0 ? 'no table looked at' : `none of ${doubts.join(', ')}`,
  });
  return [
    ...tables.flatMap((seen) => [
      ...judgeCount(each, seen, 'unscoped', 'without a scope'),
      ...judgeCount(each, seen, 'foreign', 'under another scope'),
    ]),
    ...(doubts.length === 0 && tables.length > 0 ? [] : [{ ...doubt, verdict: 'unknown' as const }]),
  ];
}

function judgeCount(each: Evidence, seen: Facts, name: string, at: string): readonly Finding[] {
  const count = seen.number(name);
  if (count === 0) return [];
  return [failureOf(each, { at, expected: 'no rows', observed: `${count} of ${seen.text('table')}` })];
}

function isOnly(values: readonly string[], value: string): boolean {
  return values.length === 1 && values[0] === value;
}

function begins(names: readonly string[], key: readonly string[]): boolean {
  return key.every((column, at) => names[at] === column);
}
