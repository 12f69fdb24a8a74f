// Cryptography has one home, so that a review of it is a review of two folders.
import { sourceRule } from '../rule.ts';
import { resolveImport } from '../resolve.ts';
import { globalUses, lineOf } from '../syntax.ts';
import { isProduct } from '../tree.ts';

// A broken twin over TLS makes a certificate for itself, for the seconds it lives.
const HOMES =
  /^(?:server\/src\/crypto\/|protocol\/src\/(?:sha256|ed25519)\.ts$|controls\/src\/twins\/certificate\.ts$)/;
const GLOBALS = new Set(['crypto']);

export const cryptoStaysInCrypto = sourceRule({
  id: 'crypto-stays-in-crypto',
  reason: 'keys, hashes and randomness are made in server/src/crypto and in sha256.ts and ed25519.ts of the protocol',
  applies: (source) => isProduct(source.path) && !source.isTest && !HOMES.test(source.path),
  violations: (source) => [
    ...source.imports.flatMap(({ specifier, line }) => {
      const target = specifier === undefined ? undefined : resolveImport(source.path, specifier);
      return target?.kind === 'builtin' && target.name === 'crypto' ? [{ line, what: 'imports node:crypto' }] : [];
    }),
    ...globalUses(source.syntax, GLOBALS).map((node) => ({ line: lineOf(node), what: 'uses the global crypto' })),
  ],
});
