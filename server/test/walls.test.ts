// The walls hold for every table there is: what one tenant owns, no other can see, change or take.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type Ask, asApp, DENIED, type Ending } from './walls/asking.ts';
import { openWalls } from './walls/open.ts';
import { type Context, contexts, isInside, owners, tenantValues } from './walls/owners.ts';
import { insertOf, newRow, type Owned, type Row } from './walls/rows.ts';
import type { TableShape } from './walls/schema.ts';

const walls = await openWalls();
const { client, superuser, shapes, facts, filled, rowsOf, mayApp } = walls;
describe('the walls between tenants', () => {
  after(() => walls[Symbol.asyncDispose]());

  const inB: Context = { name: 'person B in organization B', of: [owners.orgB, owners.personB, owners.installation] };

  function isRow(
    { primaryKey }: TableShape,
    row: Row,
  ): { readonly where: string; readonly values: readonly unknown[] } {
    const where = primaryKey.map((column, index) => `${column} = $${String(index + 1)}`).join(' and ');
    return { where, values: primaryKey.map((column) => row[column]) };
  }

  async function digest(): Promise<Readonly<Record<string, unknown>>> {
    const parts = shapes.map(
      ({ name }) =>
        `select '${name}' as name, md5(string_agg(t::text, '|' order by t::text)) as sum from holdfast.${name} t`,
    );
    const { rows } = await superuser.query<{ name: string; sum: string }>(parts.join(' union all '));
    return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
  }

  function assertDenied(ending: Ending, what: string): void {
    assert.deepEqual(ending.ok ? ending : ending.code, DENIED, what);
  }

  function assertUntouched(ending: Ending, what: string): void {
    assert.deepEqual(ending.ok ? ending.count : ending.code, ending.ok ? 0 : DENIED, what);
  }

  /** Everything that can be tried on one row that is not one’s own. */
  async function tryForeign(ask: Ask, shape: TableShape, { owner, row }: Owned, what: string): Promise<void> {
    const { where, values } = isRow(shape, row);
    const [column = ''] = shape.primaryKey;
    assertUntouched(await ask(`select from holdfast.${shape.name} where ${where}`, values), `${what} sees it`);
    assertUntouched(
      await ask(`select from holdfast.${shape.name} where ${where} for update`, values),
      `${what} locks it`,
    );
    assertUntouched(
      await ask(`update holdfast.${shape.name} set ${column} = ${column} where ${where}`, values),
      `${what} updates it`,
    );
    assertUntouched(await ask(`delete from holdfast.${shape.name} where ${where}`, values), `${what} deletes it`);
    const same = insertOf(shape.name, row);
    const fresh = insertOf(shape.name, newRow(shape, owner, filled));
    for (const { text, values: inserted } of [same, fresh]) {
      assertDenied(await ask(text, inserted), `${what} inserts beside it`);
      assertDenied(await ask(`${text} on conflict do nothing`, inserted), `${what} inserts or skips`);
      const upsert = `${text} on conflict (${shape.primaryKey.join(', ')}) do update set ${column} = excluded.${column}`;
      assertDenied(await ask(upsert, inserted), `${what} upserts`);
    }
  }

  for (const shape of shapes) {
    test(`${shape.name}: no scope sees, changes, takes or adds what is not its own`, async () => {
      const before = await digest();
      assert.ok(rowsOf(shape).length > 0);
      for (const context of contexts) {
        await asApp(client, context, async (ask) => {
          for (const owned of rowsOf(shape).filter(({ owner }) => !isInside(context, owner)))
            await tryForeign(ask, shape, owned, `${context.name}, of ${owned.owner.kind} ${owned.owner.letter},`);
        });
      }
      assert.deepEqual(await digest(), before);
    });

    test(`${shape.name}: statements over the whole table reach exactly one’s own rows`, async () => {
      for (const context of contexts) {
        const own = rowsOf(shape).filter(({ owner }) => isInside(context, owner)).length;
        // A table of the installation holds rows that migrations made.
        const { rows } = await superuser.query<{ n: number }>(`select count(*)::int as n from holdfast.${shape.name}`);
        const expected = shape.kind === 'system' && own > 0 ? (rows[0]?.n ?? 0) : own;
        const [column = ''] = shape.primaryKey;
        const statements: Readonly<Record<string, readonly string[]>> = {
          [`select from holdfast.${shape.name}`]: ['select'],
          [`copy holdfast.${shape.name} to stdout`]: ['select'],
          [`update holdfast.${shape.name} set ${column} = ${column}`]: ['update', 'select'],
          [`delete from holdfast.${shape.name}`]: ['delete'],
        };
        await asApp(
          client,
          context,
          async (ask) => {
            for (const [text, privileges] of Object.entries(statements)) {
              const isAllowed = privileges.every((privilege) => mayApp(shape.name, privilege));
              const ending = await ask(text);
              // A row that others refer to can't be deleted; then nothing was.
              if (!ending.ok && ending.code === '23503') continue;
              assert.deepEqual(
                ending.ok ? ending.count : ending.code,
                isAllowed ? expected : DENIED,
                `${context.name}: ${text}`,
              );
            }
            const copied = await ask(`copy holdfast.${shape.name} from stdin`);
            assert.ok(!copied.ok && [DENIED, '0A000'].includes(copied.code), 'rows are copied in past the wall');
            assertDenied(await ask(`truncate holdfast.${shape.name}`), `${context.name} truncates`);
          },
          'rollback',
        );
      }
    });
  }

  test('no row can be given to another owner, nor taken from one', async () => {
    for (const shape of shapes.filter(({ kind }) => kind !== 'system')) {
      for (const context of contexts) {
        for (const { row } of rowsOf(shape).filter(({ owner }) => isInside(context, owner))) {
          for (const other of rowsOf(shape).filter(({ owner }) => !isInside(context, owner))) {
            const { where, values } = isRow(shape, row);
            const moved = Object.entries(tenantValues(shape.kind, other.owner)).map(
              ([column, value]) => `${column} = '${value}'`,
            );
            const ending = await asApp(
              client,
              context,
              (ask) => ask(`update holdfast.${shape.name} set ${moved.join(', ')} where ${where}`, values),
              'rollback',
            );
            assertDenied(ending, `${context.name} gives a row of ${shape.name} away`);
          }
        }
      }
    }
  });

  test('the application cannot become anybody else, turn the walls off, or make anything', async () => {
    await asApp(
      client,
      inB,
      async (ask) => {
        for (const role of ['holdfast_migrator', 'holdfast_lookup', 'postgres'])
          assert.ok(!(await ask(`set local role ${role}`)).ok, role);
        assert.ok(!(await ask('set session authorization holdfast_migrator')).ok);
        assert.ok((await ask('set local row_security = off')).ok);
        assertDenied(await ask('select from holdfast.api_key'), 'without row security nothing is shown');
        for (const text of [
          'create table holdfast.mine (id int)',
          'create temporary table mine (id int)',
          'create schema mine',
          'create function holdfast.mine() returns int language sql return 1',
          'alter table holdfast.api_key disable row level security',
          'drop policy wall on holdfast.api_key',
          'create policy mine on holdfast.api_key using (true)',
          'drop table holdfast.api_key',
          'call holdfast.build_wall($$holdfast.api_key$$, $$true$$)',
        ])
          assertDenied(await ask(text), text);
      },
      'rollback',
    );
  });

  test('the login itself, without a role taken on, reads no table', async () => {
    for (const { name } of shapes) {
      await assert.rejects(client.query(`select from holdfast.${name}`), { code: DENIED }, name);
    }
  });

  test('a look-up that the application may call tells nothing of another tenant', async () => {
    const callable = facts.routines.filter(
      ({ isDefiner, executors }) => isDefiner && executors.includes('holdfast_app'),
    );
    // Owners from here on; this test is the last.
    const { rows: members } = await superuser.query<{ id: string; org_id: string }>(
      `update holdfast.member set role = 'owner' where org_id in ($1, $2) returning id, org_id`,
      [owners.orgA.id, owners.orgB.id],
    );
    const [memberOfA, memberOfB] = [owners.orgA.id, owners.orgB.id].map(
      (orgId) => members.find((each) => each.org_id === orgId)?.id,
    );
    assert.ok(memberOfA !== undefined && memberOfB !== undefined);
    const asked: Readonly<Record<string, (ask: Ask) => Promise<void>>> = {
      'list_people()': async (ask) => {
        const people = await ask('select user_id from holdfast.list_people()');
        assert.deepEqual(people.ok && people.rows.map((row) => row['user_id']), [owners.personB.id]);
      },
      'list_own_organizations()': async (ask) => {
        const mine = await ask('select org_id, user_id from holdfast.list_own_organizations()');
        assert.deepEqual(mine.ok && mine.rows, [{ org_id: owners.orgB.id, user_id: owners.personB.id }]);
      },
      'find_standing(uuid)': async (ask) => {
        const standing = await ask(`select role from holdfast.find_standing('${memberOfA}')`);
        assert.deepEqual(standing.ok && standing.rows, []);
      },
      'list_active_owners()': async (ask) => {
        const found = await ask('select member_id from holdfast.list_active_owners()');
        assert.deepEqual(found.ok && found.rows, [{ member_id: memberOfB }]);
      },
      'list_projects_of(uuid)': async (ask) => {
        const ofA = await ask(`select project_id from holdfast.list_projects_of('${owners.personA.id}')`);
        assert.deepEqual(ofA.ok && ofA.rows, []);
        const ofB = await ask(`select project_id from holdfast.list_projects_of('${owners.personB.id}')`);
        const projects = [owners.projectB.id, owners.otherProjectB.id].toSorted();
        assert.deepEqual(ofB.ok && ofB.rows.map((row) => String(row['project_id'])).toSorted(), projects);
      },
      'count_project_members()': async (ask) => {
        const counted = await ask('select project_id, members from holdfast.count_project_members() order by 1');
        const projects = [owners.projectB.id, owners.otherProjectB.id].toSorted();
        assert.deepEqual(
          counted.ok && counted.rows,
          projects.map((id) => ({ project_id: id, members: '1' })),
        );
      },
      'list_inviters()': async (ask) => {
        const found = await ask('select member_id from holdfast.list_inviters()');
        assert.deepEqual(found.ok && found.rows, [{ member_id: memberOfB }]);
      },
      'list_member_sessions(uuid)': async (ask) => {
        const listed = await ask(`select id from holdfast.list_member_sessions('${memberOfA}')`);
        assert.deepEqual(listed.ok && listed.rows, []);
      },
      'reviews_owed_since()': async (ask) => {
        // A time of the installation, the same for everybody.
        const since = await ask('select holdfast.reviews_owed_since() is not null as known');
        assert.deepEqual(since.ok && since.rows, [{ known: true }]);
      },
      'list_member_uses()': async (ask) => {
        const found = await ask('select member_id from holdfast.list_member_uses()');
        assert.deepEqual(found.ok && found.rows, [{ member_id: memberOfB }]);
      },
      'find_active_roles(uuid[])': async (ask) => {
        const found = await ask(`select user_id from holdfast.find_active_roles('{${owners.personA.id}}')`);
        assert.deepEqual(found.ok && found.rows, []);
      },
      'end_member_sessions(uuid,uuid)': async (ask) => {
        const ended = await ask(`select holdfast.end_member_sessions('${memberOfA}', null) as ended`);
        assert.deepEqual(ended.ok && ended.rows, [{ ended: '0' }]);
      },
      'unlock_account(bytea)': async (ask) => {
        // The key of an account is a keyed hash: whoever has the right address and not the key names nobody.
        const unlocked = await ask("select was_locked from holdfast.unlock_account(sha256('owner@a.example'))");
        assert.deepEqual(unlocked.ok && unlocked.rows, [{ was_locked: false }]);
      },
      'close_lost_model_calls(interval)': async (ask) => {
        const closed = await ask("select closed from holdfast.close_lost_model_calls('-1 day')");
        assert.deepEqual(closed.ok && closed.rows, [{ closed: '0' }]);
      },
    };
    assert.deepEqual(callable.map(({ name }) => name).toSorted(), Object.keys(asked).toSorted());
    const asB = { name: 'B', of: [owners.orgB, owners.personB] };
    await asApp(
      client,
      asB,
      async (ask) => {
        for (const look of Object.values(asked)) await look(ask);
      },
      'rollback',
    );
  });
});
