// The control of access reviews turns red when reviews are late, do not close, or decide nothing.
import { after, before, describe, it } from 'node:test';
import { runStatements } from './breakages.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

const OWED = 'reviews that are owed';
const ORG = '01980000-0000-7000-8000-00000000b0a1';
/** The organization of the breakage was founded by nobody, which ID2 sees. */
const UNFOUNDED = ['ID2'];

const found = (agoDays: number): string =>
  `insert into holdfast.organization (org_id, name, slug, created_at)
     values ('${ORG}', 'Late', 'late', now() - interval '${String(agoDays)} days');`;
const MENDED = "delete from holdfast.organization where slug = 'late'";

describe('the control of access reviews, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('AR1 sees an organization that has not reviewed its access for longer than a quarter', () =>
    assertTurnsRed(
      system,
      { id: 'AR1', at: OWED, beside: UNFOUNDED },
      runStatements(
        system,
        `${found(120)} update holdfast.schema_version set applied_at = now() - interval '120 days'`,
        `${MENDED}; update holdfast.schema_version set applied_at = now()`,
      ),
    ));

  it('AR1 sees a review that is past its due date and open', () =>
    assertTurnsRed(
      system,
      { id: 'AR1', at: OWED, beside: UNFOUNDED },
      runStatements(
        system,
        `${found(1)} insert into holdfast.review_campaign (org_id, id, name, kinds, teams, roles, is_full, reviewers, on_unreviewed,
             recurrence, days, started_at, started_by, due_at)
           values ('${ORG}', gen_random_uuid(), 'Late', array['membership'], '{}', '{}', false, '{}', 'keep', 'none', 14,
                   now() - interval '15 days', gen_random_uuid(), now() - interval '1 day')`,
        MENDED,
      ),
    ));

  it('AR1 sees decisions that are not kept', () =>
    assertTurnsRed(
      system,
      { id: 'AR1', at: 'who decides in a review' },
      runStatements(
        system,
        `create function holdfast.undecide() returns trigger language plpgsql as $$
           begin
             new.decision = null; new.reason = null; new.decided_by = null; new.decided_at = null; new.is_own = false;
             new.outcome = null;
             return new;
           end $$;
         grant execute on function holdfast.undecide() to public;
         create trigger undecide before update on holdfast.review_item for each row execute function holdfast.undecide()`,
        'drop function holdfast.undecide() cascade',
      ),
    ));
});
