// AR1: access is reviewed as often as it is owed, by somebody else than who has it, and what a review revokes has ended.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { demandDone, listOf, SESSION, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, ATTEMPT, cookieOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { fixtures } from './ar1-fixtures.ts';
import { FAMILIES, judgeReviews, OWED, PLACES } from './ar1-judge.ts';
import { type Target, twins } from './ar1-twins.ts';
import { type Owed, readOwed } from './review-probe-queries.ts';

/** The job that closes a review may be late, and so may people, a little. */
const GRACE_DAYS = 7;

export const reviewsControl = defineControl<Target>({
  id: 'AR1',
  title: 'Access is reviewed in time, by others than who has it, and what a review revokes ends',
  severity: 'medium',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 2 },
    { kind: OWED, vantage: ['inside'] },
  ],
  judge: judgeReviews,
  remedy:
    'Start a review of everything in each organization that is late (console: Access reviews), decide about its items and close it. One that does not close by itself: look for a failed job `access_review.close_when_due` in the log.',
  maps: { cwe: ['281'], nist80053: ['AC-2', 'AC-6', 'CA-7'] },
  probe: async ({ web, tenants, accounts, database }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined || database === undefined) return [];
    const { one, other } = await tenants.open(tools.signal);
    const tried = await accounts.borrow(async (account) => {
      const body = { email: account.email, password: account.password, organization: account.probed };
      const entered = await ask({ web, tools }, { method: 'POST', path: SESSION, body });
      demandDone(entered.status, 'a session');
      return tryReview({ web, tools, one, other, reviewer: cookieOf(entered) ?? 'none=none' });
    }, tools.signal);
    const owed = await readOwed(database, GRACE_DAYS, tools.signal);
    return [...tried, ...(owed === undefined ? [] : [sealOwed(owed, tools)])];
  },
  twins,
  fixtures,
});

const REVIEWS = '/api/v1/access-reviews';
const AUDIT = '/api/v1/audit?limit=1';
const WHAT = 'the probe of control AR1';

type Looking = { readonly web: Web; readonly tools: ProbeTools };
type Reviewing = Looking & { readonly one: Tenant; readonly other: Tenant; readonly reviewer: string };

function ask({ web, tools }: Looking, asked: Asked) {
  return askAs(web, { from: web.freshAddress(), ...asked }, tools.signal);
}

/** A key of the one owner, reviewed by the other. */
async function tryReview(looking: Reviewing): Promise<readonly Evidence[]> {
  const { one, other, reviewer } = looking;
  const newKey = { name: WHAT, scopes: ['audit:read'], expiresInDays: 1 };
  const made = await ask(looking, { method: 'POST', path: '/api/v1/api-keys', cookie: one.cookie, body: newKey });
  const [keyId, key] = [textIn(made, 'id'), textIn(made, 'key')];
  const before = await ask(looking, { path: AUDIT, key });
  const body = { name: WHAT, kinds: ['api_key'], days: 1, recurrence: 'none' };
  const started = await ask(looking, { method: 'POST', path: REVIEWS, cookie: reviewer, body });
  const path = `${REVIEWS}/${textIn(started, 'id')}`;
  const listed = await ask(looking, { path: `${path}/items?limit=200&sort=-id`, cookie: reviewer });
  const item = listOf(listed).find(({ accessId }) => accessId === keyId)?.['id'];
  demandDone(started.status, 'a review');
  const decideAs = async (cookie: string, decision: 'keep' | 'revoke'): Promise<number> => {
    const decisions = { items: [item], decision, reason: WHAT };
    return (await ask(looking, { method: 'POST', path: `${path}/decisions`, cookie, body: decisions })).status;
  };
  const deciding = {
    'an owner of another organization': await decideAs(other.cookie, 'keep'),
    'whose access it is': await decideAs(one.cookie, 'keep'),
    'another owner': await decideAs(reviewer, 'revoke'),
    'a second decision': await decideAs(reviewer, 'revoke'),
  };
  const after = await ask(looking, { path: AUDIT, key });
  await ask(looking, { method: 'DELETE', path, cookie: reviewer });
  await ask(looking, { method: 'DELETE', path: `/api/v1/api-keys/${keyId}`, cookie: one.cookie });
  const revoking = { 'the key before the review': before.status, 'the key after it was revoked': after.status };
  return [tries(looking, PLACES.revoking, revoking), tries(looking, PLACES.deciding, deciding)];
}

function tries({ web, tools }: Looking, place: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[place];
  const facts = { tries: family === undefined ? [] : triesOf(family, statuses).map((each) => ({ ...each })) };
  return sealAttempt(web, { subject: place, at: place, facts }, tools);
}

function sealOwed(data: Owed, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: OWED,
    subject: PLACES.owed,
    at: PLACES.owed,
    data,
    vantage: 'inside',
    ttlSeconds: 300,
    volatile: ['organizations', 'worstDaysLate'],
    reproduce: `psql -U holdfast_runtime -c "select * from holdfast.look_at_reviews(${String(GRACE_DAYS)})"`,
  });
}
