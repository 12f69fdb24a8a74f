// Sends mail over the operator's mail server: its addresses judged and pinned as all others, TLS demanded, time bounded.
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import MailComposer from 'nodemailer/lib/mail-composer';
import { createAddressBook, type AddressBook } from './address-book.ts';
import type { Address } from './address.ts';
import type { Connecting } from './attempt.ts';
import { ConnectError } from './attempt.ts';
import { trustAuthorities } from './authorities.ts';
import { monotonicMs } from './clock.ts';
import { createConnector } from './connector.ts';
import type { EgressProxy } from './egress-proxy.ts';
import { defaultLimits } from './limits.ts';
import { isLoopback, type OwnListener } from './own-listeners.ts';
import { judgeAddress, type Policy } from './policy.ts';
import type { ProxyRoute } from './proxy-route.ts';
import type { AddressRange } from './range.ts';
import { createSystemResolver, type Resolver } from './resolver.ts';
import type { SmtpFailure, SmtpReason } from './smtp-reasons.ts';
import { findSmtpAddresses, judgeSmtpServer, type SmtpServer } from './smtp-server.ts';
import { deliver } from './smtp-session.ts';
import type { Target } from './target.ts';

/** A mail, ready. Nothing in it becomes a header but the address and the subject. */
export interface MailMessage {
  /** The same for every try, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly at: Date;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Smtp extends AsyncDisposable {
  /** Never throws. True only when the server has taken the message. */
  send(message: MailMessage): Promise<{ readonly ok: true } | SmtpFailure>;
  /** Ends connecting; conversations under way end by their own time. */
  close(): Promise<void>;
}

/** Whom mail comes from: an address, with or without a name beside it. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

export interface SmtpLimits {
  readonly connectMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface SmtpOptions {
  readonly server: SmtpServer;
  readonly from: Sender;
  readonly deny?: readonly AddressRange[];
  readonly listeners?: () => readonly OwnListener[];
  readonly authorities?: readonly string[];
  readonly proxy?: EgressProxy;
  readonly resolver?: Resolver;
  readonly limits?: SmtpLimits;
}

export const smtpLimits: SmtpLimits = { connectMs: 10_000, idleMs: 20_000, totalMs: 45_000 };
const addressesMax = 4;

interface Way {
  readonly options: SmtpOptions;
  readonly target: Target;
  readonly policy: Policy;
  readonly book: AddressBook;
  readonly secureContext: SecureContext | undefined;
  readonly route: ProxyRoute | undefined;
  readonly connecting: Connecting;
  readonly limits: SmtpLimits;
}

export type SmtpResult = { readonly ok: true; readonly smtp: Smtp } | { readonly ok: false; readonly fault: string };

/** Makes the sender; a server that no rule can ever allow is a fault. Nothing is connected to yet. */
export function createSmtp(options: SmtpOptions): SmtpResult {
  const { server, proxy, listeners = () => [], deny = [], resolver = createSystemResolver() } = options;
  const judged = judgeSmtpServer(server, { deny, listeners });
  if (!judged.ok) return judged;
  const { resolveMs, resolveCacheMs, headerBytesMax } = defaultLimits;
  const limits = options.limits ?? smtpLimits;
  const book = createAddressBook({ resolver, resolveMs, cacheMs: resolveCacheMs, namesMax: 16, now: monotonicMs });
  const secureContext = trustAuthorities(options.authorities);
  const route =
    proxy === undefined ? undefined : { proxy, book, headerBytesMax, secureContext, connectMs: limits.connectMs };
  const connecting: Connecting = new Set();
  const { target, policy } = judged;
  const way: Way = { options, target, policy, book, secureContext, route, connecting, limits };
  const close = async (): Promise<void> => {
    for (const attempt of connecting) attempt.destroy();
  };
  return { ok: true, smtp: { send: (message) => send(way, message), close, [Symbol.asyncDispose]: close } };
}

async function send(way: Way, message: MailMessage): Promise<{ readonly ok: true } | SmtpFailure> {
  if (!isSound(message)) return failure('envelope');
  const composed = await compose(message, way.options.from).catch(() => undefined);
  if (composed === undefined) return failure('envelope');
  const found = await findSmtpAddresses(way.book, way.policy, way.target);
  if (!found.ok) return failure(found.reason);
  let last = failure('unreachable');
  for (const address of found.addresses.slice(0, addressesMax)) {
    const connected = await connect(way, address);
    if (connected.ok) return converse(way, connected.socket, address, message.to, composed);
    last = connected;
  }
  return last;
}

function converse(way: Way, socket: Socket, address: Address, to: string, message: Buffer) {
  const { options, secureContext, limits } = way;
  const { server, from } = options;
  return deliver({
    socket,
    server,
    // Who listens on this machine without TLS can be asked so; through a proxy elsewhere loopback is not reached at all.
    isPlain: server.scheme === 'smtp' && isLoopback(address),
    secureContext,
    clientName: domainOf(from.address),
    from: from.address,
    to,
    message,
    ...limits,
  });
}

type Connected = { readonly ok: true; readonly socket: Socket } | SmtpFailure;

/** TCP to exactly this address, straight or through the operator's proxy; it is judged once more on the way. */
function connect(way: Way, address: Address): Promise<Connected> {
  const { target, policy, secureContext, route, connecting, limits } = way;
  const connector = createConnector({
    target,
    address,
    connectMs: limits.connectMs,
    judge: (one) => judgeAddress(policy, target, one, {}),
    secureContext,
    route,
    connecting,
  });
  return new Promise((resolve) => {
    // What undici would pass is not used by the connector.
    connector({ hostname: target.host, host: target.host, protocol: 'http:', port: '' }, (error, socket) => {
      if (socket !== null) return resolve({ ok: true, socket });
      return resolve(failure(error instanceof ConnectError ? error.reason : 'unreachable'));
    });
  });
}

function failure(reason: SmtpReason): SmtpFailure {
  return { ok: false, reason };
}

const addressPattern = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?$/i;

/** Whether a text is one plain address (RFC 5321 section 4.1.2, without quoting): no list, no name, no line break. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && addressPattern.test(text);
}

function isSound({ id, to, subject }: MailMessage): boolean {
  return isMailAddress(to) && !/\p{Cc}/u.test(subject) && subject.length <= 200 && /^[a-z0-9-]{1,64}$/.test(id);
}

/** The message as bytes (RFC 5322), with both forms of the text. It reads no file and fetches nothing. */
function compose({ id, at, to, subject, text, html }: MailMessage, from: Sender): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to: { name: '', address: to },
    subject,
    text,
    html,
    date: at,
    messageId: `<${id}@${domainOf(from.address)}>`,
    // RFC 3834 section 5: no machine answers this.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) =>
    composer
      .compile()
      .build((error, bytes) => (error === null && bytes ? resolve(bytes) : reject(error ?? new Error('empty')))),
  );
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
