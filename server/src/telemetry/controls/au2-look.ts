// What AU2 looks at: the log lines written while canaries were used, the audit entries of then, and the scanner itself.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence, Observation } from '@holdfast/controls/evidence.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Config } from '#config.ts';
import { newUuid } from '#crypto/random.ts';
import { askAs, membersOf } from '#verification/asking.ts';
import type { LogTap, Tenant, Tenants, Web } from '#verification/instance.ts';
import { maskText } from '../scan.ts';
import { type Canary, canariesOf, findCanaries, useCanaries } from './au2-canaries.ts';
import { plantSecrets } from './au2-planted.ts';

export const LINES = 'log.lines';
export const ENTRIES = 'audit.entries';
export const SCANNER = 'log.scanner';
const TTL_SECONDS = 3_600;

export type SecretsTarget = {
  readonly web?: Web;
  readonly tenants?: Tenants;
  readonly log?: LogTap;
  readonly config?: Pick<Config, 'logLevel'>;
  /** What every line passes; a broken twin has another. */
  readonly scan?: (text: string) => string;
};

const PATIENCE_MS = 1_500;
const POLL_MS = 100;

export function secretsObservation(
  kind: string,
  data: Readonly<Record<string, JsonValue>>,
  volatile: readonly string[] = [],
): Observation {
  const [subject, at] = SHOWN[kind] ?? ['unknown', 'unknown'];
  const reproduce = 'holdfast verify --only AU2';
  return { kind, subject, at, data, volatile, vantage: 'inside', ttlSeconds: TTL_SECONDS, reproduce };
}

const SHOWN: Readonly<Record<string, readonly [subject: string, at: string]>> = {
  [LINES]: ['log lines while secrets were used', 'log'],
  [ENTRIES]: ['audit entries of the uses of secrets', 'audit log'],
  [SCANNER]: ['the scanner of log lines', 'scanner'],
};

export async function lookForSecrets(target: SecretsTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const { web, tenants, log, config, scan = maskText } = target;
  if (web === undefined || tenants === undefined || log === undefined || config === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const canaries = canariesOf(one);
  // Harmless, and wherever the search would find a secret it has to find this.
  const marker = newUuid();
  using listening = log.listen();
  const uses = await useCanaries({ web, tenant: one, marker, tools }, canaries);
  const entries = await readEntries({ web, tenant: one, marker, tools });
  const looks = [
    linesObservation(config.logLevel, marker, canaries, listening.lines()),
    secretsObservation(
      ENTRIES,
      {
        uses: uses.map(({ place, status }) => ({ place, status })),
        hasMarker: entries.some((entry) => entry.includes(marker)),
        entries: entries.length,
        found: findCanaries(canaries, entries),
      },
      ['entries'],
    ),
    scannerObservation(scan, marker),
  ];
  return looks.map(tools.evidence);
}

function linesObservation(
  level: string,
  marker: string,
  canaries: readonly Canary[],
  lines: readonly string[],
): Observation {
  return secretsObservation(
    LINES,
    {
      // Above `info` requests are not written, and there is nothing in which the marker could be.
      tellsRequests: level === 'debug' || level === 'info',
      hasMarker: lines.some((line) => line.includes(marker)),
      lines: lines.length,
      found: findCanaries(canaries, lines),
    },
    ['lines'],
  );
}

type Reading = { readonly web: Web; readonly tenant: Tenant; readonly marker: string; readonly tools: ProbeTools };

/** Entries as text, once the last use is among them. */
async function readEntries({ web, tenant, marker, tools }: Reading): Promise<readonly string[]> {
  const untilMs = tools.unixMs() + PATIENCE_MS;
  for (;;) {
    const reply = await askAs(web, { path: '/api/v1/audit?limit=100', key: tenant.key }, tools.signal);
    const { items } = membersOf(reply);
    const entries: readonly unknown[] = Array.isArray(items) ? items : [];
    const isThere = entries.some((entry) => isLastUse(entry, marker));
    if (isThere || tools.unixMs() >= untilMs) return entries.map((entry) => JSON.stringify(entry));
    await sleep(POLL_MS, undefined, { signal: tools.signal });
  }
}

function isLastUse(entry: unknown, marker: string): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { action, requestId }: { readonly action?: unknown; readonly requestId?: unknown } = entry;
  return action === 'provider.deleted' && requestId === marker;
}

function scannerObservation(scan: (text: string) => string, marker: string): Observation {
  const planted = plantSecrets().map((each) => ({ ...each, scanned: scan(`${marker} ${each.text}`) }));
  return secretsObservation(SCANNER, {
    planted: planted.map(({ kind }) => kind),
    left: planted.filter(({ secret, scanned }) => scanned.includes(secret)).map(({ kind }) => kind),
    keepsTheRest: planted.every(({ scanned }) => scanned.startsWith(`${marker} `)),
  });
}
