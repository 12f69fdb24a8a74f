// Keys are checked past row security, so they are where a wall leaks: what they answer must not tell of another tenant.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { CROSSING_KEYS, UNIQUE_OVER_ALL } from './catalog/exceptions.ts';
import { TENANT_KEYS } from './catalog/rules.ts';
import { asApp, type Ending } from './walls/asking.ts';
import { openWalls } from './walls/open.ts';
import { type Context, organizationOf, type Owner, owners } from './walls/owners.ts';
import { ONE_OF } from './walls/samples.ts';
import { insertOf, newRow, type Row } from './walls/rows.ts';
import type { TableShape } from './walls/schema.ts';

const walls = await openWalls();
const { client, superuser, shapes, facts, filled, rowsOf, mayApp } = walls;
const spare: Owner = { ...owners.orgB, id: randomUUID() };
const organizationShape = shapes.find(({ name }) => name === 'organization');
assert.ok(organizationShape !== undefined);
const spareRow = newRow(organizationShape, spare, filled);
const insertSpare = insertOf('organization', spareRow);
await superuser.query(insertSpare.text, [...insertSpare.values]);
/** The same rows, with the spare organization as the only one of its letter. */
const filledWithSpare = new Map([...filled, ['organization', [{ owner: spare, row: spareRow }]]]);

describe('keys across the walls', () => {
  after(() => walls[Symbol.asyncDispose]());

  type Probe = { readonly shape: TableShape; readonly owner: Owner; readonly fresh: Row; readonly foreign: Row };

  /** Where the application may add rows beside those of another tenant: a fresh row of B, and the row of A. */
  const probes: readonly Probe[] = shapes.flatMap((shape) => {
    const isInstallation = shape.kind === 'system';
    const foreign = rowsOf(shape).find(({ owner }) => owner.letter === 'A' && owner.kind !== 'system')?.row;
    const owner = rowsOf(shape).find((one) => one.owner.letter === 'B')?.owner;
    if (isInstallation || foreign === undefined || owner === undefined || !mayApp(shape.name, 'insert')) return [];
    return [{ shape, foreign, ...freshOf(shape, owner) }];
  });

  /** A table with one row a tenant takes a tenant that has none yet; where the one row cannot be taken away first, the spare one. */
  function freshOf(shape: TableShape, owner: Owner): Pick<Probe, 'owner' | 'fresh'> {
    const tenant = TENANT_KEYS[shape.kind] ?? [];
    const isOneATenant = shape.primaryKey.every((column) => tenant.includes(column));
    const isTheTenant = isOneATenant && shape.foreignKeys.length === 0;
    if (isOneATenant && !isTheTenant && !mayApp(shape.name, 'delete')) {
      assert.equal(shape.kind, 'org', `${shape.name} needs a tenant without a row`);
      return { owner: spare, fresh: newRow(shape, spare, filledWithSpare) };
    }
    const asked = isTheTenant ? { ...owner, id: randomUUID() } : owner;
    return { owner: asked, fresh: newRow(shape, asked, filled) };
  }

  /** How inserting the fresh row ends with some of its values changed; all of it is undone. */
  function insertWith({ shape, owner, fresh }: Probe, values: Row): Promise<Ending> {
    const beside = owner.kind === 'person' ? [owners.orgB] : [owners.personB];
    const around = owner.kind === 'project' ? [organizationOf(owner)] : [];
    const context: Context = { name: 'B', of: [owner, ...beside, ...around] };
    const { text, values: inserted } = insertOf(shape.name, { ...fresh, ...values });
    return asApp(
      client,
      context,
      async (ask) => {
        // One’s own row would be in the way of a second one.
        await ask(`delete from holdfast.${shape.name}`);
        const ending = await ask(text, inserted);
        return ending.ok ? ask('set constraints all immediate') : ending;
      },
      'rollback',
    );
  }

  function freeOf({ shape }: Probe, columns: readonly string[]): readonly string[] {
    const tenant = TENANT_KEYS[shape.kind] ?? [];
    const plain = columns.map((column) => /^lower\((\w+)\)$/.exec(column)?.[1] ?? column);
    return plain.filter((column) => !tenant.includes(column));
  }

  function copyOf(row: Row, columns: readonly string[]): Row {
    return Object.fromEntries(columns.map((column) => [column, row[column]]));
  }

  for (const probe of probes) {
    test(`${probe.shape.name}: a fresh row of one’s own is taken, so that a refusal tells something`, async () => {
      assert.deepEqual(await insertWith(probe, {}), { ok: true, count: 0, rows: [] });
    });
  }

  test('a reference to a row of another tenant fails exactly as one to nothing', async () => {
    const references = probes.flatMap((probe) =>
      probe.shape.foreignKeys
        .filter(({ name }) => !(name in CROSSING_KEYS))
        .map((key) => ({ ...key, probe, free: freeOf(probe, key.columns) }))
        .filter(({ free }) => free.length > 0),
    );
    assert.ok(references.length > 0);
    for (const { name, probe, free, target, columns, targetColumns } of references) {
      const theirs = (filled.get(target) ?? []).find(({ owner }) => owner.letter === 'A')?.row ?? {};
      const others = ONE_OF[probe.shape.name] ?? [];
      const alone = Object.fromEntries(
        others.some((one) => free.includes(one)) ? others.map((one) => [one, null]) : [],
      );
      const foreign = free.map((column) => [column, theirs[targetColumns[columns.indexOf(column)] ?? '']]);
      const toForeign = await insertWith(probe, { ...alone, ...Object.fromEntries(foreign) });
      const nothing = Object.fromEntries(free.map((column) => [column, randomUUID()]));
      const toNothing = await insertWith(probe, { ...alone, ...nothing });
      assert.equal(toForeign.ok, false, name);
      assert.deepEqual(toForeign, toNothing, name);
    }
  });

  test('a value that another tenant uses is free, but where uniqueness over all tenants is listed', async () => {
    const uniques = probes.flatMap((probe) =>
      probe.shape.uniques
        .map(({ name, columns }) => ({ name, probe, free: freeOf(probe, columns) }))
        .filter(({ free }) => free.length > 0)
        // What refers to a row of the tenant's own can't be another tenant's; the test above is about it.
        .filter(
          ({ free }) =>
            !probe.shape.foreignKeys.some(
              (key) => !(key.name in CROSSING_KEYS) && key.columns.some((one) => free.includes(one)),
            ),
        ),
    );
    assert.ok(uniques.length > 5);
    const taken = new Set<string>();
    for (const { name, probe, free } of uniques) {
      const ending = await insertWith(probe, copyOf(probe.foreign, free));
      if (!ending.ok) taken.add(`${ending.constraint ?? name}: ${ending.code}`);
    }
    const listed = Object.keys(UNIQUE_OVER_ALL).filter((name) =>
      mayApp(facts.indexes.find((index) => index.name === name)?.table ?? '', 'insert'),
    );
    assert.deepEqual(taken, new Set(listed.map((name) => `${name}: 23505`)));
  });
});
