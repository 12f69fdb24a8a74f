// Authenticator apps: a secret that is sealed at rest, and codes that work once.
import { findTotpStep, newTotpSecret, showTotpSecret, totpUri } from '#crypto/totp.ts';
import { unixMs } from '#crypto/clock.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';
import type { KnownFactor } from './queries.ts';

export type StartedTotp = {
  readonly id: string;
  readonly sealed: Buffer;
  readonly secret: Secret<string>;
  readonly uri: Secret<string>;
};

/** A new secret, sealed for its row, and how it gets into the app. */
export function startTotp(tools: Tools, account: string): StartedTotp {
  const id = tools.newId();
  const secret = newTotpSecret();
  const issuer = `Holdfast ${new URL(tools.publicOrigin()).hostname}`;
  return {
    id,
    sealed: tools.keyring.installationSealer.seal(placeOf(id), secret),
    secret: showTotpSecret(secret),
    uri: totpUri(secret, { issuer, account }),
  };
}

/** The step that the code is of; undefined for a wrong one, and for one of a step that was taken. Taking it is for the transaction. */
export function matchTotp(
  tools: Pick<Tools, 'keyring'>,
  factor: KnownFactor,
  code: Secret<string>,
): number | undefined {
  if (factor.sealed_secret === null) return undefined;
  const opened = tools.keyring.installationSealer.open(placeOf(factor.id), factor.sealed_secret);
  // Altered or sealed by another key: nobody is let in, and nobody is told that the code was wrong.
  if (!opened.ok) throw kernelErrors['server.unavailable']({ cause: `a TOTP secret does not open: ${opened.reason}` });
  return findTotpStep(opened.plaintext, reveal(code, 'totp.match'), {
    unixMs: unixMs(),
    afterStep: Number(factor.last_step ?? -1),
  });
}

function placeOf(id: string) {
  return { purpose: 'totp', table: 'factor', column: 'sealed_secret', rowId: id };
}
