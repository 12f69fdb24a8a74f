// What controls may look at: the parts of a running instance, each in reach or not. A probe names the parts it needs in its type.
import type { HttpReply, HttpRequest } from '@holdfast/controls/probes/http.ts';
import type { Control } from '@holdfast/controls/control.ts';
import type { Vantage } from '@holdfast/controls/verdict.ts';
import type { BoundSocket, Config, Fault, SecretFile } from '#config.ts';
import type { SealContext } from '#crypto/envelope.ts';
import type { LogIn } from '#db/log-in.ts';
import type { Outbound } from '#outbound/outbound.ts';

/** A listener, asked over a real connection as any caller asks it. */
export type Web = {
  /** `outside` from another place than the instance's own process, else `inside`. */
  readonly vantage: Vantage;
  /** What the instance calls itself: `https://name[:port]`. */
  readonly origin: string;
  readonly ask: (request: HttpRequest, signal: AbortSignal) => Promise<HttpReply>;
  /**
   * A local address that nothing else asks from, for probes that use up a limit; undefined where the system has none, or
   * where requests come from elsewhere.
   */
  readonly freshAddress: () => string | undefined;
};

export type Row = Readonly<Record<string, unknown>>;

/** The database as the server's own login sees it, before any scope is entered. Read only: nothing that is tried stays. */
export type Database = {
  readonly query: (statement: string, values?: readonly unknown[], signal?: AbortSignal) => Promise<readonly Row[]>;
  /** Tries to log in otherwise than the server does; never throws. */
  readonly logIn?: LogIn;
};

/** A socket in the kernel's table that listens and belongs to this process. */
export type Listener = { readonly address: string; readonly port: number };

export type FileFacts = {
  readonly kind: 'file' | 'directory' | 'symbolic_link' | 'other';
  /** The permission bits, such as 0o600. */
  readonly mode: number;
  readonly uid: number;
};

/** The machine, as this process may see it. */
export type Host = {
  /** Undefined where the system has no table that can be read. */
  readonly listListeners: () => Promise<readonly Listener[] | undefined>;
  /** What the server believes it has bound. */
  readonly bound: () => readonly BoundSocket[];
  /** Without following a link; undefined when nothing is there. */
  readonly statFile: (path: string) => Promise<FileFacts | undefined>;
  /** Of this process; -1 where there are none. */
  readonly uid: number;
};

/** The master key in use: where it came from, and which keys were loaded. Never a key. */
export type Keys = {
  readonly masterKeyPath: string;
  /** What the file must be stamped with. */
  readonly environment: string;
  /** Ids, the one that wraps first. */
  readonly loaded: () => readonly string[];
};

/** What a start would say. */
export type StartAnswer = { readonly isAccepted: boolean; readonly faults: readonly Fault[] };

/** The rules of a start, asked about the present environment with changes. Nothing starts. */
export type StartRules = {
  /** Undefined takes a setting away. `argv` is what stands on the command line; nothing unless told. */
  readonly assess: (
    changes: Readonly<Record<string, string | undefined>>,
    argv?: readonly string[],
  ) => Promise<StartAnswer>;
  /** Settings of the present environment that name a file with a secret. */
  readonly secretFiles: readonly SecretFile[];
};

/** A route, stream or protocol route as it is served. */
export type Operation = {
  readonly id: string;
  readonly method: string;
  /** With `:name` for a parameter. */
  readonly path: string;
  /** The reason why everyone may call it; undefined when it asks for permissions. */
  readonly publicFor: string | undefined;
  readonly permissions: readonly string[];
  readonly rateClass: string;
  /** The action it records; undefined for a read that records nothing. */
  readonly auditAction: string | undefined;
  /** Whether it asks people for a fresh proof; absent is no. */
  readonly stepUp?: boolean;
  /** Whether a grant on one object opens it to who holds it by no role; absent is no. */
  readonly byGrant?: boolean;
};

/** An organization that exists to be probed: nobody's data is in it. */
export type Tenant = {
  readonly organizationId: string;
  readonly email: string;
  readonly password: string;
  /** A session of its owner, as a Cookie header. */
  readonly cookie: string;
  /** An API key of its owner with the scopes `models:use` and `audit:read`, revoked after the run. */
  readonly key: string;
  readonly keyId: string;
};

