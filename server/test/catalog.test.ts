// The catalog of a migrated database keeps every rule, and every rule finds its broken twins.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Client } from 'pg';
import { readFacts } from './catalog/facts.ts';
import { catalogRules } from './catalog/rules.ts';
import { twins } from './catalog/twins.ts';
import { cloneTemplate } from './world.ts';

const database = await cloneTemplate();
const client = new Client(database.as('superuser'));
await client.connect();
/** What the rules say of the catalog as it is after `sql`, all of which is undone. */
async function judgeAfter(sql = ''): Promise<ReadonlyMap<string, readonly string[]>> {
  await client.query('begin');
  try {
    if (sql !== '') await client.query(sql);
    const facts = await readFacts(client);
    return new Map(catalogRules.map(({ id, faults }) => [id, faults(facts)]));
  } finally {
    await client.query('rollback');
  }
}

const judged = await judgeAfter();

describe('the catalog', () => {
  after(async () => {
    await client.end();
    await database[Symbol.asyncDispose]();
  });

  for (const { id } of catalogRules) {
    test(`in the migrated database ${id}`, () => {
      assert.deepEqual(judged.get(id), []);
    });
  }

  test('the rules looked at something: there are tables of each kind, look-ups, and roles', async () => {
    await client.query('begin');
    const facts = await readFacts(client);
    await client.query('rollback');
    for (const kind of ['org', 'project', 'person', 'stream', 'system'])
      assert.ok(
        facts.tables.some((table) => table.kind === kind),
        kind,
      );
    for (const { columns, policies, indexes, foreignKeys, grants, routines } of [facts])
      for (const list of [columns, policies, indexes, foreignKeys, grants, routines]) assert.ok(list.length > 0);
  });

  for (const [index, twin] of twins.entries()) {
    test(`the rule that ${twin.breaks} finds: ${twin.told} (${String(index + 1)})`, async () => {
      const found = (await judgeAfter(twin.by)).get(twin.breaks);
      assert.ok(found?.includes(twin.told), `found ${JSON.stringify(found)}`);
    });
  }

  test('every rule has a broken twin', () => {
    assert.deepEqual(new Set(twins.map(({ breaks }) => breaks)), new Set(catalogRules.map(({ id }) => id)));
  });
});
