// Broken twins of SF1: clients that look at less than they should before they connect.
import type { Twin } from '@holdfast/controls/control.ts';
import { parseAllowList } from '../allow-list.ts';
import { createOutbound, type OutboundRequest } from '../outbound.ts';
import type { OutboundTarget } from './sf1-probe.ts';

const config = { outbound: { allow: '', deny: '', proxy: undefined } };

/** A client for which whatever these URLs name is listed. */
function clientFor(options: Parameters<typeof createOutbound>[0], urls: readonly string[]) {
  const hosts = urls.map((url) => URL.parse(url)?.host ?? '');
  const entries = hosts.filter((host) => /^127\.0\.0\.1:\d+$/.test(host));
  const parsed = parseAllowList(entries.join(','));
  return createOutbound({ ...options, ...(parsed.ok ? { allow: parsed.list } : {}) });
}

async function askOnce(options: Parameters<typeof createOutbound>[0], request: OutboundRequest, urls: string[]) {
  await using client = clientFor(options, urls);
  return await client.fetch(request);
}

const nothing = (() => {
  const parsed = parseAllowList('');
  if (!parsed.ok) throw new Error('the empty list is a list');
  return parsed.list;
})();

export const outboundTwins: readonly [Twin<OutboundTarget>, ...Twin<OutboundTarget>[]] = [
  {
    name: 'a client that reaches loopback when it is asked to',
    hits: 'a server on loopback',
    target: { config, outbound: { fetch: (request) => askOnce({ allow: nothing }, request, [request.url]) } },
  },
  {
    name: 'a client that follows a redirect without looking where it leads',
    hits: 'a redirect to loopback',
    target: {
      config,
      outbound: createOutbound({ allow: nothing }),
      makeClient: (options) => ({
        ...createOutbound(options),
        fetch: (request) => {
          const where = URL.parse(request.url)?.searchParams.get('where') ?? '';
          return askOnce(options, request, [request.url, where]);
        },
      }),
    },
  },
  {
    name: 'a client that takes the first address of a name for all of them',
    hits: 'a name with a private address among others',
    target: {
      config,
      outbound: createOutbound({ allow: nothing }),
      makeClient: ({ resolver, ...options }) =>
        createOutbound({
          ...options,
          resolver: async (question) => {
            const found = await resolver?.(question);
            if (found?.ok !== true) return { ok: false, detail: 'no resolver' };
            return { ok: true, answers: found.answers.slice(0, 1) };
          },
        }),
    },
  },
];
