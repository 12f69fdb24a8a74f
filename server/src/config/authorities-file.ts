// Reads a file of certificate authorities that a setting names.
import { readAuthorities } from '#crypto/certificate.ts';
import type { Fault } from './fault.ts';
import { publicFileRules, type ReadFile, readFileOnce } from './file-reader.ts';
import { decodeUtf8 } from './secret-files.ts';

export type AuthoritiesReading =
  | { readonly ok: true; readonly pem: string }
  | { readonly ok: false; readonly fault: Fault };

/** Reads the file once; every certificate in it has to be an authority's. `key` is the setting, for the fault. */
export function readAuthoritiesFile(key: string, path: string, readFile: ReadFile = readFileOnce): AuthoritiesReading {
  const reading = readFile(path, publicFileRules);
  if (!reading.ok) return { ok: false, fault: { key, problem: reading.problem, fix: reading.fix } };
  const pem = decodeUtf8(reading.bytes) ?? '';
  if (readAuthorities(pem).ok) return { ok: true, pem };
  const problem = `${path} holds something else than readable certificates of CAs`;
  return { ok: false, fault: { key, problem, fix: 'Name the PEM file of the CA alone.' } };
}
