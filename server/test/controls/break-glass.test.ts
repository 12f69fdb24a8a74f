// The control of break-glass turns red when the running system opens with less, for longer, or when nobody follows a use up.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { changeFunction, runStatements } from './breakages.ts';
import { assertTurnsRed, type Breakage, startSystem, type System, verify } from './system.ts';

let system: System;

const USES = 'uses of emergency access';
/** The organization of the breakage was founded by nobody, which ID2 sees. */
const UNFOUNDED = ['ID2'];

/** A use of an organization that is none of the probe's, and what else there is. */
function use(agoDays: number, more: string, beside = ''): Breakage {
  return runStatements(
    system,
    `insert into holdfast.organization (org_id, name, slug, created_at)
       values ('01980000-0000-7000-8000-00000000b001', 'Used', 'used', now()) on conflict do nothing;
     insert into holdfast.emergency_seal (org_id, id, first_hash, second_hash, sealed_at, sealed_by)
       values ('01980000-0000-7000-8000-00000000b001', gen_random_uuid(), sha256('one'), sha256('two'), now(), gen_random_uuid());
     insert into holdfast.emergency_use (org_id, id, request_hash, reason, requested_at, request_ends_at, granted_at, opened_at,
         token_hash, expires_at, ended_at, review, reviewed_at, reviewed_by)
       select '01980000-0000-7000-8000-00000000b001', gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), 'the reason of a test', t, t, t, t,
              sha256(gen_random_uuid()::text::bytea), t + interval '1 hour', t, r.note, r.at, r.by
         from (select now() - make_interval(days => ${String(agoDays)}) as t) x, ${more};
     ${beside}`,
    "delete from holdfast.organization where slug = 'used'",
  );
}

const WEBHOOK = `insert into holdfast.webhook_endpoint (org_id, id, name, url, enabled_at, created_at)
    select org_id, gen_random_uuid(), 'Pager', 'https://pager.example/', now() - interval '30 days', now()
      from holdfast.organization where slug = 'used'`;
const GIVEN_UP = `insert into holdfast.webhook_delivery (org_id, id, endpoint_id, type, body, state, created_at, next_at, ended_at, last_error)
    select e.org_id, gen_random_uuid(), e.id, 'emergency.opened', '{}', 'dead', u.opened_at, now(), now(), 'refused'
      from holdfast.webhook_endpoint e join holdfast.emergency_use u on u.org_id = e.org_id`;

const REVIEWED =
  "(values ('reviewed and nothing follows', now(), gen_random_uuid()), ('reviewed and nothing follows', now(), gen_random_uuid())) as r (note, at, by)";
const ONCE = "(values ('reviewed and nothing follows', now(), gen_random_uuid())) as r (note, at, by)";
const UNREVIEWED = '(values (null::text, null::timestamptz, null::uuid)) as r (note, at, by)';

describe('the control of break-glass, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('BG1 sees a use that nobody has reviewed', () =>
    assertTurnsRed(system, { id: 'BG1', at: USES, beside: UNFOUNDED }, use(8, UNREVIEWED)));

  it('BG1 sees emergency access that is a habit', () =>
    assertTurnsRed(system, { id: 'BG1', at: USES, beside: UNFOUNDED }, use(30, REVIEWED)));

  it('BG1 sees an opening that a webhook was not told of', () =>
    assertTurnsRed(system, { id: 'BG1', at: USES, beside: UNFOUNDED }, use(1, ONCE, WEBHOOK)));

  it('BG1 sees an alarm that was given up', () =>
    assertTurnsRed(system, { id: 'BG1', at: USES, beside: UNFOUNDED }, use(1, ONCE, `${WEBHOOK}; ${GIVEN_UP}`)));

  it('BG1 sees a seal that is overdue, and none that is about to be', async () => {
    const sealed = (agoDays: number): Breakage =>
      runStatements(
        system,
        `with made as (insert into holdfast.organization (org_id, name, slug, created_at)
           values ('01980000-0000-7000-8000-00000000b001', 'Used', 'used', now()) returning org_id)
         insert into holdfast.emergency_seal (org_id, id, first_hash, second_hash, sealed_at, sealed_by)
           select org_id, gen_random_uuid(), sha256('one'), sha256('two'), now() - make_interval(days => ${String(agoDays)}), gen_random_uuid() from made`,
        "delete from holdfast.organization where slug = 'used'",
      );
    const mend = await sealed(179)();
    const [young] = (await verify(system, 'BG1')).controls;
    await mend();
    assert.equal(young?.verdict, 'pass');
    await assertTurnsRed(system, { id: 'BG1', at: USES, beside: UNFOUNDED }, sealed(181));
  });

  it('BG1 sees a session that outlasts its end', () =>
    assertTurnsRed(
      system,
      { id: 'BG1', at: 'reach of an emergency session' },
      changeFunction(system, 'identify_emergency(bytea)', ' and u.ended_at is null', ''),
    ));

  it('BG1 sees a request that one part opens', () =>
    assertTurnsRed(
      system,
      { id: 'BG1', at: 'an emergency request' },
      runStatements(
        system,
        `create function holdfast.grant_it() returns trigger language plpgsql as $$
           begin new.granted_at = now(); return new; end $$;
         grant execute on function holdfast.grant_it() to public;
         create trigger grant_it before insert on holdfast.emergency_use for each row execute function holdfast.grant_it()`,
        'drop function holdfast.grant_it() cascade',
      ),
    ));
});
