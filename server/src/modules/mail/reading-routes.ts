// The outbox in a browser on the host: a link that the operator gets at the admin socket, and what it shows. No session reads mail.
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import type { CallerFacts } from '#kernel/context.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { Nothing } from '#kernel/fields.ts';
import { tooManyAttempts } from '#kernel/limits/attempt.ts';
import { defineRoute } from '#kernel/route.ts';
import type { Tools } from '#kernel/tools.ts';
import { describeMail, findOpened } from './describe-mail.ts';
import {
  errors,
  LISTED_MAX,
  OpenedMail,
  OutboxLink,
  permissions,
  READING_MINUTES,
  ReadByLink,
  ReadOneByLink,
  SubjectedMailList,
} from './model.ts';
import { isReadingOpen, listMails, replaceReading } from './queries.ts';
import { isTemplateName } from './render.ts';
import { mailTemplates } from './templates.ts';

const ON_THE_HOST =
  'the token that the operator got at the admin socket is the proof; only while no other machine can reach it';

export const issueLink = defineRoute({
  id: 'mail.issue_link',
  method: 'POST',
  path: '/api/v1/outbox/link',
  summary: 'A link to read the outbox in a browser on the host, for half an hour; the one before it stops working',
  scope: 'system',
  access: [{ permission: permissions.open, target: async () => ({}) }],
  rate: 'write',
  audit: { action: 'mail.link_issued' },
  params: Nothing,
  query: Nothing,
  body: Nothing,
  output: OutboxLink,
  secretReply: true,
  status: 201,
  errors: ['mail.exposed'],
  prepare: async (tools) => {
    if (tools.isExposed) throw errors['mail.exposed']();
    const token = newToken();
    return { token, hash: hashToken(tools.keyring.lookupKey('mail_reading'), token), origin: tools.publicOrigin() };
  },
  handle: async (ctx) => {
    const { token, hash, origin } = ctx.prepared;
    const expiresAt = new Date(ctx.now.getTime() + READING_MINUTES * 60_000);
    await replaceReading(ctx.tx, { token_hash: hash, created_at: ctx.now, expires_at: expiresAt });
    // Behind `#`, which no browser sends: it stands in no log.
    return { link: `${origin}/outbox#token=${reveal(token, 'mail.show_link')}`, expiresAt: expiresAt.toISOString() };
  },
});

/**
 * A token of 256 bits is guessed by nobody; what fails counts against the address all the same, like a wrong credential, and
 * what is right is never shut out by it. Throws `mail.link_refused`, and `rate.exceeded` for who goes on.
 */
async function demandLink(
  tools: Tools,
  token: Secret<string>,
  { addressKey }: Pick<CallerFacts, 'addressKey'>,
): Promise<void> {
  if (await isReadingOpen(tools.lookup, hashToken(tools.keyring.lookupKey('mail_reading'), token))) return;
  const limit = tools.signInFailures.address;
  const [taken] = await tools.limits.take([{ key: `mail_reading:${addressKey}`, limit, cost: 1 }]);
  if (taken?.allowed !== true) throw tooManyAttempts(taken?.retryAfterMs ?? 1_000);
  throw errors['mail.link_refused']();
}

export const listByLink = defineRoute({
  id: 'mail.list_by_link',
  method: 'POST',
  path: '/api/v1/outbox/list',
  summary: 'The newest mails of the outbox, without their text; not there on a server that other machines reach',
  scope: 'system',
  access: { public: ON_THE_HOST },
  unexposedOnly: true,
  rate: 'read',
  audit: { action: 'mail.listed' },
  params: Nothing,
  query: Nothing,
  body: ReadByLink,
  output: SubjectedMailList,
  status: 200,
  errors: ['mail.link_refused'],
  prepare: async (tools, { input, caller }) => {
    await demandLink(tools, input.body.token, caller);
    return listMails(tools.lookup, LISTED_MAX + 1);
  },
  handle: async (ctx) => {
    const rows = ctx.prepared.slice(0, LISTED_MAX);
    ctx.note({ mails: rows.length });
    const items = rows.map((row) => ({
      ...describeMail(row),
      subject: isTemplateName(row.template) ? mailTemplates[row.template].subject : null,
    }));
    return { items, isWhole: ctx.prepared.length <= LISTED_MAX };
  },
});

export const readByLink = defineRoute({
  id: 'mail.read_by_link',
  method: 'POST',
  path: '/api/v1/outbox/mail',
  summary: 'One mail with its text, as long as it waits; not there on a server that other machines reach',
  scope: 'system',
  access: { public: ON_THE_HOST },
  unexposedOnly: true,
  rate: 'read',
  audit: { action: 'mail.shown' },
  params: Nothing,
  query: Nothing,
  body: ReadOneByLink,
  output: OpenedMail,
  secretReply: true,
  status: 200,
  errors: ['mail.link_refused'],
  prepare: async (tools, { input, caller }) => {
    await demandLink(tools, input.body.token, caller);
    return findOpened(tools, input.body.mailId);
  },
  handle: async (ctx) => {
    if (ctx.prepared === undefined) throw kernelErrors['resource.not_found']();
    const { rendered, ...row } = ctx.prepared;
    ctx.subject('mail', row.id);
    ctx.note({ template: row.template, open: rendered !== undefined, by: 'link' });
    return { ...describeMail(row), subject: rendered?.subject ?? null, text: rendered?.text ?? null };
  },
});
