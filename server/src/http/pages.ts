// Replies that are no route of the registry: generated documents, health, the pages of problems. A closed list, GET alone.
import type { Outgoing } from './reply.ts';

export type PageRequest = {
  readonly params: Readonly<Record<string, string>>;
  /** One request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
};

export type Page = {
  /** `:name` stands for one segment, `*` at the end for the rest. */
  readonly path: `/${string}`;
  /** May be asynchronous; `undefined` is a 404. Headers may replace hardening ones, such as the policy of an HTML page. */
  readonly respond: (request: PageRequest) => Outgoing | undefined | Promise<Outgoing | undefined>;
  /** A file of the product, the same for everybody: nobody is asked who they are, whatever a browser sends along. */
  readonly isStatic?: true;
};

/** A page of the edge's own that reads a credential itself (the scrape credential of metrics). */
export type OwnPage = Page & { readonly readsCredential?: true };
