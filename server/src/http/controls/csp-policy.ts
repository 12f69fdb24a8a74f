// Reads a content security policy (CSP Level 3), and names everything in it by which code of strangers could run.

/** Sources by directive; of a repeated one the first counts (section 2.2.1). */
type Policy = ReadonlyMap<string, readonly string[]>;

/** Directives that name sources; all of them are held to a list, so that no loose one is overlooked. */
const SOURCE_LISTS =
  /^(?:(?:default|script|style|connect|object|frame|child|worker|font|img|media|manifest|prefetch)-src|(?:script|style)-src-(?:elem|attr)|base-uri|form-action|frame-ancestors|fenced-frame-src)$/;
/** Here a host is as good as the whole web: any open redirect or old library on it runs code, or takes the page. */
const NO_HOSTS = /^(?:default-src|script-src(?:-elem|-attr)?|object-src|worker-src|base-uri|frame-ancestors)$/;
const WITH_DATA = /^(?:img|font)-src$/;
const EXACT_ORIGIN = /^(?:https|wss):\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?\/?$/i;
const HARMLESS_WORDS: ReadonlySet<string> = new Set(["'none'", "'self'", "'report-sample'"]);
const PROVEN = /^'(?:nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_*-]+={0,2}'$/;
/** Beside a nonce or a hash it lets proven code load more; alone it would do nothing. */
const STRICT_DYNAMIC = "'strict-dynamic'";

/** What is wrong with a policy, each in words. `isPage`: of a page, which may load things; other replies may load nothing. */
export function faultsOfPolicy(text: string, isPage: boolean): readonly string[] {
  // A comma begins another policy (RFC 9110 section 5.3), which readers of one would miss.
  if (text.includes(',')) return ['two policies in one line'];
  const policy = parsePolicy(text);
  return [
    ...faultsOfDefault(policy, isPage),
    ...[...policy].flatMap(([name, sources]) => faultsOfSources(name, sources)),
    ...demand(policy, 'base-uri', ["'none'", "'self'"]),
    ...demand(policy, 'frame-ancestors', ["'none'"]),
    ...(policy.has('form-action') ? [] : ['no form-action']),
  ];
}

function parsePolicy(text: string): Policy {
  const policy = new Map<string, readonly string[]>();
  for (const directive of text.split(';')) {
    const [name = '', ...sources] = directive.trim().split(/\s+/);
    const key = name.toLowerCase();
    // Words are read in any case, nonces and hashes as they are.
    if (key !== '' && !policy.has(key)) policy.set(key, sources.map(normalize));
  }
  return policy;
}

function normalize(source: string): string {
  return PROVEN.test(source) ? source : source.toLowerCase();
}

function faultsOfDefault(policy: Policy, isPage: boolean): readonly string[] {
  const allowed = isPage ? ["'none'", "'self'"] : ["'none'"];
  return demand(policy, 'default-src', allowed);
}

function demand(policy: Policy, name: string, allowed: readonly string[]): readonly string[] {
  const sources = policy.get(name);
  if (sources === undefined) return [`no ${name}`];
  const [only = '', ...more] = sources;
  return more.length === 0 && allowed.includes(only) ? [] : [`${name} ${sources.join(' ')}`.trim()];
}

function faultsOfSources(name: string, sources: readonly string[]): readonly string[] {
  if (!SOURCE_LISTS.test(name)) return [];
  return sources.filter((source) => !isAllowed(name, source)).map((source) => `${name} ${source}`);
}

function isAllowed(name: string, source: string): boolean {
  if (HARMLESS_WORDS.has(source) || PROVEN.test(source)) return true;
  if (source === STRICT_DYNAMIC) return name.startsWith('script-src');
  if (source === 'data:') return WITH_DATA.test(name);
  return EXACT_ORIGIN.test(source) && !NO_HOSTS.test(name);
}
