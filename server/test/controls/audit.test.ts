// The controls of the audit log, of what may stand in it, and of the way out turn red when the running system breaks.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parseAllowList } from '#outbound/allow-list.ts';
import { createOutbound } from '#outbound/outbound.ts';
import { forgeEntry, refitFrontier } from '#test/forge-log.ts';
import {
  aKey,
  bareFetch,
  bySuperuser,
  CUTS,
  foundOnSchedule,
  keepRawNames,
  logSessions,
  setOutbound,
  setRound,
  silenceRoute,
  swallowEvents,
  TAMPERINGS,
  writeKeyAround,
} from './audit-breakages.ts';
import { cutDatabaseOff } from './breakages.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';
import { addQuietStream, changeStream, streamOfProbe, tamper } from './tamper.ts';

let system: System;
/** The stream of an organization in which nothing happens any more. */
let quiet = '';

/**
 * The control alone fails at each of these places, and passes again when it is mended; that others keep still is looked at
 * once for each control.
 */
async function assertFailsAt(id: string, places: readonly string[], breakIt: Breakage): Promise<void> {
  const mend = await breakIt();
  try {
    const [control] = (await verify(system, id)).controls;
    assert.equal(control?.verdict, 'fail', JSON.stringify(control?.findings));
    const found = control.findings.map(({ at }) => at);
    assert.deepEqual(
      places.filter((at) => !found.includes(at)),
      [],
      JSON.stringify(control.findings),
    );
  } finally {
    await mend();
  }
  const [mended] = (await verify(system, id)).controls;
  assert.equal(mended?.verdict, 'pass', JSON.stringify(mended?.findings));
}

