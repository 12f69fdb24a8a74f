// Tells researchers how to report a weakness: /.well-known/security.txt (RFC 9116, SC2).
import type { OwnPage } from './pages.ts';

export type SecurityContact = {
  /** A mailto: or https: address; without one the page of the policy is named. */
  readonly contact: string | undefined;
  /** Where the OpenPGP key for reports is. */
  readonly keyUrl: string | undefined;
};

const DAY_MS = 86_400_000;
/** RFC 9116 section 2.5.5 recommends less than a year. */
const VALID_DAYS = 180;

export function securityTxtPage(security: SecurityContact, origin: () => string, nowMs: () => number): OwnPage {
  return {
    path: '/.well-known/security.txt',
    respond: () => {
      const policy = `${origin()}/security`;
      // Whole days, so that the text stays the same between visits.
      const expires = new Date((Math.floor(nowMs() / DAY_MS) + VALID_DAYS) * DAY_MS).toISOString();
      const fields = [
        ['Contact', security.contact ?? policy],
        ['Expires', expires],
        ['Encryption', security.keyUrl],
        ['Policy', policy],
        ['Preferred-Languages', 'en'],
        ['Canonical', `${origin()}/.well-known/security.txt`],
      ] as const;
      const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]));
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: lines.join('') };
    },
  };
}
