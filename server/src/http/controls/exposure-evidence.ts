// Evidence of who can reach the edge: what is bound and what the configuration says of it, or the address it is asked at.
import type { Applies, ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { type Config, isLoopback, isLoopbackUrl, parseSocketAddress } from '#config.ts';
import type { Host, Web } from '#verification/instance.ts';

export type ExposureParts = {
  readonly web?: Web;
  readonly host?: Pick<Host, 'bound'>;
  readonly config?: Pick<Config, 'exposed' | 'tls' | 'trustedProxies'>;
};

export const EXPOSURE = 'edge.exposure';
const TTL_SECONDS = 300;

export type ExposureFacts = {
  /** Addresses of the public sockets; none where they cannot be seen. */
  readonly sockets: readonly string[];
  /** Whether the configuration means other machines to reach it. */
  readonly exposed: boolean;
  readonly scheme: 'http' | 'https';
  /** Whether a declared proxy may end TLS in front of it. */
  readonly hasProxy: boolean;
};

/** Undefined where nothing tells who can reach it: a loopback address seen from outside says nothing of other sockets. */
export function seeExposure({ web, host, config }: ExposureParts, tools: ProbeTools): Evidence | undefined {
  if (host !== undefined && config !== undefined) {
    const bound = host.bound().filter(({ purpose }) => purpose === 'public');
    const sockets = [...new Set(bound.map(({ address }) => address))].toSorted();
    const scheme = config.tls === undefined ? 'http' : 'https';
    const hasProxy = config.trustedProxies.length > 0;
    return tools.evidence(observe('host', { sockets, exposed: config.exposed, scheme, hasProxy }));
  }
  if (web === undefined || isLoopbackUrl(web.origin)) return undefined;
  const scheme = web.origin.startsWith('https:') ? 'https' : 'http';
  return tools.evidence(observe(web.vantage, { sockets: [], exposed: true, scheme, hasProxy: false }));
}

/** The same for fixtures. */
export function exposureFixture(facts: Partial<ExposureFacts> = {}): Evidence {
  return fixtureEvidence(
    observe('host', { sockets: ['0.0.0.0'], exposed: true, scheme: 'https', hasProxy: false, ...facts }),
  );
}

function observe(vantage: Observation['vantage'], facts: ExposureFacts): Observation {
  return { kind: EXPOSURE, subject: 'the edge', at: 'bound sockets', data: facts, vantage, ttlSeconds: TTL_SECONDS };
}

/** Promises of TLS concern every edge but one that speaks plain HTTP to this machine alone. */
export const concernsTls: Applies = {
  needs: [{ kind: EXPOSURE, vantage: ['host', 'inside', 'outside'] }],
  decide: (evidence) => ({
    yes: evidence.some((each) => !isPlainLoopback(each)),
    because: 'it listens on loopback only, and speaks plain HTTP there',
    evidence: evidence.map(({ sha256 }) => sha256),
  }),
};

function isPlainLoopback(evidence: Evidence): boolean {
  const facts = factsOf(evidence);
  const [exposed, scheme] = [facts.flag('exposed'), facts.text('scheme')];
  const sockets = facts.texts('sockets');
  const isOwnMachine = sockets.length > 0 && sockets.every(isLoopbackText);
  return !exposed && scheme === 'http' && isOwnMachine;
}

/** Whether a text is an address that other machines cannot reach; no name and no wildcard is one. */
export function isLoopbackText(text: string): boolean {
  const address = parseSocketAddress(text);
  return address !== undefined && isLoopback(address);
}
