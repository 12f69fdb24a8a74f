// Asks for the addresses of a name: over DNS without holding a thread, or as the operating system would for listed names.
import { lookup, Resolver as DnsClient } from 'node:dns/promises';

export interface ResolverAnswer {
  readonly address: string;
  /** How long the answer may be kept. */
  readonly ttlSeconds: number;
}

export type ResolverResult =
  | { readonly ok: true; readonly answers: readonly ResolverAnswer[] }
  | { readonly ok: false; readonly detail: string };

export interface ResolverQuestion {
  /** Lower-case ASCII, no trailing dot. */
  readonly name: string;
  /** True when the operator listed the name: it may then be one that only this machine knows. */
  readonly listed: boolean;
  readonly timeoutMs: number;
}

/** Answers with every A and AAAA record; never throws. */
export type Resolver = (question: ResolverQuestion) => Promise<ResolverResult>;

export interface DnsResolverOptions {
  /** `address` or `address:port` of each server; left out, the machine's own. */
  readonly servers?: readonly string[];
}

/**
 * Resolves over DNS alone. A client per question, so that a late answer can be cancelled with its socket. One family
 * without an answer is no failure: only addresses that were answered are ever connected to, and all of those are checked.
 */
export function createDnsResolver({ servers }: DnsResolverOptions = {}): Resolver {
  return async ({ name, timeoutMs }) => {
    const client = new DnsClient({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
    if (servers !== undefined) client.setServers(servers);
    const timer = setTimeout(() => client.cancel(), timeoutMs);
    try {
      const families = await Promise.allSettled([
        client.resolve4(name, { ttl: true }),
        client.resolve6(name, { ttl: true }),
      ]);
      const answers = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
      if (answers.length > 0)
        return { ok: true, answers: answers.map(({ address, ttl }) => ({ address, ttlSeconds: ttl })) };
      return { ok: false, detail: families.map((family) => describeRejection(family)).join(', ') };
    } finally {
      clearTimeout(timer);
    }
  };
}

/**
 * The default: names the operator listed are looked up as the operating system does (hosts file, search domains), all
 * others over DNS. A system look-up holds one of the few pool threads until it ends, so a stranger's name never gets one.
 */
export function createSystemResolver(options: DnsResolverOptions = {}): Resolver {
  const resolveDns = createDnsResolver(options);
  return (question) => (question.listed ? lookUp(question.name) : resolveDns(question));
}

/** The system gives no time to live; a change of a hosts file or service is seen within this. */
const systemTtlSeconds = 5;

async function lookUp(name: string): Promise<ResolverResult> {
  try {
    const found = await lookup(name, { all: true, order: 'verbatim' });
    return { ok: true, answers: found.map(({ address }) => ({ address, ttlSeconds: systemTtlSeconds })) };
  } catch (error) {
    return { ok: false, detail: errorCode(error) };
  }
}

function describeRejection(family: PromiseSettledResult<unknown>): string {
  return family.status === 'rejected' ? errorCode(family.reason) : 'empty';
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
