// The settings of data, keys, sessions, observation and contact.
import { databaseUrl } from './database-url.ts';
import { defaultedKey, defineKind, type Kind, optionalKey } from './key.ts';
import {
  absolutePath,
  collectorUrl,
  contactUri,
  headerSecret,
  oneOf,
  openPgpKeyUri,
  readPath,
  wholeNumber,
} from './kinds.ts';
import { secretReferences } from './secret-references.ts';

/** Where the programs of the embedded PostgreSQL come from. auto: a system one that is new enough, else the package. */
export type PostgresSource =
  | { readonly kind: 'auto' | 'system' | 'package' }
  | { readonly kind: 'directory'; readonly path: string };

const postgresSource: Kind<PostgresSource> = defineKind<PostgresSource>(
  'auto, system, package, or an absolute path',
  (text) => {
    if (text === 'auto' || text === 'system' || text === 'package') return { ok: true, value: { kind: text } };
    const path = readPath(text);
    return path.ok ? { ok: true, value: { kind: 'directory', path: path.value } } : path;
  },
);

export const dataKeys = {
  HOLDFAST_DATA_DIR: optionalKey(absolutePath, {
    group: 'Data',
    text: 'Folder of everything the server writes: the embedded database, blobs, its admin socket.',
    unset: '~/.holdfast',
    example: '/var/lib/holdfast',
  }),
  DATABASE_URL: optionalKey(databaseUrl, {
    group: 'Data',
    text: 'PostgreSQL 15 or newer to use instead of the embedded one. On another machine it needs sslmode=verify-full, and always a password of 24 characters or more.',
    unset: 'an embedded PostgreSQL that the server starts by itself',
    example: 'postgresql://holdfast:PASSWORD@db.example.org:5432/holdfast?sslmode=verify-full',
    secret: true,
  }),
  HOLDFAST_MIGRATOR_DATABASE_URL: optionalKey(databaseUrl, {
    group: 'Data',
    text: 'The same database as the role that owns the schema. Used by migrations alone.',
    unset: 'migrations of a database server are run by an operator who has it',
    example: 'postgresql://holdfast_migrator:PASSWORD@db.example.org:5432/holdfast?sslmode=verify-full',
    secret: true,
  }),
  HOLDFAST_DATABASE_CA_FILE: optionalKey(absolutePath, {
    group: 'Data',
    text: 'PEM file with the CA of the database server, if it is a private one.',
    unset: 'the CAs that come with Node',
    example: '/etc/holdfast/database-ca.pem',
  }),
  HOLDFAST_POSTGRES: defaultedKey(postgresSource, {
    group: 'Data',
    text: 'Programs of the embedded PostgreSQL: auto takes those of the system when new enough, else those of the package; a path names the folder with initdb and postgres.',
    default: 'auto',
    example: '/usr/lib/postgresql/17/bin',
  }),
  HOLDFAST_WAIVERS_FILE: optionalKey(absolutePath, {
    group: 'Data',
    text: 'JSON file with waivers: failures of controls that somebody answers for, for a while. Reports show them, and none of them makes a pass.',
    unset: 'no failure is excused',
    example: '/etc/holdfast/waivers.json',
  }),
  HOLDFAST_MASTER_KEY_FILE: optionalKey(absolutePath, {
    group: 'Keys and secrets',
    text: 'File with the master key, mode 0600, kept and backed up apart from the data. Mandatory when exposed.',
    unset: 'a key made in the data folder at the first start, on loopback only',
    example: '/etc/holdfast/master.key',
  }),
  HOLDFAST_METRICS_CREDENTIAL: optionalKey(headerSecret, {
    group: 'Keys and secrets',
    text: 'Bearer credential that opens the metrics on the public port.',
    unset: 'the metrics on the public port answer 404',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
  }),
  HOLDFAST_SECRET_REFERENCES: optionalKey(secretReferences, {
    group: 'Keys and secrets',
    text: 'Secrets outside the database that organizations may name for their providers (`apiKeyRef`), each with the one origin it may be sent to.',
    unset: 'no secret can be named by reference',
    example: 'env:OPENAI_API_KEY@https://api.openai.com, file:/run/secrets/anthropic@https://api.anthropic.com',
  }),
  HOLDFAST_SESSION_IDLE_MINUTES: defaultedKey(wholeNumber(5, 60), {
    group: 'Sessions',
    text: 'A session ends after this time without use. It can only be shortened.',
    unit: 'minutes',
    default: '60',
    example: '30',
  }),
  HOLDFAST_SESSION_ABSOLUTE_MINUTES: defaultedKey(wholeNumber(15, 10_080), {
    group: 'Sessions',
    text: 'A session ends this long after sign-in, used or not. It can only be shortened.',
    unit: 'minutes',
    default: '10080',
    example: '720',
  }),
  HOLDFAST_PERSONAL_ORGANIZATIONS: defaultedKey(oneOf('on', 'off'), {
    group: 'Sessions',
    text: 'Whether somebody who belongs to no organization gets one of their own when they sign in; off leaves them at the door, for example after they were removed.',
    default: 'on',
    example: 'off',
  }),
  HOLDFAST_BADGE: defaultedKey(oneOf('private', 'public'), {
    group: 'Observation and contact',
    text: 'Whether everyone may see the badge with the grade of the controls at /badge.svg; private shows it on the private port alone.',
    default: 'private',
    example: 'public',
  }),
  HOLDFAST_LOG_LEVEL: defaultedKey(oneOf('error', 'warn', 'info', 'debug'), {
    group: 'Observation and contact',
    text: 'The least severe lines that are logged. No level logs secrets.',
    default: 'info',
    example: 'warn',
  }),
  HOLDFAST_OTLP_ENDPOINT: optionalKey(collectorUrl, {
    group: 'Observation and contact',
    text: 'OpenTelemetry collector that takes traces over OTLP/HTTP.',
    unset: 'no traces leave',
    example: 'https://otel.example.org:4318',
  }),
  HOLDFAST_SECURITY_CONTACT: optionalKey(contactUri, {
    group: 'Observation and contact',
    text: 'Where a weakness is reported; published in /.well-known/security.txt.',
    unset: 'it names the page /security, which names nobody, and an exposed start warns',
    example: 'mailto:security@example.org',
  }),
  HOLDFAST_SECURITY_KEY_URL: optionalKey(openPgpKeyUri, {
    group: 'Observation and contact',
    text: 'Where the OpenPGP key for such reports lies; published in the same file.',
    unset: 'reports are not encrypted',
    example: 'https://example.org/security.asc',
  }),
} as const;
