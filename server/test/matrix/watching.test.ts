// Nothing that a call leaves escapes the matrix: each kind of change to a table is told, and a look by itself tells none.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createWorld, type World } from '#test/world.ts';
import { tablesChanged, type Watch, watchWorld } from './watching.ts';

describe('the watch over what calls leave', () => {
  let world: World;
  let watch: Watch;
  before(async () => {
    world = await createWorld();
    await world.found('acme');
    await world.found('beta');
    watch = await watchWorld(world);
  });
  after(async () => {
    await watch?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const changesOf = async (...statements: readonly string[]): Promise<readonly string[]> => {
    const before = await watch.look();
    for (const statement of statements) await world.admin(statement);
    return tablesChanged(before, await watch.look());
  };

  it('tells an inserted, an updated and a deleted row, and the tables of each', async () => {
    const insert = "insert into holdfast.installation (name, value) values ('watched', '{}')";
    assert.deepEqual(await changesOf(insert), ['installation']);
    const update = "update holdfast.installation set value = '{\"a\":1}' where name = 'watched'";
    assert.deepEqual(await changesOf(update), ['installation']);
    const remove = "delete from holdfast.installation where name = 'watched'";
    const rename = "update holdfast.organization set name = 'Changed' where slug = 'acme'";
    assert.deepEqual(await changesOf(remove, rename), ['installation', 'organization']);
  });

  it('tells a row that took the place of another', async () => {
    await world.admin("insert into holdfast.installation (name, value) values ('one', '{}')");
    const remove = "delete from holdfast.installation where name = 'one'";
    assert.deepEqual(await changesOf(remove, "insert into holdfast.installation (name, value) values ('two', '{}')"), [
      'installation',
    ]);
  });

  it('tells nothing of what was undone, written again as it was, or not done', async () => {
    assert.deepEqual(await changesOf(), []);
    assert.deepEqual(await changesOf('update holdfast.organization set name = name'), []);
    await assert.rejects(world.admin('insert into holdfast.organization (name) values (null)'));
    assert.deepEqual(await changesOf(), []);
  });
});
