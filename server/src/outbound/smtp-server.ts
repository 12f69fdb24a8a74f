// The one mail server the operator has named: what it is, where it is, and which addresses of it are judged good.
import type { Secret } from '#crypto/secret.ts';
import type { Address } from './address.ts';
import type { AddressBook } from './address-book.ts';
import { parseAllowList } from './allow-list.ts';
import { judgeAddresses, type Policy } from './policy.ts';
import { outboundFailure, type OutboundFailure } from './reasons.ts';
import { parseTarget, type Target } from './target.ts';

export interface SmtpServer {
  /** smtps: TLS from the first byte. smtp: STARTTLS, without which nothing is said, except on loopback. */
  readonly scheme: 'smtp' | 'smtps';
  readonly host: string;
  readonly port: number;
  readonly credential: { readonly user: string; readonly password: Secret<string> } | undefined;
}

export type SmtpTargetResult =
  | { readonly ok: true; readonly target: Target; readonly policy: Policy }
  | { readonly ok: false; readonly fault: string };

/**
 * The server as a target under the rules of every other one. Naming it lists exactly this host at exactly this port, for mail
 * alone: the list that organizations share stays as it is. What is never allowed stays so.
 */
export function judgeSmtpServer({ host, port }: SmtpServer, policy: Omit<Policy, 'allow'>): SmtpTargetResult {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const target = parseTarget(`http://${authority}/`);
  if (!target.ok) return { ok: false, fault: `not the address of a mail server (${target.reason})` };
  const listed = parseAllowList(authority);
  if (!listed.ok) return { ok: false, fault: listed.faults.map(({ fault }) => fault).join(', ') };
  return { ok: true, target: { ...target, port }, policy: { ...policy, allow: listed.list } };
}

type Found = { readonly ok: true; readonly addresses: readonly Address[] } | OutboundFailure;

/** Where the server is now; refused when any one of its addresses is. */
export async function findSmtpAddresses(book: AddressBook, policy: Policy, target: Target): Promise<Found> {
  // The name is the operator's word, so it is looked up as the operating system does.
  const found =
    target.address === undefined
      ? await book.find(target.host, true)
      : ({ ok: true, addresses: [target.address] } as const);
  if (!found.ok) return outboundFailure('resolve', `${target.host}: ${found.detail}`);
  return judgeAddresses(policy, target, found.addresses, {}) ?? found;
}
