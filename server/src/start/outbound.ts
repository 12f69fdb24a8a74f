// The way out of a running server: the operator's list of internal addresses, and never back in through a side door.
import type { BoundSocket, Config, Fault } from '#config.ts';
import { type AllowList, parseAllowList } from '#outbound/allow-list.ts';
import { createOutbound, type Outbound } from '#outbound/outbound.ts';
import { StartRefused } from './refusal.ts';

/** Every malformed entry of HOLDFAST_OUTBOUND_ALLOW. */
export function findAllowListFaults(text: string): readonly Fault[] {
  const parsed = parseAllowList(text);
  if (parsed.ok) return [];
  return parsed.faults.map(({ position, entry, fault }) => ({
    key: 'HOLDFAST_OUTBOUND_ALLOW',
    problem: `entry ${position} (${entry}): ${fault}`,
    fix: 'An entry is an address, a CIDR or a host name, each with an optional :port; see docs/guides/outbound.md.',
  }));
}

/** Throws StartRefused when an entry is malformed. */
export function readAllowList({ outboundAllow }: Pick<Config, 'outboundAllow'>): AllowList {
  const parsed = parseAllowList(outboundAllow);
  if (parsed.ok) return parsed.list;
  throw new StartRefused(findAllowListFaults(outboundAllow));
}

/** `bound` names our own listeners, which are refused unless listed exactly. */
export function openOutbound(allow: AllowList, bound: () => readonly BoundSocket[]): Outbound {
  return createOutbound({ allow, listeners: () => bound().map(({ address, port }) => ({ host: address, port })) });
}
