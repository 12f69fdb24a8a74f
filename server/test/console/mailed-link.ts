// The link of a mail that waits in the outbox, as the operator of the host reads it.
import { until } from '../system/lib/until.ts';
import type { Stage } from './stage.ts';

/** Of the newest mail with this subject, to that address if one is named. */
export async function mailedLink({ operate }: Stage, subject: string, to?: string): Promise<string> {
  type Mail = { readonly id: string; readonly to: string };
  const list = async () => (JSON.parse(await operate('mail', 'list', '--json')) as { items: readonly Mail[] }).items;
  let link: string | undefined;
  await until(async () => {
    // Newest first, as they are listed.
    for (const mail of await list()) {
      if (to !== undefined && mail.to !== to) continue;
      const text = await operate('mail', 'show', mail.id);
      if (!text.includes(`Subject: ${subject}`)) continue;
      link = /https?:\S+#token=[\w-]+/.exec(text)?.[0];
      break;
    }
    return link !== undefined;
  }, 'the mail is queued');
  return link ?? '';
}
