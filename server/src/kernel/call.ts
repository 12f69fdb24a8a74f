// One call as the pipeline sees it, and its reply: no framework's types, so that every edge hands over the same thing.
import type { CallerFacts } from './context.ts';
import type { Credential } from './credential.ts';
import type { Principal } from './principal.ts';

export type Call = {
  readonly requestId: string;
  readonly credential: Credential | undefined;
  readonly caller: CallerFacts;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  /** The organization the caller believes to be in; only ever an assertion. */
  readonly organization?: string;
  /** Told who is calling, once that is known and the credential stands. */
  readonly onIdentified?: (principal: Principal) => void;
};

/** A call of a stream: its body is bytes, passed on as they came. */
export type StreamingCall = Call & { readonly rawBody: Buffer; readonly contentType: string };

export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Further `set-cookie` lines: a header of the same name has room for one. */
  readonly cookies?: readonly string[];
  readonly body: unknown;
};
