// Secrets by reference: `env:NAME` and `file:/path`, only those the operator has listed, each for its own origins alone.
import { readFile } from 'node:fs/promises';
import type { Config } from '#config.ts';
import { type Secret, toSecret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { SecretReferences } from '#kernel/tools.ts';

const BYTES_MAX = 16_384;

/** `environment` holds the values of the listed variables only. */
export function createSecretReferences(
  listed: Config['secretReferences'],
  environment: (name: string) => Secret<string> | undefined,
): SecretReferences {
  const isAllowed = (wanted: string, baseUrl: string): boolean => {
    const origin = URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined;
    return listed.some((one) => one.reference === wanted && one.origin === origin);
  };
  const unavailable = (reference: string) =>
    kernelErrors['server.unavailable']({ cause: new Error(`secret reference ${reference} cannot be read`) });
  return {
    isAllowed,
    read: async (reference, baseUrl) => {
      if (!isAllowed(reference, baseUrl)) throw unavailable(reference);
      if (reference.startsWith('env:')) {
        const value = environment(reference.slice('env:'.length));
        if (value === undefined) throw unavailable(reference);
        return value;
      }
      const bytes = await readFile(reference.slice('file:'.length)).catch(() => undefined);
      if (bytes === undefined || bytes.length === 0 || bytes.length > BYTES_MAX) throw unavailable(reference);
      return toSecret(bytes.toString('utf8').replace(/\r?\n$/, ''));
    },
  };
}
