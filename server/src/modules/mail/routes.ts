// The outbox for the operator at the host: what waits, and the text of one mail.
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { defineRoute } from '#kernel/route.ts';
import { LISTED_MAX, MailList, MailRef, OpenedMail, permissions } from './model.ts';
import { describeMail, findOpened } from './describe-mail.ts';
import { listMails } from './queries.ts';

export const listRoute = defineRoute({
  id: 'mail.list',
  method: 'GET',
  path: '/api/v1/mail',
  summary: 'The newest mails of the outbox, without their text',
  scope: 'system',
  access: [{ permission: permissions.read, target: async () => ({}) }],
  rate: 'read',
  audit: { none: 'shows the operator what waits, and nothing that opens a door' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: MailList,
  status: 200,
  errors: [],
  prepare: (tools) => listMails(tools.lookup, LISTED_MAX + 1),
  handle: async (ctx) => ({
    items: ctx.prepared.slice(0, LISTED_MAX).map(describeMail),
    isWhole: ctx.prepared.length <= LISTED_MAX,
  }),
});

export const showRoute = defineRoute({
  id: 'mail.show',
  method: 'GET',
  path: '/api/v1/mail/:mailId',
  summary: 'One mail with its text, as long as it waits; to hand it over where no mail server is named',
  scope: 'system',
  access: [
    { permission: permissions.open, target: async (ctx) => ctx.prepared as { readonly id: string } | undefined },
  ],
  rate: 'read',
  audit: { action: 'mail.shown' },
  params: MailRef,
  query: Nothing,
  body: Nothing,
  output: OpenedMail,
  secretReply: true,
  status: 200,
  errors: [],
  prepare: (tools, { input }) => findOpened(tools, input.params.mailId),
  handle: async (ctx) => {
    if (ctx.prepared === undefined) throw kernelErrors['resource.not_found']();
    const { rendered, ...row } = ctx.prepared;
    ctx.note({ template: row.template, open: rendered !== undefined });
    return { ...describeMail(row), subject: rendered?.subject ?? null, text: rendered?.text ?? null };
  },
});