describe('the controls of audit, log and outbound calls, on the running system', () => {
  before(async () => {
    system = await startSystem();
    quiet = await addQuietStream(system, 5);
    // Whoever is probed is founded by the first run.
    await verify(system, 'AU3');
  });
  after(() => system[Symbol.asyncDispose]());

  it('SF1 sees that the server calls out without a policy', () =>
    assertTurnsRed(system, { id: 'SF1', at: 'a server on loopback' }, setOutbound(system, bareFetch)));

  it('SF1 sees it for every form of an address', () =>
    assertFailsAt(
      'SF1',
      ['the metadata service', 'loopback in octal', 'a private network, 10'],
      setOutbound(system, bareFetch),
    ));

  it('SF1 does not pass on a client that answers nothing any more', async () => {
    const allow = parseAllowList('');
    assert.ok(allow.ok);
    const closed = createOutbound({ allow: allow.list });
    await closed.close();
    const mend = await setOutbound(system, closed)();
    assert.deepEqual(
      (await verify(system, 'SF1')).controls.map(({ verdict }) => verdict),
      ['unknown'],
    );
    await mend();
  });

  it('AU3 sees that an entry was changed past the server', async () => {
    const change = `update holdfast.audit_entry set facts = '{"x":1}' where STREAM and seq = 2`;
    await assertTurnsRed(system, { id: 'AU3', at: 'record_hash' }, tamper(system, await streamOfProbe(system), change));
  });

  for (const [what, at, sql] of TAMPERINGS)
    it(`AU3 sees at ${at}, and has the server say, that ${what}`, async () =>
      assertFailsAt('AU3', [at, 'chain'], tamper(system, await streamOfProbe(system), sql)));

  for (const [what, sql] of Object.entries(CUTS))
    it(`AU3 sees in the tree that ${what}`, () => assertFailsAt('AU3', ['tree root'], tamper(system, quiet, sql)));

  it('AU3 sees in the tree that an entry was hashed again with all that follow, by who holds the keys of the streams', () => {
    const forge = () => forgeEntry(system.admin, system.kernel.tools.keyring.audit, { streamId: quiet, seq: 2 });
    return assertFailsAt('AU3', ['tree root'], changeStream(system, quiet, forge));
  });

  it('AU3 sees that a checkpoint was replaced', () =>
    assertFailsAt('AU3', ['checkpoint'], async () => {
      const where = 'where size = (select min(size) from holdfast.audit_checkpoint)';
      const [before] = await system.admin(`select size, note from holdfast.audit_checkpoint ${where}`);
      await system.admin(
        `set session_replication_role = 'replica'; update holdfast.audit_checkpoint set note = replace(note, 'holdfast.local', 'holdfast.evil') ${where}`,
      );
      return () =>
        system.admin(
          `set session_replication_role = 'replica'; update holdfast.audit_checkpoint set note = '${String(before?.['note'])}' where size = ${String(before?.['size'])}`,
        );
    }));

  it('AU3 sees what the scheduled verification found in the log of an organization that nobody asks for', () =>
    assertTurnsRed(
      system,
      { id: 'AU3', at: 'whole log' },
      foundOnSchedule(
        system,
        tamper(system, quiet, `update holdfast.audit_entry set facts = '{"x":1}' where STREAM and seq = 3`),
      ),
    ));

  it('AU3 sees that nobody verified the log for a day', () =>
    assertFailsAt(
      'AU3',
      ['schedule'],
      setRound(
        system,
        `jsonb_set(value, '{endedAt}', to_jsonb(to_char(now() at time zone 'utc' - interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`,
      ),
    ));

  it('AU3 does not pass where the scheduled verification has left no result', async () => {
    const mend = await setRound(system, `'{}'`)();
    assert.deepEqual(
      (await verify(system, 'AU3')).controls.map(({ verdict }) => verdict),
      ['unknown'],
    );
    await mend();
  });

  it('AU3 sees history that was rewritten with the stored frontier, so that new checkpoints are signed over it', async () => {
    await using another = await startSystem();
    const streamId = await addQuietStream(another, 3);
    await addQuietStream(another, 1);
    await forgeEntry(another.admin, another.kernel.tools.keyring.audit, { streamId, seq: 2 });
    await refitFrontier(another.admin);
    await addQuietStream(another, 1);
    const [result] = (await verify(another, 'AU3')).controls;
    assert.deepEqual([result?.verdict, result?.findings.map(({ at }) => at)], ['fail', ['tree root']]);
  });

  it('AU2 sees a session token that an error carries into the log', () =>
    assertTurnsRed(system, { id: 'AU2', at: 'log' }, logSessions(system)));

  it('AU2 sees a key that the audit log keeps as it was written into a name', () =>
    assertFailsAt('AU2', ['audit log'], keepRawNames(system)));

  // TN5 looks for the events of what it was refused, AU2 for its own among the events it searches.
  it('AU1 sees that a trigger swallows the events of what is changed', () =>
    // These look for events of their own in the log, and find none.
    assertTurnsRed(
      system,
      { id: 'AU1', at: 'a key is made', beside: ['AU2', 'EN1', 'RB8', 'TN5'] },
      swallowEvents(system),
    ));

  it('AU1 sees a key that was written around the log', () =>
    assertTurnsRed(system, { id: 'AU1', at: 'rows' }, writeKeyAround(system)));

  it('AU1 sees a key that was deleted around the log', async () => {
    const [key] = await system.admin(`select to_jsonb(k) as row from holdfast.api_key k where k.id = ${aKey}`);
    const row = JSON.stringify(key?.['row']);
    const putBack = `insert into holdfast.api_key select * from jsonb_populate_record(null::holdfast.api_key, '${row}')`;
    await assertFailsAt(
      'AU1',
      ['rows'],
      bySuperuser(system, `delete from holdfast.api_key where id = ${aKey}`, putBack),
    );
  });

  it('AU1 sees that the application may change entries', () =>
    assertFailsAt(
      'AU1',
      ['privileges'],
      bySuperuser(
        system,
        'grant update (facts) on holdfast.audit_entry to holdfast_app',
        'revoke update (facts) on holdfast.audit_entry from holdfast_app',
      ),
    ));

  it('AU1 sees that the guard of entries is switched off', () =>
    assertFailsAt(
      'AU1',
      ['guards'],
      bySuperuser(
        system,
        'alter table holdfast.audit_entry disable trigger append_only',
        'alter table holdfast.audit_entry enable trigger append_only',
      ),
    ));

  it('AU1 sees a route that records nothing', () => assertFailsAt('AU1', ['operations'], silenceRoute(system)));

  it('none of AU1, AU2 and AU3 passes while the database is gone', async () => {
    await using another = await startSystem();
    const ids = ['AU1', 'AU2', 'AU3'];
    const letIn = await cutDatabaseOff(another);
    try {
      const { controls } = await verify(another, ...ids);
      assert.deepEqual(
        controls.map(({ id, verdict }) => `${id} ${verdict === 'error' || verdict === 'unknown'}`),
        ids.map((id) => `${id} true`),
      );
    } finally {
      await letIn();
    }
  });
});
