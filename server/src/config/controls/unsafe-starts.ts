// Starts that must be refused, each one step away from a sound exposed one that is made of the present environment.
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import type { Config } from '../shape.ts';
import { publishedSecrets } from '../published-secrets.ts';

export type Changes = Readonly<Record<string, string | undefined>>;

export type UnsafeStart = {
  readonly name: string;
  /** The setting, or the thing on the command line, that the refusal must name. */
  readonly names: string;
  /** On top of the sound exposed start. */
  readonly changes: Changes;
  readonly argv?: readonly string[];
};

/** What this process runs as, nothing changed. */
export const PRESENT = 'the present configuration';
/** What the unsafe ones differ from in one thing. */
export const SOUND = 'a sound exposed configuration';

/**
 * The present environment, reachable by everybody and with everything that this demands. Whatever it has already stays; a
 * database elsewhere is replaced by one that nobody asks, for only its description is judged.
 */
export function soundExposed(config: Pick<Config, 'exposed'>, masterKeyPath: string): Changes {
  if (config.exposed) return {};
  return {
    HOLDFAST_LISTEN: '0.0.0.0',
    HOLDFAST_PORT: '7420',
    HOLDFAST_PRIVATE_PORT: '7421',
    HOLDFAST_PUBLIC_URL: 'https://holdfast.invalid',
    HOLDFAST_TLS_CERT_FILE: undefined,
    HOLDFAST_TLS_KEY_FILE: undefined,
    // RFC 5737: an address of documentation, which is no proxy of anybody.
    HOLDFAST_TRUSTED_PROXIES: '192.0.2.10/32',
    HOLDFAST_CORS_ORIGINS: undefined,
    HOLDFAST_MASTER_KEY_FILE: masterKeyPath,
    ...databaseWith(random(), '127.0.0.1', 'disable'),
  };
}

const TRANSPORT = 'HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES';
const NO_TRANSPORT: Changes = {
  HOLDFAST_TLS_CERT_FILE: undefined,
  HOLDFAST_TLS_KEY_FILE: undefined,
  HOLDFAST_TRUSTED_PROXIES: undefined,
};
/** Else a deployment that is exposed by its public URL alone would be none without it. */
const LISTENING: Changes = { HOLDFAST_LISTEN: '0.0.0.0' };

/** Made anew at each look, for two of them hold secrets of chance. */
export function unsafeStarts(): readonly UnsafeStart[] {
  return [
    { name: 'without TLS and without a proxy', names: TRANSPORT, changes: NO_TRANSPORT },
    {
      name: 'without a public URL',
      names: 'HOLDFAST_PUBLIC_URL',
      changes: { ...LISTENING, HOLDFAST_PUBLIC_URL: undefined },
    },
    {
      name: 'with a public URL that is not https',
      names: 'HOLDFAST_PUBLIC_URL',
      changes: { ...LISTENING, HOLDFAST_PUBLIC_URL: 'http://holdfast.invalid' },
    },
    {
      name: 'without a master key file of its own',
      names: 'HOLDFAST_MASTER_KEY_FILE',
      changes: { HOLDFAST_MASTER_KEY_FILE: undefined },
    },
    ...origins(),
    {
      name: 'with a proxy that is everybody',
      names: 'HOLDFAST_TRUSTED_PROXIES',
      changes: { HOLDFAST_TRUSTED_PROXIES: '0.0.0.0/0' },
    },
    ...secrets(),
    ...databases(),
    { name: 'with a setting that does not exist', names: 'HOLDFAST_INSECURE', changes: { HOLDFAST_INSECURE: '1' } },
    {
      name: 'without the check of certificates',
      names: 'NODE_TLS_REJECT_UNAUTHORIZED',
      changes: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    },
    {
      name: 'with a debugger',
      names: 'NODE_OPTIONS',
      changes: { NODE_OPTIONS: '--inspect=0.0.0.0:9229' },
    },
    {
      name: 'with a secret on the command line',
      names: 'argument 1 (--token)',
      changes: {},
      argv: [`--token=${random()}`],
    },
  ];
}

function origins(): readonly UnsafeStart[] {
  const names = 'HOLDFAST_CORS_ORIGINS';
  return [
    { name: 'with an origin that is not https', names, changes: { HOLDFAST_CORS_ORIGINS: 'http://localhost:3000' } },
    { name: 'with every origin', names, changes: { HOLDFAST_CORS_ORIGINS: '*' } },
    { name: 'with the origin null', names, changes: { HOLDFAST_CORS_ORIGINS: 'null' } },
  ];
}

/** A published one that no other rule would catch: long enough, and random to look at. */
const PUBLISHED = publishedSecrets.find((known) => known.length >= 44 && known.endsWith('=')) ?? '';

function secrets(): readonly UnsafeStart[] {
  const names = 'HOLDFAST_METRICS_CREDENTIAL';
  const of = (what: string, secret: string): UnsafeStart => ({
    name: `with a metrics credential that is ${what}`,
    names,
    changes: { HOLDFAST_METRICS_CREDENTIAL: secret, HOLDFAST_METRICS_CREDENTIAL_FILE: undefined },
  });
  return [
    of('published', PUBLISHED),
    of('a placeholder', `changeme-${random()}`),
    of('short', random().slice(0, 42)),
    of('one letter', 'a'.repeat(64)),
    of('a run of the keyboard', 'qwertyuiop'.repeat(5)),
    of('the base64 of a default', btoa('please-change-me-i-am-very-insecure')),
  ];
}

function databases(): readonly UnsafeStart[] {
  const of = (what: string, changes: Changes): UnsafeStart => ({
    name: `with a database ${what}`,
    names: 'DATABASE_URL',
    changes,
  });
  return [
    of('whose password is short', databaseWith(random().slice(0, 23), '127.0.0.1', 'disable')),
    of('whose password is a default', databaseWith('postgres', '127.0.0.1', 'disable')),
    of('elsewhere, without TLS', databaseWith(random(), 'database.invalid', 'disable')),
    of('elsewhere, without a check of who answers', databaseWith(random(), 'database.invalid', 'require')),
  ];
}

function databaseWith(password: string, host: string, sslmode: string): Changes {
  return {
    HOLDFAST_POSTGRES: undefined,
    HOLDFAST_DATABASE_CA_FILE: undefined,
    HOLDFAST_MIGRATOR_DATABASE_URL: undefined,
    HOLDFAST_MIGRATOR_DATABASE_URL_FILE: undefined,
    DATABASE_URL_FILE: undefined,
    DATABASE_URL: `postgresql://holdfast_runtime:${password}@${host}:5432/holdfast?sslmode=${sslmode}`,
  };
}

function random(): string {
  return reveal(newToken(), 'probe.unsafe_start');
}
