// The configuration as the rest of the server sees it: parsed, grouped, without a trace of the environment.
import type { Secret } from '#crypto/secret.ts';
import { type Cidr, isLoopback, parseAddress } from './address.ts';
import type { DatabaseTarget } from './database-url.ts';
import type { PostgresSource } from './keys-data.ts';
import { isLoopbackHost } from './kinds.ts';
import type { Settings } from './schema.ts';
import type { SecretReference } from './secret-references.ts';
import type { Mailbox, SmtpTarget } from './smtp-url.ts';

/** What is bound: canonical addresses and a port; 0 is a free one. */
export type Listen = { readonly addresses: readonly string[]; readonly port: number };

export type Database =
  | { readonly kind: 'embedded'; readonly postgres: PostgresSource }
  | {
      readonly kind: 'external';
      readonly target: DatabaseTarget;
      readonly migrator: DatabaseTarget | undefined;
      readonly caFile: string | undefined;
    };

export type TlsFiles = { readonly certificateFile: string; readonly privateKeyFile: string };

/** What the server may call, and how. The outbound part parses the lists and reads the file. */
export type OutboundSettings = {
  readonly allow: string;
  readonly deny: string;
  readonly proxy: { readonly url: string; readonly credential: Secret<string> | undefined } | undefined;
  readonly caFile: string | undefined;
};

export type Limits = {
  readonly bodyBytesMax: number;
  readonly streamBodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  readonly headerTimeoutSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly keepAliveSeconds: number;
  readonly drainSeconds: number;
  /** Calls a minute. */
  readonly ratesPerMinute: {
    readonly read: number;
    readonly write: number;
    readonly model: number;
    readonly expensive: number;
    readonly sign_in: number;
    readonly apiKey: number;
    readonly address: number;
    readonly organization: number;
    readonly global: number;
    readonly failuresPerAccount: number;
    readonly failuresPerAddress: number;
  };
};

export type Config = {
  readonly environment: string;
  readonly dataDirectory: string;
  readonly listen: Listen;
  /** Metrics and full health status: loopback, whatever is configured. */
  readonly privateListen: Listen;
  /** The declared origin without a slash at its end; `publicOrigin` fills in what was not declared. */
  readonly publicUrl: string | undefined;
  /** Whether other machines are meant to reach it. Decides every demand; nothing turns it off. */
  readonly exposed: boolean;
  readonly tls: TlsFiles | undefined;
  readonly trustedProxies: readonly Cidr[];
  readonly proxyHeader: 'x-forwarded-for' | 'forwarded';
  readonly corsOrigins: readonly string[];
  readonly outbound: OutboundSettings;
  /** Where mail goes out; undefined when it waits to be read on the host. */
  readonly mail: { readonly server: SmtpTarget; readonly from: Mailbox } | undefined;
  readonly masterKeyFile: string | undefined;
  readonly waiversFile: string | undefined;
  /** Secrets that providers may name, and where each may go; empty means none. */
  readonly secretReferences: readonly SecretReference[];
  readonly database: Database;
  readonly sessions: { readonly idleMinutes: number; readonly absoluteMinutes: number };
  /** Whoever belongs to no organization gets one of their own at sign-in. */
  readonly hasPersonalOrganizations: boolean;
  readonly limits: Limits;
  /** Everyone may see the grade of the controls. */
  readonly isBadgePublic: boolean;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly otlpEndpoint: string | undefined;
  readonly metricsCredential: Secret<string> | undefined;
  readonly security: { readonly contact: string | undefined; readonly keyUrl: string | undefined };
};

const loopbackBoth: readonly string[] = ['127.0.0.1', '::1'];

/** Shapes parsed settings. `dataDirectory` is the folder to use where none is set. */
export function toConfig(settings: Settings, dataDirectory: string): Config {
  const certificateFile = settings.HOLDFAST_TLS_CERT_FILE;
  const privateKeyFile = settings.HOLDFAST_TLS_KEY_FILE;
  return {
    environment: settings.HOLDFAST_ENVIRONMENT,
    dataDirectory: settings.HOLDFAST_DATA_DIR ?? dataDirectory,
    listen: { addresses: settings.HOLDFAST_LISTEN, port: settings.HOLDFAST_PORT },
    privateListen: { addresses: loopbackBoth, port: settings.HOLDFAST_PRIVATE_PORT },
    publicUrl: settings.HOLDFAST_PUBLIC_URL,
    exposed: isExposed(settings.HOLDFAST_LISTEN, settings.HOLDFAST_PUBLIC_URL),
    tls:
      certificateFile === undefined || privateKeyFile === undefined ? undefined : { certificateFile, privateKeyFile },
    trustedProxies: settings.HOLDFAST_TRUSTED_PROXIES ?? [],
    proxyHeader: settings.HOLDFAST_PROXY_HEADER,
    corsOrigins: settings.HOLDFAST_CORS_ORIGINS ?? [],
    outbound: toOutbound(settings),
    mail: toMail(settings),
    masterKeyFile: settings.HOLDFAST_MASTER_KEY_FILE,
    waiversFile: settings.HOLDFAST_WAIVERS_FILE,
    secretReferences: settings.HOLDFAST_SECRET_REFERENCES ?? [],
    database: toDatabase(settings),
    sessions: {
      idleMinutes: settings.HOLDFAST_SESSION_IDLE_MINUTES,
      absoluteMinutes: settings.HOLDFAST_SESSION_ABSOLUTE_MINUTES,
    },
    hasPersonalOrganizations: settings.HOLDFAST_PERSONAL_ORGANIZATIONS === 'on',
    limits: toLimits(settings),
    isBadgePublic: settings.HOLDFAST_BADGE === 'public',
    logLevel: settings.HOLDFAST_LOG_LEVEL,
    otlpEndpoint: settings.HOLDFAST_OTLP_ENDPOINT,
    metricsCredential: settings.HOLDFAST_METRICS_CREDENTIAL,
    security: { contact: settings.HOLDFAST_SECURITY_CONTACT, keyUrl: settings.HOLDFAST_SECURITY_KEY_URL },
  };
}

