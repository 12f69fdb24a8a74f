// Reads a PostgreSQL URL into exact connection parts, so that the driver has nothing left to guess or to look up.
import { type Secret, toSecret } from '#crypto/secret.ts';
import { isLoopback, parseAddress } from './address.ts';
import type { Reading } from './fault.ts';
import { defineKind, type Kind } from './key.ts';

/** socket: a Unix socket's folder · loopback: this machine · remote: anything else, names included. */
export type DatabaseLocality = 'socket' | 'loopback' | 'remote';

/** Where a database is and who we are there. `host` is a name, an address, or the folder of a Unix socket. */
export type DatabaseTarget = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret<string> | undefined;
  readonly database: string;
  /** verify-full: encrypted, chain and name checked. off is for sockets and loopback alone. */
  readonly tls: 'verify-full' | 'off';
  readonly locality: DatabaseLocality;
};

const form = 'a PostgreSQL URL, postgresql://user:password@host:5432/name?sslmode=verify-full';
const defaultPort = 5432;

/** A PostgreSQL URL. Problems never quote it, because it holds a password. */
export const databaseUrl: Kind<DatabaseTarget> = defineKind(form, readDatabaseUrl);

/** Refuses what drivers read differently: several hosts, doubled or unknown parameters, lenient `sslmode` values. */
export function readDatabaseUrl(text: string): Reading<DatabaseTarget> {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return { ok: false, problem: 'does not begin with postgresql://' };
  const url = URL.parse(text);
  if (url === null || url.hash !== '') {
    return {
      ok: false,
      problem: 'is not a URL',
      fix: 'Percent-encode special characters of the password, such as @ / # and ?.',
    };
  }
  const parameters = readParameters(url.searchParams);
  if (!parameters.ok) return parameters;
  const place = readPlace(url.hostname, parameters.value.host);
  if (!place.ok) return place;
  const login = readLogin(url);
  if (!login.ok) return login;
  return joinParts(place.value, login.value, parameters.value.sslmode ?? 'off');
}

function joinParts({ host, locality }: Place, login: Login, tls: DatabaseTarget['tls']): Reading<DatabaseTarget> {
  if (locality === 'socket' && tls !== 'off') {
    return { ok: false, problem: 'asks for TLS on a Unix socket, which has none' };
  }
  if (locality !== 'socket' && login.password === undefined) return { ok: false, problem: 'has no password' };
  // Without TLS nothing proves who answers as localhost, so the name isn't left to be looked up.
  const pinned = host === 'localhost' && tls === 'off' ? '127.0.0.1' : host;
  return { ok: true, value: { ...login, host: pinned, tls, locality } };
}

type Parameters = { readonly host?: string; readonly sslmode?: 'off' | 'verify-full' };

function readParameters(search: URLSearchParams): Reading<Parameters> {
  let read: Parameters = {};
  const seen = new Set<string>();
  for (const [key, value] of search) {
    // Readers differ on which of two wins; `sslmode=verify-full&sslmode=disable` must not pass.
    if (seen.has(key)) return { ok: false, problem: 'repeats a parameter' };
    seen.add(key);
    if (key === 'host' && value.startsWith('/')) read = { ...read, host: value };
    else if (key === 'sslmode' && value === 'verify-full') read = { ...read, sslmode: 'verify-full' };
    else if (key === 'sslmode' && value === 'disable') read = { ...read, sslmode: 'off' };
    else if (key === 'sslmode') {
      const fix = 'Write sslmode=verify-full, and name the CA in HOLDFAST_DATABASE_CA_FILE if it is a private one.';
      return { ok: false, problem: 'has an sslmode that does not check who answers', fix };
    } else {
      const fix =
        'Only sslmode, and host for the folder of a Unix socket, are read here. A CA goes into HOLDFAST_DATABASE_CA_FILE.';
      return { ok: false, problem: 'has a parameter that is not read', fix };
    }
  }
  return { ok: true, value: read };
}

type Place = { readonly host: string; readonly locality: DatabaseLocality };

function readPlace(hostname: string, socketFolder: string | undefined): Reading<Place> {
  const host =
    decodePart(hostname)
      ?.replace(/^\[(.*)\]$/, '$1')
      .toLowerCase() ?? '';
  if (socketFolder !== undefined && host !== '') return { ok: false, problem: 'names two hosts' };
  const folder = socketFolder ?? (host.startsWith('/') ? decodePart(hostname) : undefined);
  if (folder !== undefined) return { ok: true, value: { host: folder, locality: 'socket' } };
  const address = parseAddress(host);
  if (address !== undefined) {
    return { ok: true, value: { host: address.text, locality: isLoopback(address) ? 'loopback' : 'remote' } };
  }
  if (!/^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(host))
    return { ok: false, problem: 'does not name one host' };
  return { ok: true, value: { host, locality: host === 'localhost' ? 'loopback' : 'remote' } };
}

type Login = Pick<DatabaseTarget, 'port' | 'user' | 'password' | 'database'>;

function readLogin(url: URL): Reading<Login> {
  const user = decodePart(url.username);
  const password = decodePart(url.password);
  const database = decodePart(url.pathname.replace(/^\//, ''));
  if (user === undefined || password === undefined || database === undefined) {
    return { ok: false, problem: 'has a percent sign that encodes nothing' };
  }
  if (user === '') return { ok: false, problem: 'names no user' };
  if (database === '' || database.includes('/')) return { ok: false, problem: 'names no database' };
  const port = url.port === '' ? defaultPort : Number(url.port);
  if (port < 1) return { ok: false, problem: 'has a port that is none' };
  return { ok: true, value: { port, user, password: password === '' ? undefined : toSecret(password), database } };
}

function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
