// Reads where mail goes out and whom it comes from, so that the mail library has nothing left to guess.
import { type Secret, toSecret } from '#crypto/secret.ts';
import { parseAddress } from './address.ts';
import { quoteValue, type Reading } from './fault.ts';
import { defineKind, type Kind } from './key.ts';

/** A mail server and who we are there. `host` is a name in lower case or a canonical address. */
export type SmtpTarget = {
  /** smtps: TLS from the first byte. smtp: STARTTLS, demanded everywhere but on loopback. */
  readonly scheme: 'smtp' | 'smtps';
  readonly host: string;
  readonly port: number;
  readonly credential: { readonly user: string; readonly password: Secret<string> } | undefined;
};

export type Mailbox = { readonly name: string; readonly address: string };

const defaultPorts = { smtp: 587, smtps: 465 } as const;

/** An SMTP URL. Problems never quote it, because it holds a password. */
export const smtpUrl: Kind<SmtpTarget> = defineKind(
  'an SMTP URL, smtp://user:password@host:587 or smtps://user:password@host:465',
  readSmtpUrl,
);

function readSmtpUrl(text: string): Reading<SmtpTarget> {
  const scheme = /^(smtps?):\/\//.exec(text)?.[1];
  if (scheme !== 'smtp' && scheme !== 'smtps') {
    return { ok: false, problem: 'does not begin with smtp:// or smtps://' };
  }
  const url = URL.parse(text);
  if (url === null) {
    const fix = 'Percent-encode special characters of the user and the password, such as @ / # and ?.';
    return { ok: false, problem: 'is not a URL', fix };
  }
  if (!['', '/'].includes(url.pathname) || text.includes('?') || text.includes('#')) {
    return {
      ok: false,
      problem: 'has a path, a parameter or a fragment; TLS is always checked, and there is nothing else to say',
    };
  }
  const host = readHost(url.hostname);
  if (host === undefined) return { ok: false, problem: 'does not name one host' };
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
  if (port < 1) return { ok: false, problem: 'has a port that is none' };
  const credential = readCredential(url);
  return credential.ok ? { ok: true, value: { scheme, host, port, credential: credential.value } } : credential;
}

function readHost(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const address = parseAddress(bare);
  if (address !== undefined) return address.text;
  return /^(?=.*[a-z])[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(bare) ? bare : undefined;
}

function readCredential({ username, password }: URL): Reading<SmtpTarget['credential']> {
  if (username === '' && password === '') return { ok: true, value: undefined };
  if (username === '' || password === '') return { ok: false, problem: 'has a user or a password without the other' };
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    if (/\p{Cc}/u.test(user + secret)) return { ok: false, problem: 'has a control character in the user or password' };
    return { ok: true, value: { user, password: toSecret(secret) } };
  } catch {
    return { ok: false, problem: 'has a percent sign that encodes nothing' };
  }
}

/** Whom mail comes from. The name is plain words, so that nothing has to be quoted or encoded. */
export const mailbox: Kind<Mailbox> = defineKind(
  'an e-mail address, or a name and an address: Holdfast <holdfast@example.org>',
  (text): Reading<Mailbox> => {
    const parts = /^(?:([A-Za-z0-9][A-Za-z0-9 .'-]{0,63}) <([^<>]+)>|([^<>\s]+))$/.exec(text);
    const address = parts?.[2] ?? parts?.[3] ?? '';
    if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?$/.test(address)) {
      return { ok: false, problem: `${quoteValue(text)} is not an address, or a name and an address` };
    }
    return { ok: true, value: { name: parts?.[1] ?? 'Holdfast', address } };
  },
);