/** Exposed is everything that isn't provably this machine alone: one foreign address or a foreign public host is enough. */
export function isExposed(addresses: readonly string[], publicUrl: string | undefined): boolean {
  const listensBeyond = addresses.some((text) => {
    const address = parseAddress(text);
    return address === undefined || !isLoopback(address);
  });
  return listensBeyond || addresses.length === 0 || (publicUrl !== undefined && !isLoopbackUrl(publicUrl));
}

/** Whether a URL leads to this machine. */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isLoopbackHost(url.hostname);
}

/** The origin to build links from: the declared one, else localhost with the port that was bound. */
export function publicOrigin(config: Config, boundPort: number): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  return new URL(`${config.tls === undefined ? 'http' : 'https'}://localhost:${boundPort}`).origin;
}

function toOutbound(settings: Settings): OutboundSettings {
  const url = settings.HOLDFAST_OUTBOUND_PROXY;
  return {
    allow: settings.HOLDFAST_OUTBOUND_ALLOW ?? '',
    deny: settings.HOLDFAST_OUTBOUND_DENY ?? '',
    proxy: url === undefined ? undefined : { url, credential: settings.HOLDFAST_OUTBOUND_PROXY_CREDENTIAL },
    caFile: settings.HOLDFAST_OUTBOUND_CA_FILE,
  };
}

function toMail({ HOLDFAST_SMTP_URL: server, HOLDFAST_MAIL_FROM: from }: Settings): Config['mail'] {
  return server === undefined || from === undefined ? undefined : { server, from };
}

function toDatabase(settings: Settings): Database {
  if (settings.DATABASE_URL === undefined) return { kind: 'embedded', postgres: settings.HOLDFAST_POSTGRES };
  return {
    kind: 'external',
    target: settings.DATABASE_URL,
    migrator: settings.HOLDFAST_MIGRATOR_DATABASE_URL,
    caFile: settings.HOLDFAST_DATABASE_CA_FILE,
  };
}

function toLimits(settings: Settings): Limits {
  return {
    bodyBytesMax: settings.HOLDFAST_BODY_BYTES_MAX,
    streamBodyBytesMax: settings.HOLDFAST_STREAM_BODY_BYTES_MAX,
    headerBytesMax: settings.HOLDFAST_HEADER_BYTES_MAX,
    connectionsMax: settings.HOLDFAST_CONNECTIONS_MAX,
    headerTimeoutSeconds: settings.HOLDFAST_HEADER_TIMEOUT_SECONDS,
    requestTimeoutSeconds: settings.HOLDFAST_REQUEST_TIMEOUT_SECONDS,
    keepAliveSeconds: settings.HOLDFAST_KEEP_ALIVE_SECONDS,
    drainSeconds: settings.HOLDFAST_DRAIN_SECONDS,
    ratesPerMinute: {
      read: settings.HOLDFAST_RATE_READ_PER_MINUTE,
      write: settings.HOLDFAST_RATE_WRITE_PER_MINUTE,
      model: settings.HOLDFAST_RATE_MODEL_PER_MINUTE,
      expensive: settings.HOLDFAST_RATE_EXPENSIVE_PER_MINUTE,
      sign_in: settings.HOLDFAST_RATE_SIGN_IN_PER_MINUTE,
      apiKey: settings.HOLDFAST_RATE_API_KEY_PER_MINUTE,
      address: settings.HOLDFAST_RATE_ADDRESS_PER_MINUTE,
      organization: settings.HOLDFAST_RATE_ORGANIZATION_PER_MINUTE,
      global: settings.HOLDFAST_RATE_GLOBAL_PER_MINUTE,
      failuresPerAccount: settings.HOLDFAST_FAILURES_PER_ACCOUNT_PER_MINUTE,
      failuresPerAddress: settings.HOLDFAST_FAILURES_PER_ADDRESS_PER_MINUTE,
    },
  };
}
