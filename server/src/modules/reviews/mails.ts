// Whom a review tells what: reviewers, or owners where no reviewer can act.
import type { OrgTx } from '#db/scope.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, queueMail } from '#modules/mail.ts';

export type News =
  | { readonly kind: 'started'; readonly name: string; readonly days: number }
  | { readonly kind: 'due'; readonly name: string; readonly due: Date }
  | { readonly kind: 'closed'; readonly name: string };

/** Leaves with the transaction that causes it, or not at all. */
export type PreparedNews = { readonly tell: (tx: OrgTx, now: Date) => Promise<void> };

export function prepareNews(tools: Tools, orgId: string, addresses: readonly string[], news: News): PreparedNews {
  const mails = addresses.map((to) => mailOf(tools, to, news));
  return {
    tell: async (tx, now) => {
      for (const mail of mails) await queueMail(tx, { kind: 'org', id: orgId }, mail, now);
    },
  };
}

function mailOf(tools: Tools, to: string, news: News) {
  const liveMinutes = NEWS_MINUTES;
  const { name } = news;
  switch (news.kind) {
    case 'started': {
      const values = { name, days: String(news.days) };
      return prepareMail(tools, { to, liveMinutes, template: 'access_review_started', values });
    }
    case 'due': {
      const values = { name, due: news.due.toISOString().slice(0, 10) };
      return prepareMail(tools, { to, liveMinutes, template: 'access_review_due', values });
    }
    case 'closed':
      return prepareMail(tools, { to, liveMinutes, template: 'access_review_closed', values: { name } });
  }
}
