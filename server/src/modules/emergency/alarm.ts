// Who is told of break-glass, and how. A channel is one function here: mail to every owner, and the organization's webhooks.
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, queueMail } from '#modules/mail.ts';
import { listOwners } from '#modules/members.ts';
import { type Queuing, queueWebhooks } from '#modules/webhooks.ts';
import { SESSION_MINUTES } from './model.ts';

export type Alarm = { readonly orgId: string; readonly slug: string } & (
  | { readonly kind: 'requested'; readonly reason: string; readonly by: 'parts' | 'host' }
  | { readonly kind: 'opened'; readonly reason: string }
  | { readonly kind: 'sealed' | 'ended' | 'due' }
);

/** Rings in the transaction that causes it: who is not told, because that fails, has not been broken in upon either. */
export type PreparedAlarm = { readonly ring: (ctx: Queuing) => Promise<void> };

type Channel = (tools: Tools, alarm: Alarm) => Promise<PreparedAlarm>;

const channels: readonly Channel[] = [mailOwners, callWebhooks];

export async function prepareAlarm(tools: Tools, alarm: Alarm): Promise<PreparedAlarm> {
  const prepared = await Promise.all(channels.map((channel) => channel(tools, alarm)));
  return {
    ring: async (ctx) => {
      for (const { ring } of prepared) await ring(ctx);
    },
  };
}

async function mailOwners(tools: Tools, alarm: Alarm): Promise<PreparedAlarm> {
  const owners = await listOwners(tools.lookup, alarm.orgId);
  const mails = owners.map(({ email }) => mailOf(tools, alarm, email));
  return {
    ring: async ({ tx, now }) => {
      for (const mail of mails) await queueMail(tx, { kind: 'org', id: alarm.orgId }, mail, now);
    },
  };
}

/** Queued like mail, so a receiver that is down holds nothing up; it hears what the mail says, and of no person. */
async function callWebhooks(_tools: Tools, alarm: Alarm): Promise<PreparedAlarm> {
  return { ring: (ctx) => queueWebhooks(ctx, alarm.orgId, { type: `emergency.${alarm.kind}`, data: dataOf(alarm) }) };
}

function dataOf(alarm: Alarm): Readonly<Record<string, string | number>> {
  const organization = alarm.slug;
  switch (alarm.kind) {
    case 'requested':
      return { organization, reason: alarm.reason, by: alarm.by };
    case 'opened':
      return { organization, reason: alarm.reason, minutes: SESSION_MINUTES };
    case 'sealed':
    case 'ended':
    case 'due':
      return { organization };
  }
}

function mailOf(tools: Tools, alarm: Alarm, to: string) {
  const { slug } = alarm;
  const liveMinutes = NEWS_MINUTES;
  switch (alarm.kind) {
    case 'requested': {
      const by = alarm.by === 'host' ? 'by the operator of the host' : 'with one of the two sealed parts';
      const values = { slug, reason: alarm.reason, by };
      return prepareMail(tools, { to, liveMinutes, template: 'emergency_requested', values });
    }
    case 'opened': {
      const values = { slug, reason: alarm.reason, minutes: String(SESSION_MINUTES) };
      return prepareMail(tools, { to, liveMinutes, template: 'emergency_opened', values });
    }
    case 'sealed':
    case 'ended':
    case 'due':
      return prepareMail(tools, { to, liveMinutes, template: `emergency_${alarm.kind}`, values: { slug } });
  }
}
