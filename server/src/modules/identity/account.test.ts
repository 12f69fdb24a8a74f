// What a mailed link does, once; what it ends; and that nobody learns from it who has an account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel } from '#kernel/kernel.ts';
import { createMemoryStore } from '#kernel/limits/memory-store.ts';
import { fiftyTimes } from '#test/fifty-times.ts';
import { joinOrganization, signIn } from '#test/people.ts';
import { listMails, newestMail, newestToken, workThrough } from '#test/outbox.ts';
import { createWorld, PASSWORD, type World } from '#test/world.ts';

const OWNER = 'owner@acme.example';
const OTHER = 'another-Horse-battery-8';

const forget = (world: World, email: string) => world.call('account.request_reset', { body: { email } });
const reset = (world: World, token: string, newPassword = OTHER, on?: Kernel) =>
  world.call('account.reset_password', { body: { token, newPassword } }, on);

async function resetToken(world: World, email = OWNER): Promise<string> {
  await forget(world, email);
  await workThrough(world);
  return newestToken(world, email, 'password_reset');
}

const once = { done: 1, 'account.link_refused': 49 };

test('fifty parallel uses of one reset link on two servers set one password', async () => {
  await using world = await createWorld();
  await world.found();
  const token = await resetToken(world);
  const endings = await fiftyTimes(world, (on, n) => reset(world, token, `${OTHER}-${String(n)}`, on));
  assert.deepEqual(endings, once);
  const { rows } = await world.admin(
    "select count(*)::int as n from holdfast.audit_pending where action = 'account.password_reset' and outcome = 'allowed'",
  );
  assert.deepEqual(rows, [{ n: 1 }]);
  assert.equal((await listMails(world)).filter(({ template }) => template === 'password_changed').length, 1);
  assert.deepEqual(world.unexpected, []);
});

test('a new password by link signs in, the old one does not, and every session ends on the other server too', async () => {
  await using world = await createWorld();
  const acme = await world.found('acme');
  const people = { organizationId: acme.organizationId, slug: 'acme' };
  const bystander = await joinOrganization(world, people, 'member');
  const other = await world.openReplica();
  const second = await signIn(world, OWNER);
  for (const credential of [acme.credential, second]) await world.call('session.get', { credential }, other.kernel);
  await reset(world, await resetToken(world));
  for (const credential of [acme.credential, second])
    await assert.rejects(world.call('session.get', { credential }, other.kernel), { code: 'auth.invalid' });
  await world.call('session.get', { credential: bystander.credential }, other.kernel);
  await assert.rejects(world.call('session.create', { body: { email: OWNER, password: PASSWORD } }), {
    code: 'session.wrong_credentials',
  });
  await world.call('session.create', { body: { email: OWNER, password: OTHER } });
  assert.match(await newestMail(world, OWNER, 'password_changed'), /was changed/);
});

test('epochs rise with it in every organization the sessions were in, so that open streams and caches look again', async () => {
  await using world = await createWorld();
  await world.found();
  const epochs = async () =>
    (await world.admin("select coalesce(sum(value), 0)::int as n from holdfast.epoch where kind = 'session'"))
      .rows[0] as { n: number };
  const token = await resetToken(world);
  const before = await epochs();
  await reset(world, token);
  assert.ok((await epochs()).n > before.n);
});

test('a reset link that expired, is of another purpose, or is a suspended person’s opens nothing', async () => {
  await using world = await createWorld();
  await world.found();
  const refused = { code: 'account.link_refused' };
  const token = await resetToken(world);
  await world.admin("update holdfast.person set status = 'suspended'");
  await assert.rejects(reset(world, token), refused);
  await world.admin("update holdfast.person set status = 'active'");
  await assert.rejects(world.call('account.verify_email', { body: { token } }), refused);
  await assert.rejects(world.call('account.confirm_email', { body: { token } }), refused);
  await world.call('account.send_verification', { credential: await signIn(world, OWNER) });
  const verification = await newestToken(world, OWNER, 'email_verification');
  await assert.rejects(reset(world, verification), refused);
  await world.admin('update holdfast.one_time_token set expires_at = now()');
  await assert.rejects(reset(world, token), refused);
  await assert.rejects(reset(world, 'x'.repeat(43)), refused);
  await world.call('session.create', { body: { email: OWNER, password: PASSWORD } });
});

test('a link that was used ends the others that were mailed before it', async () => {
  await using world = await createWorld();
  await world.found();
  const [older, newer] = [await resetToken(world), await resetToken(world)];
  assert.notEqual(older, newer);
  await reset(world, newer);
  await assert.rejects(reset(world, older, `${OTHER}!`), { code: 'account.link_refused' });
});