/** Two organizations of the installation's own, opened at the first use in a run and closed at its end. */
export type Tenants = {
  readonly open: (signal: AbortSignal) => Promise<{ readonly one: Tenant; readonly other: Tenant }>;
};

/**
 * A person of the installation's own, to whom may happen what must happen to nobody else. Owner in the first of the two
 * organizations that exist to be probed, and in a third that is treated like those of people.
 */
export type ProbeAccount = {
  readonly email: string;
  readonly password: string;
  /** Slugs to enter: where a password alone is enough, and where it is whatever this installation demands. */
  readonly probed: string;
  readonly guarded: string;
  /** Puts the person's sessions back in time by so many minutes, in one respect; forward if negative. */
  readonly age: (what: 'idle' | 'open' | 'proof', minutes: number) => Promise<void>;
  /** Changes something of the person in the probed organization, and changes it back: two transactions. */
  readonly disturb: (what: 'role' | 'membership' | 'person') => Promise<void>;
  /** Gives the person another role in the probed organization: their sessions there end. */
  readonly become: (role: 'viewer' | 'member' | 'admin' | 'owner') => Promise<void>;
  /** The token of an invitation to the second of the two organizations, which they are no member of. */
  readonly invite: (asked: ProbeInvitation) => Promise<string>;
  /** Sessions beside those that are open, until there are so many. */
  readonly crowd: (count: number) => Promise<void>;
  /** Failures that were counted against the person are forgotten. */
  readonly forgive: () => Promise<void>;
  /** All that is stored of the person's second factors, as text; bytes in hexadecimal. */
  readonly storedFactors: () => Promise<string>;
  /** The facts of the newest event of an action in the person's log since the account was lent; undefined before there is one. */
  readonly findEvent: (action: string) => Promise<Row | undefined>;
};

export type ProbeInvitation = {
  readonly role: 'viewer' | 'member';
  readonly state: 'open' | 'expired' | 'canceled';
  /** For the person's own address, or for one that nobody has. */
  readonly isTheirs: boolean;
};

/** Lends the account to one at a time, on all replicas: as it was founded, and left without sessions and factors. */
export type ProbeAccounts = {
  readonly borrow: <T>(use: (account: ProbeAccount) => Promise<T>, signal: AbortSignal) => Promise<T>;
};

/** Where a value was sealed, beside the organization. */
export type SealedPlace = Omit<SealContext, 'orgId'>;

/** What is stored of the probe's own organizations, and whether it opens. Throws for any other organization. */
export type TenantVault = {
  /** One statement that reads, as the application in the organization's scope. */
  readonly rows: (organizationId: string, statement: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
  /** The text that a value sealed for the organization opens to at this place, or the reason why it does not. */
  readonly unseal: (
    organizationId: string,
    place: SealedPlace,
    sealed: Uint8Array,
  ) => Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }>;
};

/** The log of this process as it leaves: its last lines from now on, until it is disposed of. */
export type LogTap = { readonly listen: () => Disposable & { readonly lines: () => readonly string[] } };

/** What the last round of the audit log's scheduled verification found. */
export type LogRound = {
  /** RFC 3339. */
  readonly endedAt: string;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly { readonly reason: string }[];
};

/** The scheduled verification of the audit log; undefined before its first round has ended. */
export type LogWatch = { readonly lastRound: () => Promise<LogRound | undefined> };

/** Everything a control may ask for. What is not in reach is absent, and the controls that need it end as `unknown`. */
export type Instance = {
  readonly web?: Web;
  /** The private listener: metrics and full health. */
  readonly privateWeb?: Web;
  readonly database?: Database;
  readonly host?: Host;
  readonly config?: Config;
  readonly operations?: readonly Operation[];
  readonly tenants?: Tenants;
  readonly accounts?: ProbeAccounts;
  readonly tenantVault?: TenantVault;
  readonly logWatch?: LogWatch;
  readonly log?: LogTap;
  readonly keys?: Keys;
  readonly startRules?: StartRules;
  /** Variables and flags that weaken this very process, as it is now. */
  readonly switches?: () => readonly Fault[];
  readonly outbound?: Outbound;
  /** Names of permissions that make whoever holds one by a role of their organization as powerful as an admin. */
  readonly powers?: readonly string[];
  /** The folder the product runs from: manifests, lock file, documents. */
  readonly home?: string;
};

export type InstanceControl = Control<Instance>;
