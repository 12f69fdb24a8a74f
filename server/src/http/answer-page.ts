// Answers a request for a page that is no route: nobody needs a credential for it, but a bad one is refused here too.
import { kernelErrors } from '#kernel/errors.ts';
import { admit, identify } from '#kernel/gate.ts';
import type { Door, Visit } from './door.ts';
import type { Exchange } from './exchange.ts';
import type { OwnPage } from './pages.ts';
import { anonymousCall, traceRefusal } from './refusal-trace.ts';
import { sendReply } from './reply.ts';

export type PageMatch = { readonly page: OwnPage; readonly params: Readonly<Record<string, string>> };

export async function answerPage(door: Door, exchange: Exchange, visit: Visit, match: PageMatch): Promise<void> {
  const { page, params } = match;
  if (page.readsCredential !== true && page.isStatic !== true)
    await refuseBadCredential(door, exchange, visit, page.path);
  const { headers } = exchange.request;
  const reply = await page.respond({
    params,
    header: (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  });
  if (reply === undefined) throw kernelErrors['route.not_found']();
  await sendReply(exchange, reply);
}

/** Without a credential nothing is asked, so that health answers while the database does not. A stale session is none. */
async function refuseBadCredential(door: Door, exchange: Exchange, visit: Visit, path: string): Promise<void> {
  try {
    const credential = visit.credential();
    if (credential === undefined) return;
    const call = { ...anonymousCall(exchange, visit), credential };
    await admit(door.kernel, call);
    await identify(door.kernel, call, { path, isPublic: true });
  } catch (error) {
    await traceRefusal(door.kernel, exchange, visit, { id: path, audit: { none: 'a page' } }, error);
    throw error;
  }
}
