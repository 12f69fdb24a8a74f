// What the end of a review promises: it comes by itself, once, leaves nothing undecided, and its evidence is what the log says it is.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { canonicalJson } from '@holdfast/protocol/canonical-json.ts';
import { decodeId } from '@holdfast/protocol/ids.ts';
import { sha256Hex } from '#crypto/hash.ts';
import type { Credential } from '#kernel/credential.ts';
import { memberIdOf } from '#test/memberships.ts';
import { listMails, workThrough } from '#test/outbox.ts';
import { joinOrganization, type Person } from '#test/people.ts';
import { bringToDueDate, decideOn, itemAbout, itemsOf, lookAtReview, startReview } from '#test/reviews.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

const ENDED = ['kept', 'revoked', 'gone', 'unreviewed', 'exception'];

type Evidence = {
  readonly evidence: { readonly items: readonly Readonly<Record<'id' | 'outcome', string>>[] };
  readonly sha256: string;
};
type Schedule = { readonly recurrence: string; readonly lastClosedAt: string | null; readonly isOverdue: boolean };

describe('the end of a review of access', () => {
  let world: World;
  let acme: Founded;
  let owner: Person;

  const join = (role: 'owner' | 'admin' | 'member') =>
    joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, role);

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    owner = await join('owner');
  });
  after(() => world?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.admin('delete from holdfast.review_campaign');
    await world.admin('delete from holdfast.mail_outbox');
    await world.admin("delete from holdfast.job where kind like 'access_review.%'");
    await world.admin("delete from holdfast.audit_pending where action like 'access_review.%'");
  });

  const seenAs = (credential: Credential): Promise<string> =>
    world.call('session.get', { credential }).then(
      () => 'in',
      (error: unknown) => (error as { readonly code: string }).code,
    );
  const evidenceOf = async (reviewId: string): Promise<Evidence> =>
    (await world.call('access_review.evidence', { credential: owner.credential, params: { reviewId } }))
      .body as Evidence;
  const closings = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (
      await world.admin(
        "select facts, actor ->> 'kind' as by from holdfast.audit_pending where action = 'access_review.closed'",
      )
    ).rows as readonly Readonly<Record<string, unknown>>[];
  const schedule = async (): Promise<Schedule> =>
    (await world.call('access_review.get_schedule', { credential: owner.credential })).body as Schedule;
  const tells = async (): Promise<readonly string[]> =>
    (await listMails(world)).flatMap(({ template }) => (template.startsWith('access_review') ? template : []));
  const campaigns = async (): Promise<number> =>
    (await world.admin('select 1 from holdfast.review_campaign')).rowCount ?? 0;

  it('revokes what nobody decided about, where that was said, but never the last owner', async () => {
    const founded = await world.found('gamma');
    const organization = { organizationId: founded.organizationId, slug: 'gamma' };
    await joinOrganization(world, organization, 'owner');
    const member = await joinOrganization(world, organization, 'member');
    const { id } = await startReview(world, founded.credential, { onUnreviewed: 'revoke', kinds: ['membership'] });
    await bringToDueDate(world, id);
    assert.equal(await seenAs(member.credential), 'auth.invalid');
    const left = `select m.role from holdfast.member m join holdfast.organization o using (org_id) where o.slug = 'gamma'`;
    assert.deepEqual((await world.admin(left)).rows, [{ role: 'owner' }]);
    const [closing = {}] = await closings();
    const { exceptions, revoked, unreviewed } = closing['facts'] as Readonly<Record<string, number>>;
    assert.deepEqual([exceptions, unreviewed, revoked, closing['by']], [1, 0, 2, 'job']);
    const notes = "select note from holdfast.review_item where outcome = 'exception'";
    assert.deepEqual((await world.admin(notes)).rows, [{ note: 'member.last_owner' }]);
    const removed = "select 1 from holdfast.audit_pending where action = 'member.removed' and actor ->> 'kind' = 'job'";
    assert.equal((await world.admin(removed)).rowCount, 2);
  });

  it('leaves what nobody decided about as it is, where nothing else was said, and says so', async () => {
    const member = await joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'member');
    const { id } = await startReview(world, owner.credential);
    await bringToDueDate(world, id);
    assert.equal(await seenAs(member.credential), 'in');
    assert.ok((await itemsOf(world, owner.credential, id)).every(({ outcome }) => outcome === 'unreviewed'));
    assert.deepEqual(await tells(), ['access_review_closed', 'access_review_started']);
  });

  it('comes once, however often its job runs, and begins the next one once', async () => {
    const { id } = await startReview(world, owner.credential, { days: 14 });
    await world.admin(
      `insert into holdfast.job select (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).*
         from holdfast.job j, generate_series(1, 5) where j.kind = 'access_review.close_when_due'`,
    );
    await bringToDueDate(world, id);
    assert.equal((await closings()).length, 1);
    const next =
      "select kind, run_at > now() + interval '76 days' as later from holdfast.job where kind = 'access_review.start_next'";
    assert.deepEqual((await world.admin(next)).rows, [{ kind: 'access_review.start_next', later: true }]);
    await world.admin(
      `insert into holdfast.job select (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).*
         from holdfast.job j, generate_series(1, 3) where j.kind = 'access_review.start_next'`,
    );
    await world.admin("update holdfast.job set run_at = now() where kind = 'access_review.start_next'");
    await workThrough(world);
    assert.equal(await campaigns(), 2);
    const { body } = await world.call('access_review.list', { credential: owner.credential, query: { state: 'open' } });
    const { items } = body as { readonly items: readonly { readonly name: string; readonly isYours: boolean }[] };
    assert.deepEqual(
      items.map(({ name, isYours }) => [name, isYours]),
      [['Quarter', true]],
    );
  });

  it('leaves no time for decisions after it, whether or not the job has run', async () => {
    const { id } = await startReview(world, owner.credential);
    const [first] = await itemsOf(world, owner.credential, id);
    const items = [first?.id ?? ''];
    await world.admin('update holdfast.review_campaign set due_at = now() where id = $1', [decodeId('rev', id)]);
    await assert.rejects(decideOn(world, owner.credential, id, { items, decision: 'keep' }), {
      code: 'access_review.over',
    });
    await bringToDueDate(world, id);
    await assert.rejects(decideOn(world, owner.credential, id, { items, decision: 'keep' }), {
      code: 'access_review.over',
    });
    assert.equal((await lookAtReview(world, owner.credential, id)).state, 'closed');
  });

  it('leaves evidence of every item, whose hash stands in the log, and which tells when it was altered', async () => {
    const organization = { organizationId: acme.organizationId, slug: 'acme' };
    const member = await joinOrganization(world, organization, 'member');
    const { id } = await startReview(world, owner.credential, { kinds: ['membership'] });
    await assert.rejects(evidenceOf(id), { code: 'access_review.not_closed' });
    const item = await itemAbout(world, owner.credential, id, await memberIdOf(world, member));
    await decideOn(world, owner.credential, id, { items: [item.id], decision: 'revoke' });
    await bringToDueDate(world, id);
    const told = await evidenceOf(id);
    assert.ok(told.evidence.items.every(({ outcome }) => ENDED.includes(outcome)));
    assert.equal(told.evidence.items.find((one) => one.id === item.accessId)?.outcome, 'revoked');
    const hash = sha256Hex(canonicalJson(told.evidence));
    const [closing = {}] = await closings();
    const facts = closing['facts'] as Readonly<Record<string, unknown>>;
    assert.deepEqual([told.sha256, facts['evidenceSha256']], [hash, hash]);
    await assert.rejects(
      world.admin("update holdfast.review_item set outcome = 'kept', decision = 'keep' where outcome = 'revoked'"),
    );
    await assert.rejects(world.admin("update holdfast.review_campaign set evidence_sha256 = repeat('0', 64)"));
    await world.admin("update holdfast.review_item set holder = 'somebody', email = null");
    assert.equal((await evidenceOf(id)).sha256, hash);
    await world.admin("update holdfast.review_item set gives = array['viewer'] where outcome = 'revoked'");
    assert.notEqual((await evidenceOf(id)).sha256, hash);
  });

  it('comes early when everything is decided, and not before', async () => {
    const body = { kinds: ['invitation'] };
    const invitation = { email: 'soon@acme.example', role: 'viewer' };
    await world.call('invitation.create', { credential: owner.credential, body: invitation });
    const { id } = await startReview(world, owner.credential, body);
    const close = () => world.call('access_review.close', { credential: owner.credential, params: { reviewId: id } });
    await assert.rejects(close(), { code: 'access_review.not_done' });
    const [item] = await itemsOf(world, owner.credential, id);
    await decideOn(world, owner.credential, id, { items: [item?.id ?? ''], decision: 'keep' });
    await close();
    await assert.rejects(close(), { code: 'access_review.over' });
    assert.equal((await closings()).length, 1);
    assert.equal((await lookAtReview(world, owner.credential, id)).evidenceSha256?.length, 64);
  });

  it('never comes for one that was canceled, and none follows it', async () => {
    const { id } = await startReview(world, owner.credential);
    const params = { reviewId: id };
    await world.call('access_review.cancel', { credential: owner.credential, params });
    await bringToDueDate(world, id);
    assert.deepEqual(
      [(await closings()).length, (await lookAtReview(world, owner.credential, id)).state],
      [0, 'canceled'],
    );
    const { rows } = await world.admin("select 1 from holdfast.job where kind = 'access_review.start_next'");
    assert.equal(rows.length, 0);
  });

  it('lets the one owner of an organization review themselves, and says so in the evidence', async () => {
    const alone = await world.found('alone');
    const { id } = await startReview(world, alone.credential, { kinds: ['membership'] });
    const [own] = await itemsOf(world, alone.credential, id);
    assert.equal(own?.isYours, true);
    const items = [own?.id ?? ''];
    await assert.rejects(decideOn(world, alone.credential, id, { items, decision: 'revoke' }), {
      code: 'member.last_owner',
    });
    await decideOn(world, alone.credential, id, { items, decision: 'keep' });
    const [decided] = await itemsOf(world, alone.credential, id);
    assert.deepEqual([decided?.outcome, decided?.isOwn], ['kept', true]);
  });

  it('is owed every quarter unless told otherwise, from the day the organization was founded', async () => {
    const params = { credential: owner.credential };
    const { recurrence, lastClosedAt, isOverdue } = await schedule();
    assert.deepEqual([recurrence, lastClosedAt, isOverdue], ['quarterly', null, false]);
    const since = (days: number) =>
      Promise.all([
        world.admin(`update holdfast.organization set created_at = now() - make_interval(days => ${String(days)})`),
        world.admin(`update holdfast.schema_version set applied_at = now() - make_interval(days => ${String(days)})`),
      ]);
    await since(90);
    assert.equal((await schedule()).isOverdue, false);
    await since(92);
    assert.equal((await schedule()).isOverdue, true);
    await world.call('access_review.update_schedule', { ...params, body: { recurrence: 'yearly' } });
    assert.equal((await schedule()).isOverdue, false);
    await world.call('access_review.update_schedule', { ...params, body: { recurrence: 'quarterly' } });
    const ofSome = await startReview(world, owner.credential, { kinds: ['membership'] });
    await bringToDueDate(world, ofSome.id);
    assert.equal((await schedule()).isOverdue, true);
    const ofAll = await startReview(world, owner.credential);
    await bringToDueDate(world, ofAll.id);
    const after = await schedule();
    assert.deepEqual([after.isOverdue, after.lastClosedAt !== null], [false, true]);
  });

  it('is announced to reviewers a week and a day before, as long as something waits', async () => {
    const { id } = await startReview(world, owner.credential, { kinds: ['membership'], days: 10 });
    const days =
      "select round(extract(epoch from run_at - now()) / 86400) as days from holdfast.job where kind = 'access_review.remind' order by run_at";
    assert.deepEqual((await world.admin(days)).rows, [{ days: '3' }, { days: '9' }]);
    await world.admin("update holdfast.job set run_at = now() where kind = 'access_review.remind'");
    await workThrough(world);
    assert.deepEqual(await tells(), ['access_review_due', 'access_review_due', 'access_review_started']);
    await bringToDueDate(world, id);
  });
});
