// Makes certificates for tests with the openssl command: an authority, and leaves it signed, in a folder of their own.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../tools/test/temporary-folder.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Disposable {
  /** PEM of the authority itself. */
  readonly cert: string;
  /** A leaf for subject alternative names such as `DNS:models.test` or `IP:127.0.0.1`, for two days unless told. */
  issue(names: string, options?: { readonly expired?: boolean; readonly days?: number }): Certificate;
}

/** A certificate that nobody signed but itself. */
export function makeSelfSigned(names: string): Certificate {
  using folder = temporaryFolder();
  return selfSign(folder.path, names, '/CN=self-signed');
}

export function makeAuthority(): Authority {
  const folder = temporaryFolder();
  const authority = selfSign(folder.path, undefined, '/CN=test authority');
  let issued = 0;
  return {
    cert: authority.cert,
    issue: (names, { expired = false, days = 2 } = {}) => {
      issued += 1;
      const at = (suffix: string): string => join(folder.path, `leaf-${issued}.${suffix}`);
      writeFileSync(at('ext'), `subjectAltName=${names}\n`);
      openssl(['req', '-new', ...newKey, '-keyout', at('key'), '-out', at('csr'), '-subj', '/CN=leaf']);
      const signers = [
        '-CA',
        join(folder.path, 'self.crt'),
        '-CAkey',
        join(folder.path, 'self.key'),
        '-CAcreateserial',
      ];
      const daysLeft = expired ? '-1' : String(days);
      openssl([
        'x509',
        '-req',
        '-in',
        at('csr'),
        '-out',
        at('crt'),
        '-days',
        daysLeft,
        '-extfile',
        at('ext'),
        ...signers,
      ]);
      return { cert: readFileSync(at('crt'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function selfSign(folder: string, names: string | undefined, subject: string): Certificate {
  const certPath = join(folder, 'self.crt');
  const keyPath = join(folder, 'self.key');
  const extension = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
  openssl([
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    keyPath,
    '-out',
    certPath,
    '-days',
    '90',
    '-subj',
    subject,
    ...extension,
  ]);
  return { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
