// From a cause to a row in the outbox: rendered once to see that it can be, sealed before the transaction, queued inside it.
import { reveal, toSecret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { AnyTx, Stream } from '#kernel/queries.ts';
import type { Tools } from '#kernel/tools.ts';
import { insertMail } from './queries.ts';
import { isTemplateName, type RenderedMail, renderMail, type Values } from './render.ts';
import type { TemplateName, TemplateValues } from './templates.ts';

type Sealing = Pick<Tools, 'keyring' | 'newId' | 'publicOrigin'>;

export type NewMail<T extends TemplateName> = {
  readonly to: string;
  readonly template: T;
  readonly values: TemplateValues<T>;
  /** After this the mail is not sent any more, and its text is erased: as long as its link works. */
  readonly liveMinutes: number;
};

/** A mail that waits for its transaction. */
export type PreparedMail = {
  readonly id: string;
  readonly to: string;
  readonly template: TemplateName;
  readonly sealed: Buffer;
  readonly liveMinutes: number;
};

/** News that open nothing are worth sending for this long. */
export const NEWS_MINUTES = 7 * 24 * 60;

/** Seals what the template is filled with. Pure but for randomness; a template and values that do not fit throw here. */
export function prepareMail<T extends TemplateName>(tools: Sealing, mail: NewMail<T>): PreparedMail {
  const { to, template, liveMinutes } = mail;
  const id = tools.newId();
  const values: Values = { ...mail.values, origin: tools.publicOrigin() };
  const rendering = renderMail(template, values);
  if (!rendering.ok) throw kernelErrors['server.unexpected']({ cause: rendering.problem });
  const sealed = tools.keyring.installationSealer.seal(placeOf(id), toSecret(Buffer.from(JSON.stringify(values))));
  return { id, to, template, sealed, liveMinutes };
}

/** RFC 6761 section 6.4: names below it never exist, so what goes there would only come back. */
const NOWHERE = /\.invalid$/i;

/** Queues it in the transaction that causes it: it leaves if, and only if, that commits. Mail that can go nowhere is not queued. */
export async function queueMail(tx: AnyTx, stream: Stream, mail: PreparedMail, now: Date): Promise<void> {
  if (NOWHERE.test(mail.to)) return;
  await insertMail(tx, stream, {
    id: mail.id,
    recipient: mail.to,
    template: mail.template,
    sealed: mail.sealed,
    queued_at: now,
    expires_at: new Date(now.getTime() + mail.liveMinutes * 60_000),
  });
}

type StoredMail = { readonly id: string; readonly template: string; readonly sealed: Buffer | null };

/** The mail as it is sent; undefined when it was erased, or is none that this release can read. */
export function openMail(
  tools: Pick<Tools, 'keyring'>,
  { id, template, sealed }: StoredMail,
): RenderedMail | undefined {
  if (sealed === null || !isTemplateName(template)) return undefined;
  const opened = tools.keyring.installationSealer.open(placeOf(id), sealed);
  if (!opened.ok) return undefined;
  const values: unknown = JSON.parse(reveal(opened.plaintext, 'mail.render').toString('utf8'));
  // What we sealed is what we open; the template looks at each value once more.
  const rendering = renderMail(template, values as Values);
  return rendering.ok ? rendering.mail : undefined;
}

function placeOf(id: string) {
  return { purpose: 'mail', table: 'mail_outbox', column: 'sealed', rowId: id };
}
