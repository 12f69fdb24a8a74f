// What a handler has in reach: its scope's transaction, one clock, and the ways to leave a trace. No pool, fetch or env.
import type { Secret } from '#crypto/secret.ts';
import type { Principal } from './principal.ts';

/** A fact in the audit log. Secrets are wrapped values, so none of them fits in here. */
export type Fact = string | number | boolean | null | readonly string[];
export type Facts = Readonly<Record<string, Fact>>;

export type Context<Tx, Prepared = undefined> = {
  readonly principal: Principal;
  readonly tx: Tx;
  /** The transaction's clock; there is no other. */
  readonly now: Date;
  readonly requestId: string;
  readonly prepared: Prepared;
  readonly caller: CallerFacts;
  /** Adds facts to the audit event of this request. */
  readonly note: (facts: Facts) => void;
  /** Names what the event is about when no check loaded it (a creation). */
  readonly subject: (kind: string, id: string) => void;
  /** Runs after the commit, not before `runAt` (now unless told), at least once. Nothing calls out inside a handler. */
  readonly enqueue: (job: JobRef, payload: Readonly<Record<string, unknown>>, runAt?: Date) => Promise<void>;
  /** Raises `epoch(org, kind)`: caches and open streams keyed by it end within a second on every replica. */
  readonly raiseEpoch: (kind: string) => Promise<void>;
};

export type JobRef = { readonly id: string };

/** What the edge knows of the caller beside the credential. */
export type CallerFacts = {
  /** The true client address; never a forwarded header of an undeclared proxy. */
  readonly address: string;
  /** The address as limits see it: IPv4 whole, IPv6 by /64. */
  readonly addressKey: string;
  /** The first 200 characters of User-Agent, for the list of sessions. */
  readonly device: string;
  /** Of a device that signed in before, as the caller says; proves nothing about who is calling. */
  readonly deviceToken?: Secret<string>;
};
