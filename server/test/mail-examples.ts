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

export const mailExamples: Readonly<Record<string, MakeExample>> = {
  'mail.list': () => ({ call: {} }),
  'mail.show': async (stage) => ({ call: { params: { mailId: await queueOne(stage) } } }),
};
