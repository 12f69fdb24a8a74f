// Which pages may call with a key that stands in them: exactly the origins the key was made for, on routes such keys may use.
import type { IncomingMessage } from 'node:http';
import type { Kernel } from '#kernel/kernel.ts';
import type { Principal } from '#kernel/principal.ts';
import { checkedPermissions } from '#kernel/registry.ts';
import type { AnyRoute } from '#kernel/route.ts';
import { preflightOf, readableBy } from './cors.ts';
import type { Exchange } from './exchange.ts';

const METHODS = ['GET', 'HEAD'];

export type PublishableCors = {
  /**
   * A browser asks before it sends any key, so all that can be said is whether some key has this origin; the call itself is
   * refused unless its own key has it.
   */
  readonly preflightFor: (
    request: IncomingMessage,
    path: string,
  ) => Promise<Readonly<Record<string, string>> | undefined>;
};

export function createPublishableCors({ registry, tools }: Kernel): PublishableCors {
  const paths = registry.routes.filter(isForPages).map(({ path }) => patternOf(path));
  return {
    preflightFor: async (request, path) => {
      const { origin, 'access-control-request-method': asked } = request.headers;
      if (origin === undefined || asked === undefined || !paths.some((pattern) => pattern.test(path))) return undefined;
      const [answer] = await tools.lookup<{ readonly found: boolean }>('is_publishable_origin', [origin]);
      return answer?.found === true ? preflightOf(origin, request, METHODS) : undefined;
    },
  };
}

/** Lets the page read the reply, once the key in its request is known to be for its origin. */
export function letPageRead({ request, progress }: Exchange, principal: Principal): void {
  const { origin } = request.headers;
  if (principal.kind !== 'api_key' || principal.keyKind !== 'publishable' || origin === undefined) return;
  if (principal.refusedFor === undefined) progress.extraHeaders = { ...progress.extraHeaders, ...readableBy(origin) };
}

function isForPages(route: AnyRoute): boolean {
  return checkedPermissions(route).some((group) => group.some(({ publishable }) => publishable));
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(:[A-Za-z]+)/).map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('')}$`);
}
