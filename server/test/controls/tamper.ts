// Changes the audit log past the server, as a superuser can, and puts it back as it was.
import { newUuid } from '#crypto/random.ts';
import type { Breakage, System } from './system.ts';

type Row = Readonly<Record<string, unknown>>;

/** What a superuser does so that no trigger is in the way. */
const UNGUARDED = "set session_replication_role = 'replica'; ";

/** The stream of the first probed organization, once it has been entered. */
export async function streamOfProbe({ admin }: System): Promise<string> {
  const [fact] = await admin(
    "select value->>'organization' as id from holdfast.installation where name = 'probe_tenant_one'",
  );
  return String(fact?.['id']);
}

/** A stream of its own with events that are in the log already, and to which nobody adds. */
export async function addQuietStream({ admin }: System, events: number): Promise<string> {
  const id = newUuid();
  await admin(
    `insert into holdfast.audit_pending (stream_kind, stream_id, event_id, at, action, outcome, actor, request_id, facts)
     select 'org', '${id}', gen_random_uuid(), now() + n * interval '1 ms', 'test.happened', 'allowed', '{"kind":"job","id":"test"}', 'req_test', '{}'
       from generate_series(1, ${events}) as n`,
  );
  for (;;) {
    const [found] = await admin(`select count(*)::int as n from holdfast.audit_entry where stream_id = '${id}'`);
    if (found?.['n'] === events) return id;
  }
}

/** Changes a stream by statements in which STREAM stands for its id; mending gives every entry and the head its old place. */
export function tamper(system: System, streamId: string, statements: string): Breakage {
  return changeStream(system, streamId, () =>
    system.admin(UNGUARDED + statements.replaceAll('STREAM', `stream_id = '${streamId}'`)),
  );
}

/** The same by any means. Entries that the sequencer adds meanwhile stay. */
export function changeStream({ admin }: System, streamId: string, change: () => Promise<unknown>): Breakage {
  return async () => {
    const where = `where stream_id = '${streamId}'`;
    const entries = await admin(`select * from holdfast.audit_entry ${where}`);
    const heads = await admin(`select * from holdfast.audit_head ${where}`);
    await change();
    return async () => {
      const ids = entries.map(({ leaf_index: leaf }) => String(leaf)).join(',');
      await admin(`${UNGUARDED}delete from holdfast.audit_entry where leaf_index in (${ids})`);
      for (const entry of entries) await insert(admin, 'audit_entry', entry);
      const [now] = await admin(`select seq from holdfast.audit_head ${where}`);
      const [before] = heads;
      // A stream that has grown keeps its new head, which stands on the log as it was.
      if (Number(now?.['seq'] ?? 0) > Number(before?.['seq'] ?? 0)) return;
      await admin(`${UNGUARDED}delete from holdfast.audit_head ${where}`);
      if (before !== undefined) await insert(admin, 'audit_head', before);
    };
  };
}

async function insert(admin: System['admin'], table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  const places = names.map((_, at) => `$${at + 1}`).join(', ');
  const values = names.map((name) => {
    const value = row[name];
    const isJson = typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !(value instanceof Date);
    return isJson ? JSON.stringify(value) : value;
  });
  await admin(`insert into holdfast.${table} (${names.join(', ')}) values (${places})`, values);
}
