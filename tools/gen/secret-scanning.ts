// Writes docs/reference/secret-scanning.json: how a scanner finds our keys, makes sure of them, and has them ended.
import { apiKeyPattern, apiKeyPrefixes } from '../../protocol/src/api-key.ts';
import type { Registry } from '../../server/src/kernel/registry.ts';

/** Throws when nothing can be reported to any more. */
export function renderSecretScanning(registry: Registry): string {
  const report = registry.routes.find(({ id }) => id === 'api_key.revoke_leaked');
  if (report === undefined) throw new Error('no route takes keys that were found');
  const document = {
    secrets: [
      {
        name: 'Holdfast API key',
        pattern: apiKeyPattern,
        prefix: apiKeyPrefixes.secret,
        checksum:
          'CRC-32 of all characters before the last six, as a number in base 62 (0-9A-Za-z), padded with 0 to six digits',
        specification: 'docs/spec/api-key.md',
        report: {
          method: report.method,
          path: report.path,
          body: { key: 'the text that was found' },
          answer: report.status,
        },
      },
    ],
    notSecret: [{ name: 'Holdfast publishable key', prefix: apiKeyPrefixes.publishable }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
