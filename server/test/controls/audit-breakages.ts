// Ways to break what AU1, AU3 and SF1 promise on the running system, and to mend it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyRoute } from '#kernel/route.ts';
import { startLogWatch } from '#modules/audit.ts';
import type { Outbound } from '#outbound/outbound.ts';
import { changeReplies } from './replies.ts';
import type { Breakage, System } from './system.ts';

/** The server calls out through another client. */
export function setOutbound(system: System, other: Pick<Outbound, 'fetch'>): Breakage {
  return async () => {
    const { outbound } = system.kernel.tools;
    Object.assign(system.kernel.tools, { outbound: { ...outbound, ...other } });
    return async () => void Object.assign(system.kernel.tools, { outbound });
  };
}

/** As a module would call that knows nothing of the outbound part. */
export const bareFetch: Pick<Outbound, 'fetch'> = {
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
export const TAMPERINGS: readonly (readonly [what: string, at: string, sql: string])[] = [
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
export const CUTS: Readonly<Record<string, string>> = {
  'the tail of a chain is cut off with its head': `
    delete from holdfast.audit_entry where STREAM and seq = 5;
    update holdfast.audit_head h set seq = 4, record_hash = e.record_hash from holdfast.audit_entry e where h.STREAM and e.STREAM and e.seq = 4`,
  'a chain is gone': 'delete from holdfast.audit_entry where STREAM; delete from holdfast.audit_head where STREAM',
};

/** A round of the scheduled verification, now. */
async function lookNow(system: System): Promise<void> {
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
export function foundOnSchedule(system: System, change: Breakage): Breakage {
  return async () => {
    const mend = await change();
    await lookNow(system);
    return async () => {
      await mend();
      await lookNow(system);
      // Health keeps an answer for a second.
      await sleep(1_100);
    };
  };
}

/** The record of the last round says something else. */
export function setRound(system: System, change: string): Breakage {
  const name = "name = 'audit_verification'";
  return async () => {
    const [before] = await system.admin(`select value from holdfast.installation where ${name}`);
    await system.admin(`update holdfast.installation set value = ${change} where ${name}`);
    return () =>
      system.admin(`update holdfast.installation set value = $1 where ${name}`, [JSON.stringify(before?.['value'])]);
  };
}

const orgOfProbe = `(select (value->>'organization')::uuid from holdfast.installation where name = 'probe_tenant_one')`;

/** What was changed while the log was deaf has no event, and would be found for ever. */
const FORGET_UNTOLD = `
  delete from holdfast.api_key k where not exists (
    select from holdfast.audit_entry e where e.action = 'api_key.created' and e.target->>'id' = k.id::text
    union all select from holdfast.audit_pending e where e.action = 'api_key.created' and e.target->>'id' = k.id::text);
  delete from holdfast.provider p where not exists (
    select from holdfast.audit_entry e where e.action = 'provider.created' and e.target->>'id' = p.id::text
    union all select from holdfast.audit_pending e where e.action = 'provider.created' and e.target->>'id' = p.id::text)`;

/** A change by a superuser, and the one that takes it back. */
export function bySuperuser(system: System, change: string, back: string): Breakage {
  return async () => {
    await system.admin(change);
    return () => system.admin(back);
  };
}

/** A trigger throws events away as they are written. */
export const swallowEvents = (system: System): Breakage =>
  bySuperuser(
    system,
    `create function holdfast.swallow() returns trigger language plpgsql as 'begin return null; end';
   create trigger swallow before insert on holdfast.audit_pending for each row execute function holdfast.swallow()`,
    `drop trigger swallow on holdfast.audit_pending; drop function holdfast.swallow(); ${FORGET_UNTOLD}`,
  );

/** A key of the probe that no request made. */
export const writeKeyAround = (system: System): Breakage =>
  bySuperuser(
    system,
    `insert into holdfast.api_key (org_id, id, owner_user_id, name, scopes, secret_hash, created_at)
   select org_id, '01980000-0000-7000-8000-0000000000ff', user_id, 'around the log', '{models:use}', sha256('x'), now() - interval '1 year'
     from holdfast.member where org_id = ${orgOfProbe} limit 1`,
    `delete from holdfast.api_key where id = '01980000-0000-7000-8000-0000000000ff'`,
  );

/** A key of the probe of which the log tells all: no other is touched. */
export const aKey = `(select k.id from holdfast.api_key k where k.org_id = ${orgOfProbe} and k.name = 'probe AU1' order by k.id limit 1)`;

/** The log of the audit keeps the name of a key as the caller wrote it. */
export const keepRawNames = (system: System): Breakage =>
  bySuperuser(
    system,
    `create function holdfast.keep_raw() returns trigger language plpgsql security definer as
       'begin new.facts := new.facts || jsonb_build_object(''raw'', (select name from holdfast.api_key where id = (new.target->>''id'')::uuid)); return new; end';
     create trigger keep_raw before insert on holdfast.audit_pending for each row when (new.action = 'api_key.created')
       execute function holdfast.keep_raw()`,
    'drop trigger keep_raw on holdfast.audit_pending; drop function holdfast.keep_raw()',
  );

/** Every reply leaves an error in the log that is named by the caller's session, as a careless library would name one. */
export const logSessions = (system: System): Breakage =>
  changeReplies((_headers, { req }) => {
    const token = /=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1] ?? 'nobody';
    const error = new Error('careless');
    error.stack = `Error: careless\n    at x${Buffer.from(token).toString('hex')} (/srv/careless.js:1:1)`;
    system.kernel.onUnexpected(error, { route: 'session.get', requestId: 'req_careless' });
  });

/** The registry says of a route that it records nothing. */
export const silenceRoute =
  (system: System): Breakage =>
  async () => {
    const routes = system.kernel.registry.routes as AnyRoute[];
    const at = routes.findIndex(({ id }) => id === 'api_key.revoke');
    const [route] = routes.slice(at);
    if (route === undefined) throw new Error('there is no such route');
    routes[at] = { ...route, audit: { none: 'nobody asked' } };
    return async () => void (routes[at] = route);
  };
