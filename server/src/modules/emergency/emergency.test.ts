// Break-glass on the real database: two parts, one session, for an hour, and everybody hears of it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Credential } from '#kernel/credential.ts';
import {
  begin,
  breakGlass,
  collect,
  complete,
  lookAt,
  newestUse,
  OPERATOR,
  REASON,
  requestAtHost,
  sealAs,
} from '#test/emergency-access.ts';
import { enrollApp } from '#test/authenticator-app.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { memberIdOf } from '#test/memberships.ts';
import { listMails, workThrough } from '#test/outbox.ts';
import { joinOrganization } from '#test/people.ts';
import { createWorld, type Founded, type World } from '#test/world.ts';

const NOTE = 'The provider was down; nothing but the policy was changed.';

describe('break-glass', () => {
  let world: World;
  let acme: Founded;
  let owner: Credential;

  before(async () => {
    world = await createWorld();
    acme = await world.found('acme');
    await world.found('other');
    owner = acme.credential;
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(async () => {
    await world.admin('delete from holdfast.emergency_use');
    await world.admin('delete from holdfast.emergency_seal');
    await world.admin('delete from holdfast.mail_outbox');
    await world.admin("delete from holdfast.job where kind like 'emergency.%'");
  });

  const codeOf = (error: unknown): string => (error as { readonly code: string }).code;
  const seenAs = (credential: Credential): Promise<string> =>
    world.call('session.get', { credential }).then(() => 'in', codeOf);
  const tells = async (): Promise<readonly string[]> => (await listMails(world)).map(({ template }) => template);
  const open = (body: object) => world.call('emergency.open', { body });
  /** As if so many minutes had passed since. */
  const age = (minutes: number) =>
    world.admin(
      `update holdfast.emergency_use set requested_at = requested_at - make_interval(mins => $1),
         request_ends_at = request_ends_at - make_interval(mins => $1), opened_at = opened_at - make_interval(mins => $1),
         expires_at = expires_at - make_interval(mins => $1)`,
      [minutes],
    );

  it('opens an owner’s session with two parts, and tells every owner of the request and of the opening', async () => {
    const [first, second] = await sealAs(world, owner);
    const { request, code } = await begin(world, first);
    assert.deepEqual(await tells(), ['emergency_requested', 'emergency_sealed']);
    await assert.rejects(collect(world, request), { code: 'emergency.waiting' });
    await complete(world, second, code.toUpperCase().replace('-', ' '));
    const credential = await collect(world, request);
    assert.deepEqual(await tells(), ['emergency_opened', 'emergency_requested', 'emergency_sealed']);
    const { body } = await world.call('session.get', { credential });
    const { user, role, provenAt } = body as Readonly<Record<string, unknown>>;
    assert.deepEqual([user, role, provenAt], [null, 'owner', null]);
    const { isOpen, uses } = await lookAt(world, owner);
    assert.deepEqual([isOpen, uses[0]?.state, uses[0]?.by, uses[0]?.reason], [true, 'open', 'parts', REASON]);
  });

  it('opens nothing with one part, in whichever way it is shown', async () => {
    const [first, second] = await sealAs(world, owner);
    const { request, code } = await begin(world, first);
    await assert.rejects(complete(world, first, code), { code: 'emergency.refused' });
    await assert.rejects(complete(world, second, 'aaaa-aaaa'), { code: 'emergency.refused' });
    await assert.rejects(collect(world, request), { code: 'emergency.waiting' });
    await assert.rejects(collect(world, 'x'.repeat(43)), { code: 'emergency.refused' });
    assert.equal((await lookAt(world, owner)).uses[0]?.state, 'waiting');
  });

  it('answers alike for a part that is wrong, an organization that sealed nothing, and one that is none', async () => {
    await sealAs(world, owner);
    const part = 'abcd-'.repeat(8).slice(0, -1);
    const told = await Promise.all(
      ['acme', 'other', 'nobody'].map((organization) =>
        open({ organization, part, reason: REASON }).then(
          () => 'done',
          (error: unknown) => JSON.stringify([codeOf(error), (error as { readonly detail?: string }).detail]),
        ),
      ),
    );
    assert.deepEqual(new Set(told), new Set([JSON.stringify(['emergency.refused', undefined])]));
    await assert.rejects(open({ organization: 'acme', part }), { code: 'request.invalid' });
  });

  it('works where the sign-in policy and network rules would let nobody in', async () => {
    const [first, second] = await sealAs(world, owner);
    await world.admin(
      `insert into holdfast.sign_in_policy (org_id, required, allowed_kinds, grace_hours, required_since)
       select org_id, 'all', array['passkey'], 0, now() from holdfast.organization where slug = 'acme'`,
    );
    await world.admin(
      `insert into holdfast.network_rules (org_id, console, updated_at)
       select org_id, array['192.0.2.0/24'], now() from holdfast.organization where slug = 'acme'`,
    );
    assert.equal(await seenAs(owner), 'network.refused');
    const { request, code } = await begin(world, first);
    await complete(world, second, code);
    const credential = await collect(world, request);
    const rules = { console: [], api: [], models: [] };
    await world.call('network_rules.update', { credential, body: rules });
    await world.admin('delete from holdfast.sign_in_policy');
    await world.call('member.list', { credential: owner });
  });

  it('does what an owner may, and nothing that is a person’s or would outlast the hour', async () => {
    const credential = await breakGlass(world, owner);
    for (const id of ['member.list', 'audit.list', 'organization.get', 'sign_in_policy.get', 'api_key.list'])
      await world.call(id, { credential });
    await world.call('organization.update', { credential, body: { name: 'Acme' } });
    const key = { name: 'mine', scopes: ['audit:read'] };
    const programs = { ...key, kind: 'service' };
    const made = await world.call('api_key.create', { credential: owner, body: programs });
    const { id: apiKeyId } = made.body as { readonly id: string };
    const refused: readonly (readonly [string, object, string])[] = [
      ['emergency.seal', {}, 'emergency.person_needed'],
      ['api_key.create', { body: key }, 'auth.forbidden'],
      ['api_key.create', { body: programs }, 'auth.forbidden'],
      ['factor.start_totp', { body: { name: 'mine' } }, 'auth.forbidden'],
      ['api_key.rotate', { params: { apiKeyId }, body: {} }, 'auth.forbidden'],
      ['api_key.update', { params: { apiKeyId }, body: { name: 'mine' } }, 'auth.forbidden'],
      ['account.get', {}, 'auth.forbidden'],
      ['session.list', {}, 'auth.forbidden'],
      ['session.prove', { body: { password: 'correct-Horse-battery-7' } }, 'auth.forbidden'],
      ['session.enter', { body: { organization: 'other' } }, 'auth.forbidden'],
    ];
    for (const [id, call, expected] of refused)
      assert.equal(await world.call(id, { credential, ...call }).then(() => 'done', codeOf), expected, id);
    const useId = await newestUse(world, owner);
    await world.call('emergency.end', { credential, params: { useId } });
    assert.equal(await seenAs(credential), 'auth.invalid');
  });

  it('is over after an hour, whatever it does, and its end is told', async () => {
    const credential = await breakGlass(world, owner);
    await age(59);
    assert.equal(await seenAs(credential), 'in');
    await age(1);
    assert.equal(await seenAs(credential), 'auth.invalid');
    await assert.rejects(
      world.admin(`update holdfast.emergency_use set expires_at = opened_at + interval '61 minutes'`),
    );
    await world.admin(`update holdfast.job set run_at = now() where kind = 'emergency.end_by_time'`);
    await workThrough(world);
    assert.ok((await tells()).includes('emergency_ended'));
    const { rows } = await world.admin(
      `select actor ->> 'kind' as kind, facts ->> 'by' as by from holdfast.audit_pending
        where action = 'emergency.ended' and actor ->> 'kind' = 'job'`,
    );
    assert.deepEqual(rows, [{ kind: 'job', by: 'time' }]);
  });

  it('takes no part, code or request after ten minutes', async () => {
    const [first, second] = await sealAs(world, owner);
    const late = await begin(world, first);
    await age(10);
    await assert.rejects(complete(world, second, late.code), { code: 'emergency.refused' });
    const { request, code } = await begin(world, first);
    await complete(world, second, code);
    await age(10);
    await assert.rejects(collect(world, request), { code: 'emergency.refused' });
  });

  it('spends both parts with their first use, and owes a new seal and a review', async () => {
    const [first, second] = await sealAs(world, owner);
    const other = await begin(world, first);
    const { request, code } = await begin(world, second);
    await complete(world, first, code);
    await assert.rejects(complete(world, second, other.code), { code: 'emergency.refused' });
    const credential = await collect(world, request);
    await assert.rejects(begin(world, first), { code: 'emergency.refused' });
    const useId = await newestUse(world, owner);
    const review = (as: Credential) =>
      world.call('emergency.review', { credential: as, params: { useId }, body: { note: NOTE } });
    const used = (await lookAt(world, owner)).uses.find(({ state }) => state === 'open')?.id ?? '';
    await assert.rejects(
      world.call('emergency.review', { credential: owner, params: { useId: used }, body: { note: NOTE } }),
      { code: 'emergency.not_over' },
    );
    await assert.rejects(review(credential), { code: 'emergency.person_needed' });
    await world.call('emergency.end', { credential: owner, params: { useId: used } });
    assert.deepEqual((await lookAt(world, owner)).owed, ['seal', 'review']);
    await world.call('emergency.review', { credential: owner, params: { useId: used }, body: { note: NOTE } });
    await assert.rejects(
      world.call('emergency.review', { credential: owner, params: { useId: used }, body: { note: NOTE } }),
      { code: 'emergency.reviewed' },
    );
    await sealAs(world, owner);
    assert.deepEqual((await lookAt(world, owner)).owed, []);
  });

  it('reminds owners every day until both are done', async () => {
    await breakGlass(world, owner);
    await age(61);
    const dueNow = () => world.admin(`update holdfast.job set run_at = now() where kind = 'emergency.remind'`);
    await dueNow();
    await workThrough(world);
    await dueNow();
    await workThrough(world);
    assert.equal((await tells()).filter((template) => template === 'emergency_due').length, 2);
    await world.call('emergency.review', {
      credential: owner,
      params: { useId: await newestUse(world, owner) },
      body: { note: NOTE },
    });
    await sealAs(world, owner);
    await dueNow();
    await workThrough(world);
    assert.equal((await tells()).filter((template) => template === 'emergency_due').length, 2);
    const { rowCount } = await world.admin(`select 1 from holdfast.job where kind = 'emergency.remind'`);
    assert.equal(rowCount, 0);
  });

  it('grants one of fifty second parts at once, and opens one of fifty sessions', async () => {
    const [first, second] = await sealAs(world, owner);
    const { request, code } = await begin(world, first);
    assert.deepEqual(await fiftyTimes(world, (on) => complete(world, second, code, on)), {
      done: 1,
      'emergency.refused': 49,
    });
    const endings = await fiftyTimes(world, (on) => collect(world, request, on));
    assert.deepEqual(endings, { done: 1, 'emergency.refused': 49 });
  });

  it('opens nothing that cannot be written into the log', async () => {
    const [first, second] = await sealAs(world, owner);
    const { request, code } = await begin(world, first);
    await complete(world, second, code);
    await world.admin(
      `create function holdfast.deaf() returns trigger language plpgsql as $$
         begin if new.action = 'emergency.opened' and new.outcome = 'allowed' then raise exception 'deaf'; end if; return new; end $$;
       grant execute on function holdfast.deaf() to public;
       create trigger deaf before insert on holdfast.audit_pending for each row execute function holdfast.deaf()`,
    );
    await assert.rejects(collect(world, request), { code: 'server.unexpected' });
    await world.admin('drop function holdfast.deaf() cascade');
    world.unexpected.length = 0;
    assert.equal((await lookAt(world, owner)).uses[0]?.state, 'granted');
    assert.equal(await seenAs(await collect(world, request)), 'in');
  });

  it('is opened by the operator of the host alone, as loud, for who has the link', async () => {
    const request = await requestAtHost(world);
    assert.deepEqual(await tells(), ['emergency_requested']);
    const credential = await collect(world, request);
    assert.equal(await seenAs(credential), 'in');
    await assert.rejects(collect(world, request), { code: 'emergency.refused' });
    assert.deepEqual(
      (await lookAt(world, owner)).uses.map(({ by, state }) => [by, state]),
      [['host', 'open']],
    );
    const nobody = { organization: 'nobody', reason: REASON };
    await assert.rejects(world.call('emergency.open_at_host', { credential: OPERATOR, body: nobody }), {
      code: 'resource.not_found',
    });
  });

  it('is ended by any owner at once, request or session, and nobody else looks at it', async () => {
    const [first, second] = await sealAs(world, owner);
    const { request, code } = await begin(world, first);
    await world.call('emergency.end', { credential: owner, params: { useId: await newestUse(world, owner) } });
    await assert.rejects(complete(world, second, code), { code: 'emergency.refused' });
    await assert.rejects(collect(world, request), { code: 'emergency.refused' });
    const credential = await breakGlass(world, owner);
    await world.call('emergency.end', { credential: owner, params: { useId: await newestUse(world, owner) } });
    assert.equal(await seenAs(credential), 'auth.invalid');
    const admin = await joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'admin');
    await assert.rejects(lookAt(world, admin.credential), { code: 'auth.forbidden' });
  });

  it('helps who lost every factor, and makes an owner where there is none', async () => {
    const person = await joinOrganization(world, { organizationId: acme.organizationId, slug: 'acme' }, 'admin');
    await enrollApp(world, person.credential);
    const credential = await breakGlass(world, owner);
    const params = { memberId: await memberIdOf(world, person) };
    assert.deepEqual((await world.call('factor.reset_of_member', { credential, params })).body, { removed: 1 });
    await world.call('member.update', { credential, params, body: { role: 'owner' } });
    const { rows } = await world.admin(
      `select actor ->> 'kind' as kind, actor ? 'user' as named from holdfast.audit_pending where action = 'factor.reset_by_admin'`,
    );
    assert.deepEqual(rows, [{ kind: 'emergency', named: false }]);
    assert.deepEqual(world.unexpected, []);
  });
});
