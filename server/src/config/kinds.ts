// The kinds of plain values settings have: numbers, words, folders, addresses to send to.
import { isAbsolute, normalize } from 'node:path';
import { environmentNamePattern } from '#crypto/key-file-format.ts';
import { type Secret, toSecret } from '#crypto/secret.ts';
import { isLoopback, parseAddress } from './address.ts';
import { quoteValue, type Reading } from './fault.ts';
import { defineKind, type Kind } from './key.ts';

const pathCharactersMax = 1024;
const secretCharactersMax = 4096;

/** A whole number in plain decimal digits, within bounds (both included). */
export function wholeNumber(min: number, max: number): Kind<number> {
  const form = `a whole number from ${min} to ${max}`;
  return defineKind(form, (text) => {
    if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return { ok: false, problem: `${quoteValue(text)} is not ${form}` };
    const value = Number(text);
    if (value < min || value > max) return { ok: false, problem: `${value} is outside ${min} to ${max}` };
    return { ok: true, value };
  });
}

/** One of the listed words, exactly as written. */
export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
  const form = `one of ${words.join(', ')}`;
  return defineKind(form, (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { ok: false, problem: `${quoteValue(text)} is not ${form}` } : { ok: true, value };
  });
}

/** The name of an environment, by the rule key files are stamped with. */
export const environmentName: Kind<string> = defineKind(
  '1 to 32 lower-case letters, digits and dashes, a letter first',
  (text) =>
    environmentNamePattern.test(text)
      ? { ok: true, value: text }
      : { ok: false, problem: `${quoteValue(text)} is not a name of lower-case letters, digits and dashes` },
);

/** An absolute path in its shortest spelling, below the root. */
export const absolutePath: Kind<string> = defineKind('an absolute path', readPath);

/** A credential that travels in a header: visible ASCII without spaces. Its strength is judged elsewhere. */
export const headerSecret: Kind<Secret<string>> = defineKind(
  '32 random bytes or more, as base64url or hex',
  (text): Reading<Secret<string>> => {
    if (text.length > secretCharactersMax) {
      return { ok: false, problem: `is longer than ${secretCharactersMax} characters` };
    }
    // RFC 6750 section 2.1: what a bearer credential may consist of.
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(text))
      return { ok: false, problem: 'holds characters no bearer credential has' };
    return { ok: true, value: toSecret(text) };
  },
);

/** What Basic authentication takes (RFC 7617 section 2): the user ends at the first colon. */
export const userPassword: Kind<Secret<string>> = defineKind('user:password', (text): Reading<Secret<string>> => {
  if (text.length > secretCharactersMax) {
    return { ok: false, problem: `is longer than ${secretCharactersMax} characters` };
  }
  if (!/^[^:]+:/.test(text)) return { ok: false, problem: 'is not a user and a password with a colon between them' };
  return { ok: true, value: toSecret(text) };
});

/** An address to send telemetry to: https, or http on this machine. */
export const collectorUrl: Kind<string> = defineKind('an https URL, or http on loopback', (text) => {
  const url = URL.parse(text);
  if (url === null || url.hash !== '' || !/^https?:$/.test(url.protocol)) {
    return { ok: false, problem: `${quoteValue(text)} is not an https URL` };
  }
  if (url.username !== '' || url.password !== '') return { ok: false, problem: 'holds a user or password' };
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return { ok: false, problem: 'sends telemetry unencrypted to another machine' };
  }
  return { ok: true, value: url.href };
});

/** Where a person is reached, as RFC 9116 section 2.5.3 wants it: a URI. */
export const contactUri: Kind<string> = defineKind('a mailto:, https: or tel: address', (text) => {
  if (/^[^\s:/?#]+@[^\s:/?#]+$/.test(text)) {
    return {
      ok: false,
      problem: 'is a bare e-mail address; security.txt wants a URI',
      fix: `Write mailto: before it.`,
    };
  }
  const isContact = /^mailto:[^\s@,<>]+@[^\s@,<>]+$|^tel:\+?[0-9][0-9.()-]{2,30}$/.test(text) || isPlainHttpsUrl(text);
  return isContact ? { ok: true, value: text } : { ok: false, problem: 'is not a mailto:, https: or tel: address' };
});

/** Where the OpenPGP key lies (RFC 9116 section 2.5.4). */
export const openPgpKeyUri: Kind<string> = defineKind('an https: or openpgp4fpr: address', (text) =>
  /^openpgp4fpr:(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) || isPlainHttpsUrl(text)
    ? { ok: true, value: text }
    : { ok: false, problem: 'is not an https: or openpgp4fpr: address' },
);

/** `localhost` or a loopback address as a URL's host writes it. A name below `localhost` is somebody's to resolve. */
export function isLoopbackHost(hostname: string): boolean {
  if (hostname === 'localhost') return true;
  const address = parseAddress(hostname.replace(/^\[(.*)\]$/, '$1'));
  return address !== undefined && isLoopback(address);
}

/** Reads an absolute path; `..`, doubled slashes, `~` and the root itself are refused rather than guessed at. */
export function readPath(text: string): Reading<string> {
  if (text.startsWith('~'))
    return { ok: false, problem: 'starts with ~, which only a shell expands', fix: 'Write the whole path.' };
  if (!isAbsolute(text)) return { ok: false, problem: `${quoteValue(text)} is not an absolute path` };
  if (text.length > pathCharactersMax) return { ok: false, problem: `is longer than ${pathCharactersMax} characters` };
  const path = text.length > 1 ? text.replace(/[\\/]$/, '') : text;
  if (path === '/' || normalize(path) !== path) return { ok: false, problem: 'is not the plain path of one place' };
  return { ok: true, value: path };
}

function isPlainHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && !/\s/.test(text);
}
