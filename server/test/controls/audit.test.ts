// The controls of the audit log, of what may stand in it, and of the way out turn red when the running system breaks.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllowList } from '#outbound/allow-list.ts';
import { createOutbound, type Outbound } from '#outbound/outbound.ts';
import { startLogWatch } from '#modules/audit.ts';
import { forgeEntry, refitFrontier } from '#test/forge-log.ts';
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

/** The server calls out through another client. */
function setOutbound(other: Pick<Outbound, 'fetch'>): Breakage {
  return async () => {
    const { outbound } = system.kernel.tools;
    Object.assign(system.kernel.tools, { outbound: { ...outbound, ...other } });
    return async () => void Object.assign(system.kernel.tools, { outbound });
  };
}

/** As a module would call that knows nothing of the outbound part. */
const bareFetch: Pick<Outbound, 'fetch'> = {
  fetch: async ({ url }) => {
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(300) });
      return { ok: true, status: reply.status, headers: {}, body: Buffer.from(await reply.bytes()), url };
    } catch {
      return { ok: false, reason: 'unreachable', sent: false, detail: 'bare fetch' };
    }
  },
};

/** The probed organization's chain, changed past the server. */
const TAMPERINGS: readonly (readonly [what: string, at: string, sql: string])[] = [
  [
    'an allowed call was denied',
    'record_hash',
    `update holdfast.audit_entry set outcome = 'denied' where STREAM and seq = 2`,
  ],
  [
    'the genesis is replaced',
    'record_hash',
    `update holdfast.audit_entry set event_id = gen_random_uuid(), action = 'test.genesis' where STREAM and seq = 1`,
  ],
  [
    'two entries changed places',
    'previous_hash',
    `update holdfast.audit_entry set seq = seq + 100000 where STREAM and seq in (2, 3);
     update holdfast.audit_entry set seq = case seq when 100002 then 3 else 2 end where STREAM and seq > 100000`,
  ],
  ['an entry is gone', 'sequence', 'delete from holdfast.audit_entry where STREAM and seq = 2'],
  [
    'the clock went back',
    'clock',
    `update holdfast.audit_entry set at = at - interval '1 day' where STREAM and seq = 3`,
  ],
];

/** The quiet organization's chain; nobody asks for it, and the tree tells. */
const CUTS: Readonly<Record<string, string>> = {
  'the tail of a chain is cut off with its head': `
    delete from holdfast.audit_entry where STREAM and seq = 5;
    update holdfast.audit_head h set seq = 4, record_hash = e.record_hash from holdfast.audit_entry e where h.STREAM and e.STREAM and e.seq = 4`,
  'a chain is gone': 'delete from holdfast.audit_entry where STREAM; delete from holdfast.audit_head where STREAM',
};

/** A round of the scheduled verification, now. */
async function lookNow(): Promise<void> {
  await system.admin("update holdfast.installation set value = '[]' where name = 'audit_verification_begun'");
  const { lanes, tools } = system.kernel;
  const ended = Promise.withResolvers<unknown>();
  const watch = startLogWatch({
    lanes,
    lookup: tools.lookup,
    keys: tools.keyring.audit,
    now: () => new Date(),
    onRound: ended.resolve,
    onFailure: ended.reject,
  });
  await ended.promise;
  await watch.stop();
}

/** A change that the scheduled verification comes upon. */
function foundOnSchedule(change: Breakage): Breakage {
  return async () => {
    const mend = await change();
    await lookNow();
    return async () => {
      await mend();
      await lookNow();
      // Health keeps an answer for a second.
      await sleep(1_100);
    };
  };
}

const setRound = (change: string): Breakage => {
  const name = "name = 'audit_verification'";
  return async () => {
    const [before] = await system.admin(`select value from holdfast.installation where ${name}`);
    await system.admin(`update holdfast.installation set value = ${change} where ${name}`);
    return () =>
      system.admin(`update holdfast.installation set value = $1 where ${name}`, [JSON.stringify(before?.['value'])]);
  };
};

describe('the controls of audit, log and outbound calls, on the running system', () => {
  before(async () => {
    system = await startSystem();
    quiet = await addQuietStream(system, 5);
    // Whoever is probed is founded by the first run.
    await verify(system, 'AU3');
  });
  after(() => system[Symbol.asyncDispose]());

  it('SF1 sees that the server calls out without a policy', () =>
    assertTurnsRed(system, { id: 'SF1', at: 'a server on loopback' }, setOutbound(bareFetch)));

  it('SF1 sees it for every form of an address', () =>
    assertFailsAt(
      'SF1',
      ['the metadata service', 'loopback in octal', 'a private network, 10'],
      setOutbound(bareFetch),
    ));

  it('SF1 does not pass on a client that answers nothing any more', async () => {
    const allow = parseAllowList('');
    assert.ok(allow.ok);
    const closed = createOutbound({ allow: allow.list });
    await closed.close();
    const mend = await setOutbound(closed)();
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
        tamper(system, quiet, `update holdfast.audit_entry set facts = '{"x":1}' where STREAM and seq = 3`),
      ),
    ));

  it('AU3 sees that nobody verified the log for a day', () =>
    assertFailsAt(
      'AU3',
      ['schedule'],
      setRound(
        `jsonb_set(value, '{endedAt}', to_jsonb(to_char(now() at time zone 'utc' - interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`,
      ),
    ));

  it('AU3 does not pass where the scheduled verification has left no result', async () => {
    const mend = await setRound(`'{}'`)();
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
});
