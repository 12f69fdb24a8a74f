// What a new password must be: long, known to nobody, and of four kinds of characters or hard to guess.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSecret } from '#crypto/secret.ts';
import { joinOrganization } from '#test/people.ts';
import { newestToken, workThrough } from '#test/outbox.ts';
import { createWorld, PASSWORD } from '#test/world.ts';
import { checkNewPassword } from './password-policy.ts';
import { measureStrength } from './strength.ts';

const owner = { email: 'olga.owner@acme.example', name: 'Olga Ownerson' };

async function problemOf(text: string, lengthMin?: number): Promise<string> {
  const judgement = await checkNewPassword(toSecret(text), { ...owner, lengthMin });
  if (judgement.ok) return 'none';
  return judgement.reason === 'unfit' ? judgement.problem : judgement.reason;
}

test('four kinds of characters are enough from twelve on, and so are unrelated words without them', async () => {
  for (const text of ['qV7-tLe9#mXa', 'correct-Horse-battery-7', 'plinth vortex almond gravel', 'ÄÖ-wunderbär-3x'])
    assert.equal(await problemOf(text), 'none', text);
});

test('three kinds alone are not: what is easy to guess is refused, with what would help', async () => {
  for (const text of ['qwertzuiop12', 'aaaaaaaaaaaaaaaaaaaa', 'december-2024', 'Melissa24680', 'abcdefghijklmnop'])
    assert.match(await problemOf(text), /easy to guess: add words|everybody tries first/, text);
  assert.match(await problemOf('sunnywinter2024'), /mix lower and upper case, digits and signs/);
});

test('characters are counted, not their halves: six signs of two are six', async () => {
  assert.equal(await problemOf('😀🦊🐢🌋🧊🪐'), 'is shorter than 12 characters');
});

test('the address, the part before its @ and the name are no password, nor part of one', async () => {
  for (const text of [owner.email, owner.email.toUpperCase(), `${owner.name}!7`, 'Zx9!olga.owner#Q'])
    assert.equal(await problemOf(text), 'holds your address or your name: leave them out', text);
  assert.equal(
    (await checkNewPassword(toSecret('correct-Horse-battery-7'), { email: 'o@acme.example', name: 'Or' })).ok,
    true,
  );
});

test('words that anybody knows of the owner count for nothing', async () => {
  const text = toSecret('zlotnikova-brezhnevka');
  const [stranger, known] = [
    await measureStrength(text, []),
    await measureStrength(text, ['zlotnikova', 'brezhnevka']),
  ];
  assert.ok(stranger.ok && known.ok && known.score < stranger.score, JSON.stringify([stranger, known]));
});

test('only the first hundred characters are scored, so that nobody buys time with length', async () => {
  const beginning = 'a'.repeat(100);
  const [short, long] = [
    await measureStrength(toSecret(beginning), []),
    await measureStrength(toSecret(`${beginning}plinth vortex almond gravel`), []),
  ];
  assert.deepEqual(long, short);
});

test('while passwords are judged the server does something else, and beyond those that may wait it says so', async () => {
  const slow = toSecret('19901231'.repeat(4));
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  const asked = await Promise.all(Array.from({ length: 24 }, () => measureStrength(slow, [])));
  clearInterval(turning);
  assert.equal(asked.filter((one) => one.ok).length, 16);
  assert.deepEqual(
    asked.filter((one) => !one.ok),
    Array.from({ length: 8 }, () => ({ ok: false, reason: 'busy' })),
  );
  // Each takes many times as long as a turn of the event loop.
  assert.ok(turns > 16, `${turns} turns`);
});

test('the strictest organization of the person says how long, at change and at reset; no other’s wish counts', async () => {
  await using world = await createWorld();
  const acme = { ...(await world.found('acme')), slug: 'acme' };
  const other = { ...(await world.found('other')), slug: 'other' };
  const person = await joinOrganization(world, acme, 'member');
  await world.admin(
    `insert into holdfast.member (org_id, id, user_id, role, created_at)
     select o.org_id, gen_random_uuid(), $1, 'viewer', now() from holdfast.organization o where o.slug = 'other'`,
    [person.userId],
  );
  await world.admin(
    `insert into holdfast.sign_in_policy (org_id, allowed_kinds, grace_hours, required_since, password_length_min)
     select org_id, '{totp}', 0, now(), case slug when 'acme' then 14 else 24 end from holdfast.organization`,
  );
  const faultOf = async (calling: Promise<unknown>): Promise<unknown> => {
    const error = await calling.then(
      () => assert.fail('taken'),
      (thrown: unknown) => thrown as { readonly fields: readonly unknown[] },
    );
    return error.fields;
  };
  const expected = [
    { pointer: '/body/newPassword', message: 'is shorter than the 24 characters that your organization demands' },
  ];
  const change = (newPassword: string, of = person.credential) =>
    world.call('account.change_password', { credential: of, body: { currentPassword: PASSWORD, newPassword } });
  assert.deepEqual(await faultOf(change('another-Horse-battery-8')), expected);
  await world.call('account.request_reset', { body: { email: person.email } });
  await workThrough(world);
  const token = await newestToken(world, person.email, 'password_reset');
  const reset = (newPassword: string) => world.call('account.reset_password', { body: { token, newPassword } });
  assert.deepEqual(await faultOf(reset('another-Horse-battery-8')), expected);
  await change('another-Horse-battery-8', acme.credential);
  await reset('another-Horse-battery-81');
  assert.ok(other.organizationId);
});