test('a password that is refused leaves the link as it was', async () => {
  await using world = await createWorld();
  await world.found();
  const token = await resetToken(world);
  await assert.rejects(reset(world, token, OWNER.toUpperCase()), { code: 'request.invalid' });
  await assert.rejects(reset(world, token, 'short'), { code: 'request.invalid' });
  await reset(world, token);
});

test('asking for a reset is the same for an account and for none: answer, work of the request, and what it leaves', async () => {
  await using world = await createWorld();
  await world.found();
  const left = async () =>
    (
      await world.admin(`select
        (select jsonb_agg(jsonb_build_array(kind, stream_kind, payload - 'email') order by id) from holdfast.job where request_id <> 'schedule') as jobs,
        (select jsonb_agg(jsonb_build_array(action, outcome, stream_kind, actor, target, facts)) from holdfast.audit_pending where action like 'account.%') as events,
        (select count(*)::int from holdfast.one_time_token) as tokens, (select count(*)::int from holdfast.mail_outbox) as mails`)
    ).rows[0];
  const answers: unknown[] = [];
  for (const email of [OWNER, 'nobody@acme.example']) {
    const reply = await forget(world, email);
    answers.push({ reply, left: await left() });
    await world.admin("delete from holdfast.job where request_id <> 'schedule'");
    await world.admin("delete from holdfast.audit_pending where action like 'account.%'");
  }
  assert.deepEqual(answers[0], answers[1]);
  await forget(world, 'nobody@acme.example');
  await workThrough(world);
  assert.deepEqual(await listMails(world), []);
});

test('mail goes to the address that is stored, whatever the case of the one that was typed', async () => {
  await using world = await createWorld();
  await world.found();
  await forget(world, 'OWNER@ACME.example');
  await workThrough(world);
  assert.deepEqual(
    (await listMails(world)).map(({ to }) => to),
    [OWNER],
  );
});

test('nobody’s mailbox is flooded: the fourth request in a row is answered as ever and mails nothing', async () => {
  await using world = await createWorld();
  await world.found();
  for (const email of [OWNER, OWNER.toUpperCase(), OWNER, OWNER])
    assert.equal((await forget(world, email)).status, 202);
  await workThrough(world);
  assert.equal((await listMails(world)).length, 3);
});

test('changing the password demands the old one, ends every other session and tells the person', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const second = await signIn(world, OWNER);
  const change = (currentPassword: string) =>
    world.call('account.change_password', { credential, body: { currentPassword, newPassword: OTHER } });
  await assert.rejects(change('wrong'), { code: 'account.wrong_password' });
  await world.call('session.get', { credential: second });
  await change(PASSWORD);
  await world.call('session.get', { credential });
  await assert.rejects(world.call('session.get', { credential: second }), { code: 'auth.invalid' });
  await world.call('session.create', { body: { email: OWNER, password: OTHER } });
  await newestMail(world, OWNER, 'password_changed');
});

test('a stolen session cannot guess the password: wrong ones count as at sign-in, in parallel too', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const signInFailures = { account: { perMinute: 5, burst: 5 }, address: { perMinute: 20, burst: 20 } };
  const kernel = { ...world.kernel, tools: { ...world.kernel.tools, limits: createMemoryStore(), signInFailures } };
  const guess = (n: number) =>
    world.call(
      'account.change_password',
      { credential, body: { currentPassword: `guess ${String(n)}`, newPassword: OTHER } },
      kernel,
    );
  const guesses = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => guess(n)));
  const codes = guesses.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'in'));
  assert.equal(codes.filter((code) => code === 'account.wrong_password').length, 5);
  assert.equal(codes.filter((code) => code === 'rate.exceeded').length, 15);
  const body = { email: OWNER, password: PASSWORD };
  await assert.rejects(world.call('session.create', { body }, kernel), { code: 'rate.exceeded' });
});

test('no token lies in the database in a form that opens anything', async () => {
  await using world = await createWorld();
  const { credential } = await world.found();
  const tokens = [await resetToken(world)];
  await world.call('account.change_email', { credential, body: { newEmail: 'olga@new.example' } });
  tokens.push(await newestToken(world, OWNER, 'email_change_old'));
  await world.call('account.send_verification', { credential });
  tokens.push(await newestToken(world, OWNER, 'email_verification'));
  const tables = await world.admin('select table_name as name from holdfast.table_rule order by 1');
  for (const { name } of tables.rows as readonly { readonly name: string }[]) {
    const { rows } = await world.admin(`select t::text as text from holdfast.${name} t`);
    const dump = (rows as readonly { readonly text: string }[]).map(({ text }) => text).join('\n');
    for (const token of tokens) {
      assert.ok(!dump.includes(token), name);
      assert.ok(!dump.includes(Buffer.from(token).toString('hex')), name);
    }
  }
});
