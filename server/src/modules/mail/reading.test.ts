// The outbox in a browser: for whoever holds the link of the host, as long as it works, and on no server that others reach.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inScope, type SystemTx } from '#db/scope.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { createWorld, type World } from '#test/world.ts';
import { prepareMail, queueMail } from './outbox.ts';

const operator = { credential: { kind: 'operator', uid: 0 } } as const;
const refused = { code: 'mail.link_refused' };

type Listed = {
  readonly items: readonly {
    readonly id: string;
    readonly to: string;
    readonly subject: string;
    readonly status: string;
  }[];
};

async function queueOne({ kernel }: World, to = 'olga@acme.example'): Promise<void> {
  const { lanes, tools } = kernel;
  const link = `${tools.publicOrigin()}/account/reset-password#token=${'t'.repeat(43)}`;
  const values = { link, minutes: '30' };
  const mail = prepareMail(tools, { to, template: 'password_reset', values, liveMinutes: 30 });
  await inScope<SystemTx, void>(lanes, { system: true }, ({ tx, now }) => queueMail(tx, SYSTEM_STREAM, mail, now));
}

async function newToken(world: World): Promise<string> {
  const { body } = await world.call('mail.issue_link', operator);
  const { link } = body as { readonly link: string };
  assert.ok(link.startsWith('https://holdfast.example/outbox#token='), link);
  return link.split('#token=')[1] ?? '';
}

describe('a link to the outbox', () => {
  let world: World;

  before(async () => {
    world = await createWorld();
    await queueOne(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const list = async (token: string) => (await world.call('mail.list_by_link', { body: { token } })).body as Listed;

  it('lists mails without their text, and shows one with it', async () => {
    const token = await newToken(world);
    const listed = await list(token);
    assert.deepEqual(
      listed.items.map(({ to, subject, status }) => [to, subject, status]),
      [['olga@acme.example', 'Set a new password', 'queued']],
    );
    assert.doesNotMatch(JSON.stringify(listed), /tttt/);
    const mailId = listed.items[0]?.id;
    const { body } = await world.call('mail.read_by_link', { body: { token, mailId } });
    const { text } = body as { readonly text: string };
    assert.match(text, /#token=t{43}/);
    assert.doesNotMatch(text, /<[a-z]/i);
    await assert.rejects(
      world.call('mail.read_by_link', { body: { token, mailId: 'mail_00000000000000000000000000' } }),
      { code: 'resource.not_found' },
    );
  });

  it('may be used fifty times at once', async () => {
    const token = await newToken(world);
    const used = await Promise.all(Array.from({ length: 50 }, () => list(token)));
    assert.ok(used.every(({ items }) => items.length === 1));
  });

  it('leaves a trace of each reading, which holds neither text nor address', async () => {
    const token = await newToken(world);
    const { items } = await list(token);
    await world.admin("delete from holdfast.audit_pending where action like 'mail.%'");
    await list(token);
    await world.call('mail.read_by_link', { body: { token, mailId: items[0]?.id } });
    const { rows } = await world.admin(
      "select action, outcome, facts, row_to_json(p)::text as whole from holdfast.audit_pending p where action like 'mail.%' order by action",
    );
    const traces = rows as readonly {
      readonly action: string;
      readonly outcome: string;
      readonly facts: object;
      readonly whole: string;
    }[];
    assert.deepEqual(
      traces.map(({ action, outcome, facts }) => [action, outcome, facts]),
      [
        ['mail.listed', 'allowed', { mails: 1 }],
        ['mail.shown', 'allowed', { template: 'password_reset', open: true, by: 'link' }],
      ],
    );
    for (const { whole } of traces) assert.doesNotMatch(whole, /tttt|olga@/);
  });

  it('is the newest alone, works for half an hour, and is stored as a hash', async () => {
    const [older, token] = [await newToken(world), await newToken(world)];
    await assert.rejects(list(older), refused);
    assert.equal((await list(token)).items.length, 1);
    const stored = await world.admin(
      'select r::text as text, expires_at - created_at as life from holdfast.mail_reading r',
    );
    assert.equal(stored.rowCount, 1);
    const [row] = stored.rows as readonly { readonly text: string; readonly life: { readonly minutes: number } }[];
    assert.equal(row?.life.minutes, 30);
    assert.ok(!row.text.includes(Buffer.from(token).toString('hex')) && !row.text.includes(token));
    await world.admin("update holdfast.mail_reading set expires_at = now() - interval '1 second'");
    await assert.rejects(list(token), refused);
    await assert.rejects(
      world.call('mail.read_by_link', { body: { token, mailId: 'mail_00000000000000000000000000' } }),
      refused,
    );
  });

  it('is made by the operator of the host alone', async () => {
    const acme = await world.found('acme');
    await assert.rejects(world.call('mail.issue_link', { credential: acme.credential }), { code: 'auth.forbidden' });
    await assert.rejects(world.call('mail.issue_link'), { code: 'auth.required' });
  });
});

describe('a wrong link to the outbox', () => {
  it('is refused, limited by address like a wrong credential, and shuts no right one out', async () => {
    await using world = await createWorld();
    await queueOne(world);
    const { tools } = world.kernel;
    const limits = { ...tools.signInFailures, address: { perMinute: 1, burst: 5 } };
    const strict = { ...world.kernel, tools: { ...tools, signInFailures: limits } };
    const ask = (token: string) =>
      world.call('mail.list_by_link', { body: { token } }, strict).then(
        () => 'shown',
        (error: { readonly code: string }) => error.code,
      );
    const token = await newToken(world);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => ask(`${'w'.repeat(41)}${String(10 + at)}`)),
    );
    const counts = Object.groupBy(answers, (answer) => answer);
    assert.deepEqual([counts['mail.link_refused']?.length, counts['rate.exceeded']?.length], [5, 45]);
    assert.equal(await ask(token), 'shown');
  });
});

describe('the outbox of a server that other machines reach', () => {
  it('has no such operation, and its operator is told what to do', async () => {
    await using world = await createWorld({ isExposed: true });
    const ids = world.kernel.registry.routes.map(({ id }) => id);
    assert.ok(ids.includes('mail.list') && ids.includes('mail.show'));
    assert.deepEqual(
      ids.filter((id) => id.endsWith('_by_link')),
      [],
    );
    await assert.rejects(world.call('mail.issue_link', operator), { code: 'mail.exposed' });
  });
});
