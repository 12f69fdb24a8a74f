// TN1: organizations, their projects, people and the installation are apart in the database itself, in the catalog and in what is really seen.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Database } from '#verification/instance.ts';
import { readRowFacts } from './row-facts.ts';
import { fixtures } from './tn1-fixtures.ts';
import { judgeWalls, KINDS } from './tn1-judge.ts';
import { twins, type WallsTarget } from './tn1-twins.ts';
import {
  countContext,
  countOf,
  countUnder,
  LENDERS,
  peopleOf,
  PROBED,
  SCHEMA,
  type SeenScope,
  TABLES,
} from './walls-queries.ts';

const TTL_SECONDS = 300;

export const wallsControl = defineControl({
  id: 'TN1',
  title: 'The database itself keeps organizations and projects apart',
  severity: 'critical',
  waivable: false,
  boot: 'refuse',
  needs: [
    { kind: KINDS.table, vantage: ['inside'], min: 4 },
    { kind: KINDS.lender, vantage: ['inside'] },
    { kind: KINDS.schema, vantage: ['inside'] },
    { kind: KINDS.rows, vantage: ['inside'] },
  ],
  judge: judgeWalls,
  remedy:
    'Build the wall of every table in its migration (`call protect_org(…)` and its like), look-ups with `call own_lookup(…)`, and views with security_invoker. What was changed by hand is put back: `alter table … force row level security`.',
  maps: { asvs: ['8.4.1'], cwe: ['284', '639', '653'], nist80053: ['AC-3', 'AC-4', 'SC-4'] },
  probe: async ({ database }: WallsTarget, tools) =>
    database === undefined ? [] : [...(await readCatalog(database, tools)), await readRows(database, tools)],
  twins,
  fixtures,
});

type Query = Pick<Database, 'query'>;

async function readCatalog(database: Query, tools: ProbeTools): Promise<readonly Evidence[]> {
  const read = async (text: string, kind: string, what: string): Promise<readonly Evidence[]> =>
    readRowFacts(await database.query(text, [], tools.signal)).map(({ name, facts }) =>
      seal(tools, { kind, subject: `${what} ${name}`, at: 'catalog', data: facts }),
    );
  return [
    ...(await read(TABLES, KINDS.table, 'table')),
    ...(await read(LENDERS, KINDS.lender, 'function')),
    ...(await read(SCHEMA, KINDS.schema, 'schema')),
  ];
}

const REPRODUCE = new Map<string, string>([
  [KINDS.table, String.raw`psql -c '\d+ holdfast.*'`],
  [KINDS.lender, String.raw`psql -c '\df+ holdfast.*'`],
  [KINDS.schema, String.raw`psql -c '\dtvm+ holdfast.*'`],
  [KINDS.rows, `psql -U holdfast_runtime -c 'begin; set local role holdfast_app; table holdfast.table_rule'`],
]);

type Seen = Pick<Evidence, 'kind' | 'subject' | 'at'> & { readonly data: JsonValue };

function seal(tools: ProbeTools, seen: Seen): Evidence {
  const reproduce = REPRODUCE.get(seen.kind);
  return tools.evidence({
    ...seen,
    vantage: 'inside',
    ttlSeconds: TTL_SECONDS,
    ...(reproduce === undefined ? {} : { reproduce }),
  });
}

/** A table that is known to hold rows, and whose; the installation's have no column that says so. */
type Held = {
  readonly table: string;
  readonly whose?: { readonly column: string; readonly own: string; readonly foreign: string };
};
type Counts = ReadonlyMap<string, number>;
type Probed = { readonly organization: string; readonly person: string };

/** Migrations fill it, so it is never empty. */
const OF_SYSTEM: Held = { table: 'table_rule' };
const NIL = '00000000-0000-0000-0000-000000000000';
/** Whatever a project is, its wall lets through whom this context tells; it needs no project that anybody has. */
const CONTEXT = 'current_project()';
const PROJECT = '00000000-0000-7000-8000-000000000001';
const NOBODY: Probed = { organization: NIL, person: NIL };

/** Rows of the installation at any time; those of organizations and people from when there are two to be probed. */
async function readRows(database: Query, tools: ProbeTools): Promise<Evidence> {
  const probed = await findProbed(database, tools);
  const [one = NOBODY] = probed;
  const held = [OF_SYSTEM, ...heldBy(probed)];
  const count = async (scope: SeenScope, which: 'own' | 'foreign'): Promise<Counts> => {
    const texts = held.map(({ table, whose }) =>
      countOf(table, whose === undefined ? undefined : { column: whose.column, id: whose[which] }),
    );
    texts.push(countContext(CONTEXT, which === 'own' ? undefined : PROJECT));
    const rows = await database.query(countUnder(scope, texts), [], tools.signal);
    return new Map(rows.map(({ name, count: counted }) => [String(name), Number(counted)]));
  };
  const unscoped = await count({}, 'own');
  const scoped = await count({ ...one, project: PROJECT, system: true }, 'own');
  const foreign = await count({ ...one, project: PROJECT }, 'foreign');
  const data = [...held.map(({ table }) => table), CONTEXT].map((table) => ({
    table,
    // How many there are does not matter, and changes; a count that is missing is no zero.
    unscoped: unscoped.get(table) ?? -1,
    scoped: Math.min(1, scoped.get(table) ?? -1),
    foreign: foreign.get(table) ?? -1,
  }));
  const at = 'without a scope';
  return seal(tools, { kind: KINDS.rows, subject: 'rows', at, data: { tables: data } });
}

/** The two organizations that exist to be probed with their owners, or nothing before a run has founded both. */
async function findProbed(database: Query, { signal }: ProbeTools): Promise<readonly Probed[]> {
  const rows = await database.query(PROBED, [], signal);
  const found: Probed[] = [];
  for (const { organization } of rows) {
    if (typeof organization !== 'string') continue;
    const [first] = await database.query(peopleOf(organization), [], signal);
    if (typeof first?.['person'] === 'string') found.push({ organization, person: first['person'] });
  }
  return found.length === 2 ? found : [];
}

/** Founding an organization writes a row into each of these. */
function heldBy([one, other]: readonly Probed[]): readonly Held[] {
  if (one === undefined || other === undefined) return [];
  const ofOrganization = { column: 'org_id', own: one.organization, foreign: other.organization };
  const ofPerson = { column: 'user_id', own: one.person, foreign: other.person };
  return [
    ...['organization', 'member', 'data_key'].map((table) => ({ table, whose: ofOrganization })),
    ...['person', 'password'].map((table) => ({ table, whose: ofPerson })),
  ];
}
