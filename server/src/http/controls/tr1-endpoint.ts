// Looks at every public socket for TR1: the versions it speaks, its certificate, and what plain HTTP is answered with.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { formatInstant } from '@holdfast/controls/dates.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import { askHttp } from '@holdfast/controls/probes/http.ts';
import { type Handshake, shakeHands, type TlsPlace } from '@holdfast/controls/probes/tls.ts';
import { anyCidrContains, parseAddress } from '#config.ts';
import type { ExposureParts } from './exposure-evidence.ts';

export const ENDPOINT = 'tls.endpoint';
export const VERSIONS = 'TLS versions';
export const CERTIFICATE = 'certificate';
export const PLAINTEXT = 'plaintext';

const TTL_SECONDS = 3_600;
const DAY_MS = 86_400_000;
const OLD_VERSIONS = ['TLSv1', 'TLSv1.1'] as const;
/** An unspecified address is no place to connect to; loopback is one of those it stands for. */
const CONNECTABLE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export type EndpointFacts = {
  /** Null where no TLS is spoken. */
  readonly protocol: string | null;
  /** Of the versions before 1.2, those that are accepted. */
  readonly oldVersions: readonly string[];
  readonly certificate: {
    readonly distrust: string | null;
    readonly isForName: boolean;
    readonly hasBegun: boolean;
    readonly validTo: string | null;
  };
  /** Of every certificate in the chain; none where a date cannot be read. */
  readonly daysLeft: number;
  /** `status` 0 is no answer; `isProxy`: it was asked from an address that is a declared proxy's. */
  readonly plaintext: { readonly status: number; readonly isProxy: boolean };
};

/** Evidence of every public socket as it is bound, or of the address that is verified from outside. */
export async function seeEndpoints(target: ExposureParts, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { web, host, config } = target;
  if (web === undefined) return [];
  const url = new URL(web.origin);
  const name = url.hostname.replaceAll(/^\[|\]$/g, '');
  const fallback = url.protocol === 'https:' ? 443 : 80;
  const sockets =
    host === undefined || config === undefined
      ? [{ address: name, port: Number(url.port === '' ? fallback : url.port) }]
      : host.bound().filter(({ purpose }) => purpose === 'public');
  return Promise.all(
    sockets.map(async ({ address, port }) => {
      const place = { host: CONNECTABLE[address] ?? address, port, name };
      const facts = await look(target, place, tools);
      return tools.evidence(observeEndpoint(`socket ${address}`, web.vantage, facts, `${place.host}:${port}`));
    }),
  );
}

export function observeEndpoint(
  subject: string,
  vantage: Observation['vantage'],
  facts: EndpointFacts,
  shown = 'localhost:443',
): Observation {
  return {
    kind: ENDPOINT,
    subject,
    at: CERTIFICATE,
    data: facts,
    vantage,
    ttlSeconds: TTL_SECONDS,
    volatile: ['daysLeft'],
    reproduce: `openssl s_client -connect '${shown}' -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null`,
  };
}

async function look(target: ExposureParts, place: TlsPlace, tools: ProbeTools): Promise<EndpointFacts> {
  const seen = await shakeHands(place, undefined, tools.signal);
  const old = await Promise.all(OLD_VERSIONS.map((version) => shakeHands(place, version, tools.signal)));
  return {
    protocol: seen.kind === 'agreed' ? seen.protocol : null,
    oldVersions: old.flatMap((each) => (each.kind === 'agreed' ? [each.protocol] : [])),
    ...readCertificate(seen, tools.unixMs()),
    plaintext: await askPlainly(target, place, tools.signal),
  };
}

function readCertificate(seen: Handshake, nowMs: number): Pick<EndpointFacts, 'certificate' | 'daysLeft'> {
  if (seen.kind === 'refused') {
    return { certificate: { distrust: seen.code, isForName: false, hasBegun: false, validTo: null }, daysLeft: 0 };
  }
  const { distrust = null, isForName, validFromUnixMs, validToUnixMs } = seen;
  const isDated = Number.isFinite(validToUnixMs) && Number.isFinite(validFromUnixMs);
  const hasBegun = isDated && validFromUnixMs <= nowMs;
  const validTo = isDated ? formatInstant(validToUnixMs) : null;
  const daysLeft = isDated ? Math.floor((validToUnixMs - nowMs) / DAY_MS) : 0;
  return { certificate: { distrust, isForName, hasBegun, validTo }, daysLeft };
}

/** How a listener of TLS ends a connection that begins otherwise; and what follows is no HTTP. */
const NO_ANSWER = /^(?:ECONNRESET|EPIPE|HPE_[A-Z_]+)$/;

async function askPlainly({ web, config }: ExposureParts, place: TlsPlace, signal: AbortSignal) {
  const from = place.host.includes(':') ? undefined : web?.freshAddress();
  const address = parseAddress(from ?? place.host);
  const isProxy = address !== undefined && anyCidrContains(config?.trustedProxies ?? [], address);
  const origin = `http://${place.name.includes(':') ? `[${place.name}]` : place.name}:${place.port}`;
  const connectTo = { host: place.host, port: place.port };
  const request = { path: '/health/live', ...(from === undefined ? {} : { from }) };
  const status = await askHttp({ origin, connectTo }, request, signal).then((reply) => reply.status, statusOfNone);
  return { status, isProxy };
}

function statusOfNone(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NO_ANSWER.test(code)) throw error;
  return 0;
}
