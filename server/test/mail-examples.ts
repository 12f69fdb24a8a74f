// Valid calls of the outbox, about a mail that was queued for them.
import { inScope, type SystemTx } from '#db/scope.ts';
import { SYSTEM_STREAM } from '#kernel/streams.ts';
import { prepareMail, queueMail } from '#modules/mail.ts';
import type { MakeExample, Stage } from './example.ts';
import { listMails } from './outbox.ts';

/** Queues one, and gives its id. */
async function queueOne({ world }: Stage): Promise<string> {
  const { lanes, tools } = world.kernel;
  const mail = prepareMail(tools, {
    to: 'somebody@elsewhere.example',
    template: 'password_changed',
    values: {},
    liveMinutes: 10,
  });
  await inScope<SystemTx, void>(lanes, { system: true }, ({ tx, now }) => queueMail(tx, SYSTEM_STREAM, mail, now));
  return (await listMails(world))[0]?.id ?? '';
}

/** The token of a link, as the operator gets it. */
async function linkToken({ world }: Stage): Promise<string> {
  const { body } = await world.call('mail.issue_link', { credential: { kind: 'operator', uid: 0 } });
  return (body as { readonly link: string }).link.split('#token=')[1] ?? '';
}

export const mailExamples: Readonly<Record<string, MakeExample>> = {
  'mail.list': () => ({ call: {} }),
  'mail.issue_link': () => ({ call: {} }),
  'mail.list_by_link': async (stage) => ({ call: { body: { token: await linkToken(stage) } } }),
  'mail.read_by_link': async (stage) => ({
    call: { body: { token: await linkToken(stage), mailId: await queueOne(stage) } },
  }),
  'mail.show': async (stage) => ({ call: { params: { mailId: await queueOne(stage) } } }),
};
