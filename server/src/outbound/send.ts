// One hop of a call: judge the target, find its addresses, judge those, connect to one of them and ask.
import type { Address } from './address.ts';
import type { AddressBook } from './address-book.ts';
import { raceCancel, type Call } from './call.ts';
import { exchange, type ExchangeReply } from './exchange.ts';
import type { CallLimits } from './limits.ts';
import type { Message } from './message.ts';
import { judgeAddresses, judgeTarget, type Narrowing, type Policy } from './policy.ts';
import type { Pools } from './pools.ts';
import { outboundFailure, type OutboundFailure, type OutboundReason } from './reasons.ts';
import type { Target } from './target.ts';

export interface Sender {
  readonly policy: Policy;
  readonly book: AddressBook;
  readonly pools: Pools;
  readonly now: () => number;
}

export interface Hop {
  readonly call: Call;
  readonly tenant: string;
  readonly message: Message;
  readonly acceptEncoding: string;
  readonly limits: CallLimits;
  readonly narrowing: Narrowing;
  readonly heldByBody: Disposable | undefined;
}

/** Addresses tried before giving up; further ones add waiting more than hope. */
const attemptsMax = 4;

/** Sends one request to one target. Never follows anything. */
export async function sendHop(sender: Sender, hop: Hop): Promise<ExchangeReply | OutboundFailure> {
  const { target } = hop.message;
  const refusal = judgeTarget(sender.policy, target, hop.narrowing);
  if (refusal !== undefined) return refusal;
  const found = await findAddresses(sender, hop, target);
  if (!found.ok) return found;
  return (
    judgeAddresses(sender.policy, target, found.addresses, hop.narrowing) ?? tryAddresses(sender, hop, found.addresses)
  );
}

type Found = { readonly ok: true; readonly addresses: readonly Address[] } | OutboundFailure;

async function findAddresses({ policy, book }: Sender, { call, narrowing }: Hop, target: Target): Promise<Found> {
  const cancelled = call.cancelledBy;
  if (cancelled !== undefined) return outboundFailure(cancelled, 'before the look-up');
  // An IP literal is its own answer: it reaches no resolver, here or in Node.
  if (target.address !== undefined) return { ok: true, addresses: [target.address] };
  const listed = narrowing.onlyPublic !== true && policy.allow.findHost(target.host, target.port) !== undefined;
  const result = await raceCancel(call, book.find(target.host, listed));
  if ('cancelled' in result) return outboundFailure(result.cancelled, 'during the look-up');
  return result.done.ok ? result.done : outboundFailure('resolve', `${target.host}: ${result.done.detail}`);
}

/**
 * Goes on only while nothing was sent, all within the one connect time: to the next address, or once more to the same one
 * when a kept connection turned out to be gone.
 */
async function tryAddresses(
  sender: Sender,
  hop: Hop,
  addresses: readonly Address[],
): Promise<ExchangeReply | OutboundFailure> {
  const endMs = sender.now() + hop.limits.connectMs;
  const candidates = orderAddresses(sender, hop, addresses);
  let last = outboundFailure('timeout_connect', hop.message.target.host);
  let repeated = false;
  for (let address = candidates.shift(); address !== undefined; address = candidates.shift()) {
    const connectMs = Math.ceil((endMs - sender.now()) / (candidates.length + 1));
    if (connectMs <= 0) return last;
    const result = await tryAddress(sender, hop, address, connectMs);
    if (result.ok || result.sent || !worthAnother.has(result.reason)) return result;
    if (result.reason === 'reset' && !repeated) {
      repeated = true;
      candidates.unshift(address);
    }
    last = result;
  }
  return last;
}

function tryAddress(
  { pools }: Sender,
  hop: Hop,
  address: Address,
  connectMs: number,
): Promise<ExchangeReply | OutboundFailure> {
  const { tenant, message } = hop;
  const lease = pools.acquire(tenant, message.target, address);
  if (lease === undefined) return Promise.resolve(outboundFailure('busy', message.target.origin));
  return exchange({
    lease,
    connectMs,
    call: hop.call,
    limits: hop.limits,
    method: message.method,
    path: message.target.path,
    headers: { ...message.headers, 'accept-encoding': hop.acceptEncoding },
    body: message.body,
    heldByBody: hop.heldByBody,
  });
}

/** An address with a pool comes first: its connection is warm, and a rotating answer does not scatter the pools. */
function orderAddresses({ pools }: Sender, { tenant, message }: Hop, addresses: readonly Address[]): Address[] {
  if (addresses.length === 1) return [...addresses];
  const warm = addresses.filter((address) => pools.has(tenant, message.target, address));
  const unique = new Map([...warm, ...addresses].map((address) => [address.text, address]));
  return [...unique.values()].slice(0, attemptsMax);
}

/** Another address may do better after these. */
const worthAnother: ReadonlySet<OutboundReason> = new Set([
  'refused',
  'unreachable',
  'timeout_connect',
  'proxy_failed',
  'reset',
]);
